-- The findings that are new, with the row of their newest sighting.
create or replace temp table m_new as
from (
select finding, any_value(image_id) as image_id, unnest(arg_max(struct_pack(row_no, named, scanner), (valid_from, scanner, row_no))), min(valid_from) as first_seen, max(last_seen) as last_seen,
    case when count(*) = count(valid_to) then max(valid_to) end as fixed_at, list_sort(list(distinct scanner)) as scanners, count(*) as spans
from m_spans
where source is null and finding not in (
    select finding from argosy.findings f join m_here h using (image_id) where h.first + hash(finding) % h.pieces = getvariable('part'))
group by finding)
order by row_no;

-- Source rows are kept as Defender told them last, whatever other scanners saw
-- since: a row counts that is of the newest scan which its scanner made of the
-- image, and any where there is none yet.
create or replace temp table m_sources as
select r.finding, d.row_type, arg_max(r.row_no, (r.seen_at, -r.row_no)) as row_no, bool_or(r.seen_at >= k.newest) is not false as newest
from m_rows r join (select row_no, row_type from m_told_details where row_type is not null) d using (row_no)
left join (select image_id, scanner, max(seen_at) as newest from m_known_scans group by all) k on k.image_id = r.image_id and k.scanner = r.scanner
where not r.gone
group by r.finding, d.row_type;
create or replace temp table m_source as
select s.finding, max(s.row_no) filter (where s.row_type = 'microsoft.security/assessments/subassessments') as row_no,
    max(r.location_id) filter (where s.row_type = 'microsoft.security/assessments/subassessments') as location_id,
    max(lower(d.row_id)) filter (where s.row_type = 'microsoft.security/assessments') as assessment,
    max(d.assessment_key) filter (where s.row_type = 'microsoft.security/assessments') as assessment_key
from m_sources s join m_rows r using (row_no) join (select row_no, row_id, assessment_key from m_told_details) d using (row_no)
where s.finding in (select finding from m_new)
group by s.finding;
