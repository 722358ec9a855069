-- New findings go in with the words of their newest sighting. Those that more
-- than one sighting speaks of are then brought up to date from all of them.
create or replace temp table m_new as
select finding, arg_max(row_no, (valid_from, scanner)) as row_no, min(valid_from) as first_seen, max(last_seen) as last_seen,
    case when count(*) = count(valid_to) then max(valid_to) end as fixed_at, list_sort(list(distinct scanner)) as scanners, count(*) as spans
from m_spans
where source is null and finding not in (
    select finding from argosy.findings f join m_here h using (image_id) where h.first + hash(finding) % h.pieces = getvariable('part'))
group by finding;

insert into argosy.findings (finding, image_id, vulnerability_id, reported_ids, kind, package_type, package_name, installed_version, fixed_version,
    fix_status, purl, paths, layer, severity, severity_raw, severity_source, cvss, status, status_cause, status_reason, scanners,
    first_seen, last_seen, fixed_at, reopened_at, fix_since, published, display_name, assessment_key, running,
    source_location, source_name, source_properties, source_assessment, extra, severity_vendor, severity_nvd, severity_highest)
select n.finding, m.image_id, v.vulnerability_id, case when coalesce(d.reported_id, nullif(m.named, '')) is not null then [coalesce(d.reported_id, m.named)] end,
    coalesce(r.kind, 'vulnerability'), r.package_type, r.package_name, r.installed_version, r.fixed_version, r.fix_status, r.purl,
    split_list(r.paths), r.layer, r.severity::argosy.severity, r.severity_raw, r.severity_source, r.cvss,
    r.status, d.status_cause, d.status_reason, n.scanners, n.first_seen, n.last_seen, n.fixed_at, null,
    case when r.fixed_version is not null or r.fix_status = 'FixAvailable' then n.first_seen end,
    d.published, d.display_name, d.assessment_key, r.running,
    case when d.row_type = 'microsoft.security/assessments/subassessments' then m.location_id end,
    case when d.row_type = 'microsoft.security/assessments/subassessments' then d.row_name end,
    case when d.row_type = 'microsoft.security/assessments/subassessments' then d.row_properties::json end,
    case when d.row_type = 'microsoft.security/assessments' then lower(d.row_id) end,
    d.extra::json,
    coalesce(m_vendor(v.said, r.package_type, i.distribution), m_own(r.severity::argosy.severity, r.severity_source, m.scanner)),
    v.nvd, greatest(r.severity::argosy.severity, v.nvd)
from m_new n
join m_told_rows r on r.row_no = n.row_no
join m_rows m on m.row_no = n.row_no
join argosy.images i on i.image_id = m.image_id
join m_rated v on v.canonical = r.canonical
left join m_told_details d on d.row_no = n.row_no;
