-- What several sightings say of a finding is joined. The findings are those of
-- the part's images: the engine knows nothing of how many went in just now, and
-- would gather all of them.
-- Another scanner adds where it found the package and what it calls the
-- vulnerability; a finding that comes back is where it is now.
update argosy.findings f set
    paths = case when f.fixed_at is not null then coalesce(b.paths, f.paths) when b.paths is null then f.paths
                 else join_paths(list_concat(coalesce(f.paths, []), b.paths)) end,
    purl = coalesce(least(f.purl, b.purl), f.purl, b.purl), layer = coalesce(least(f.layer, b.layer), f.layer, b.layer)
from (
    select m.finding, join_paths(flatten(list(split_list(r.paths)) filter (where r.paths is not null))) as paths, min(r.purl) as purl, min(r.layer) as layer
    from m_spans m join m_told_rows r on r.row_no = m.row_no
    where m.source is null and m.valid_to is null and m.finding in (select finding from m_several) group by m.finding) b
where b.finding = f.finding and f.image_id in (select image_id from m_here);
update argosy.findings f set reported_ids = list_sort(list_distinct(list_concat(coalesce(f.reported_ids, []), b.ids)))
from (
    select finding, list(distinct id) as ids from (
        select m.finding, d.reported_id as id from m_rows m join m_told_details d on d.row_no = m.row_no where d.reported_id is not null
        union all
        select finding, named from argosy.sightings where named is not null and finding in (select finding from m_several))
    group by finding) b
where b.finding = f.finding and f.image_id in (select image_id from m_here) and not list_has_all(coalesce(f.reported_ids, []), b.ids);

update argosy.findings f set
    scanners = b.scanners, severity = b.best.severity, severity_raw = b.best.severity_raw, severity_source = b.best.severity_source,
    cvss = b.best.cvss, fixed_version = b.fixed_version, fix_status = coalesce(b.fix_status, b.best.fix_status),
    status = b.best.status, status_cause = b.best.status_cause, status_reason = b.best.status_reason,
    first_seen = b.first_seen, fixed_at = b.fixed_at, reopened_at = b.reopened_at, fix_since = b.fix_since,
    last_seen = greatest(f.last_seen, coalesce(b.last_seen, f.last_seen))
from (
    with spans as (
        select *, max(coalesce(valid_to, timestamp '9999-12-31')) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')
                rows between unbounded preceding and 1 preceding) as covered,
            max(coalesce(valid_to, timestamp '9999-12-31')) over (partition by finding) as until
        from argosy.sightings where finding in (select finding from m_several)
    )
    select s.finding,
        list_sort(list(distinct scanner) filter (where coalesce(valid_to, timestamp '9999-12-31') = until)) as scanners,
        -- An open finding outranks one that is set aside; among equals the highest severity speaks.
        arg_max(struct_pack(severity, severity_raw, severity_source, cvss, fix_status, status, status_cause, status_reason),
            struct_pack(a := (status = 'Unhealthy')::int, b := severity, c := (cvss is not null)::int, d := scanner, e := coalesce(named, '')))
            filter (where coalesce(valid_to, timestamp '9999-12-31') = until) as best,
        arg_max(fixed_version, (severity, scanner, fixed_version)) filter (where coalesce(valid_to, timestamp '9999-12-31') = until) as fixed_version,
        max(fix_status) filter (where fix_status = 'FixAvailable' and coalesce(valid_to, timestamp '9999-12-31') = until) as fix_status,
        min(valid_from) as first_seen,
        nullif(max(until), timestamp '9999-12-31') as fixed_at,
        max(valid_from) filter (where covered < valid_from) as reopened_at,
        min(valid_from) filter (where fixed_version is not null or fix_status = 'FixAvailable') as fix_since,
        greatest(max(valid_from), any_value(m.last_seen)) as last_seen
    from spans s left join m_seen m on m.finding = s.finding
    group by s.finding) b
where b.finding = f.finding and f.image_id in (select image_id from m_here);

update argosy.findings f set last_seen = m.last_seen
from m_seen m where m.finding = f.finding and f.image_id in (select image_id from m_here) and m.last_seen > f.last_seen and f.finding not in (select finding from m_several);

-- Source rows are kept as Defender told them last, whatever other scanners saw
-- since: a row counts that is of the newest scan which its scanner made of the
-- image, and any where there is none yet.
create or replace temp table m_sources as
select r.finding, d.row_type, arg_max(r.row_no, (r.seen_at, -r.row_no)) as row_no, bool_or(r.seen_at >= k.newest) is not false as newest
from m_rows r join (select row_no, row_type from m_told_details where row_type is not null) d using (row_no)
left join (select image_id, scanner, max(seen_at) as newest from m_known_scans group by all) k on k.image_id = r.image_id and k.scanner = r.scanner
where not r.gone and r.finding not in (select finding from m_new where spans = 1)
group by r.finding, d.row_type;
update argosy.findings f set
    source_properties = d.row_properties::json, source_name = d.row_name, source_location = r.location_id, display_name = d.display_name,
    assessment_key = d.assessment_key
from m_sources m join m_told_details d on d.row_no = m.row_no join m_rows r on r.row_no = m.row_no
where f.finding = m.finding and f.image_id in (select image_id from m_here) and d.row_type = 'microsoft.security/assessments/subassessments'
  and (m.newest or f.source_name is null) and (f.source_location is null or f.source_location = r.location_id);
update argosy.findings f set source_assessment = lower(d.row_id), assessment_key = coalesce(d.assessment_key, f.assessment_key)
from m_sources m join m_told_details d on d.row_no = m.row_no
where f.finding = m.finding and f.image_id in (select image_id from m_here) and d.row_type = 'microsoft.security/assessments' and (m.newest or f.source_assessment is null);

-- What Defender no longer says of an open finding speaks for it no longer; of
-- one that is fixed it stays.
update argosy.findings f set source_properties = null, source_name = null, source_location = null, source_assessment = null, display_name = null, assessment_key = null
where f.finding in (select finding from m_several) and f.image_id in (select image_id from m_here) and f.fixed_at is null and coalesce(f.source_name, f.source_assessment) is not null
  and f.finding not in (select finding from argosy.sightings where scanner = 'defender' and valid_to is null and finding in (select finding from m_several));

-- The layer is of the image: one that is known by its tag may have others now.
update argosy.findings f set layer = r.layer
from m_seen m join m_told_rows r on r.row_no = m.row_no, argosy.images i
where f.finding = m.finding and f.image_id in (select image_id from m_here) and i.image_id = f.image_id and r.layer is not null and f.layer is distinct from r.layer
  and (f.layer is null or i.digest is null and m.last_seen >= f.last_seen);
