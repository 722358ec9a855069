-- What the sightings say together is told of the findings that were known. They
-- are those of the part's images: the engine knows nothing of how many went in
-- just now, and would gather all of them. A finding that comes back is where it
-- is now.
update argosy.findings f set
    paths = case when f.fixed_at is not null then coalesce(b.paths, f.paths) when b.paths is null then f.paths
                 else join_paths(list_concat(coalesce(f.paths, []), b.paths)) end,
    purl = coalesce(least(f.purl, b.purl), f.purl, b.purl), layer = coalesce(least(f.layer, b.layer), f.layer, b.layer)
from m_places b
where b.finding = f.finding and f.image_id in (select image_id from m_here) and f.finding not in (select finding from m_new);
update argosy.findings f set reported_ids = list_sort(list_distinct(list_concat(coalesce(f.reported_ids, []), b.ids)))
from m_called b
where b.finding = f.finding and f.image_id in (select image_id from m_here) and f.finding not in (select finding from m_new) and not list_has_all(coalesce(f.reported_ids, []), b.ids);

update argosy.findings f set
    scanners = b.scanners, severity = b.best.severity, severity_raw = b.best.severity_raw, severity_source = b.best.severity_source,
    cvss = b.best.cvss, fixed_version = b.fixed_version, fix_status = coalesce(b.fix_status, b.best.fix_status),
    status = b.best.status, status_cause = b.best.status_cause, status_reason = b.best.status_reason,
    first_seen = b.first_seen, fixed_at = b.fixed_at, reopened_at = b.reopened_at, fix_since = b.fix_since,
    last_seen = greatest(f.last_seen, coalesce(b.last_seen, f.last_seen))
from m_joined b
where b.finding = f.finding and f.image_id in (select image_id from m_here) and f.finding not in (select finding from m_new);

update argosy.findings f set last_seen = m.last_seen
from m_seen m where m.finding = f.finding and f.image_id in (select image_id from m_here) and m.last_seen > f.last_seen and f.finding not in (select finding from m_several);

-- What Defender told last takes the place of what it told before. The list that
-- is set to itself makes the engine write the rows anew: long texts that are
-- changed in place stay in memory until the run is stored.
update argosy.findings f set
    source_properties = x.row_properties::json, source_name = d.row_name, source_location = r.location_id, display_name = d.display_name,
    assessment_key = d.assessment_key, reported_ids = f.reported_ids
from m_sources m join m_told_details d on d.row_no = m.row_no join m_rows r on r.row_no = m.row_no left join m_told_texts x on x.row_no = m.row_no
where f.finding = m.finding and f.image_id in (select image_id from m_here) and f.finding not in (select finding from m_new)
  and d.row_type = 'microsoft.security/assessments/subassessments'
  and (m.newest or f.source_name is null) and (f.source_location is null or f.source_location = r.location_id);
update argosy.findings f set source_assessment = lower(d.row_id), assessment_key = coalesce(d.assessment_key, f.assessment_key)
from m_sources m join m_told_details d on d.row_no = m.row_no
where f.finding = m.finding and f.image_id in (select image_id from m_here) and f.finding not in (select finding from m_new)
  and d.row_type = 'microsoft.security/assessments' and (m.newest or f.source_assessment is null);

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
