-- What the sightings of a finding say together. Another scanner adds where it
-- found the package and what it calls the vulnerability.
create or replace temp table m_places as
select m.finding, join_paths(flatten(list(split_list(r.paths)) filter (where r.paths is not null))) as paths, min(r.purl) as purl, min(r.layer) as layer
from m_spans m join m_told_rows r on r.row_no = m.row_no
where m.source is null and m.valid_to is null and m.finding in (select finding from m_several) group by m.finding;
create or replace temp table m_called as
select finding, list(distinct id) as ids from (
    select m.finding, d.reported_id as id from m_rows m join m_told_details d on d.row_no = m.row_no where d.reported_id is not null
    union all
    select finding, named from argosy.sightings where named is not null and finding in (select finding from m_several))
group by finding;
create or replace temp table m_joined as
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
    -- Where nobody tells of a fix any more there is none since any time.
    case when bool_or((fixed_version is not null or fix_status = 'FixAvailable') and coalesce(valid_to, timestamp '9999-12-31') = until)
        then min(valid_from) filter (where fixed_version is not null or fix_status = 'FixAvailable') end as fix_since,
    greatest(max(valid_from), any_value(m.last_seen)) as last_seen
from spans s left join m_seen m on m.finding = s.finding
group by s.finding;
