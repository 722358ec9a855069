-- Fresh scans go in as they are: each row is a finding, its one sighting and
-- the span in which it is open.
create or replace temp view m_first_details as
select * from stage_details where scan_no in (select scan_no from m_fresh where part = getvariable('part'));

insert into argosy.findings (finding, image_id, vulnerability_id, reported_ids, kind, package_type, package_name, installed_version, fixed_version,
    fix_status, purl, paths, layer, severity, severity_raw, severity_source, cvss, status, status_cause, status_reason, scanners,
    first_seen, last_seen, fix_since, published, display_name, assessment_key, running,
    source_location, source_name, source_properties, source_assessment, extra, severity_vendor, severity_nvd, severity_highest)
select coalesce(r.finding, m_finding(s.image_key, r.vulnerability, r.kind, r.package_type, r.package_name, r.installed_version, r.running)), s.image_id, v.vulnerability_id,
    case when d.reported_id is not null then [d.reported_id] end,
    coalesce(r.kind, 'vulnerability'), r.package_type, r.package_name, r.installed_version, r.fixed_version, r.fix_status, r.purl,
    split_list(r.paths), r.layer, r.severity::argosy.severity, r.severity_raw, r.severity_source, r.cvss,
    r.status, d.status_cause, d.status_reason, [s.scanner], s.seen_at, s.seen_at,
    case when r.fixed_version is not null or r.fix_status = 'FixAvailable' then s.seen_at end,
    d.published, d.display_name, d.assessment_key, r.running,
    case when d.row_type = 'microsoft.security/assessments/subassessments' then s.location_id end,
    case when d.row_type = 'microsoft.security/assessments/subassessments' then d.row_name end,
    case when d.row_type = 'microsoft.security/assessments/subassessments' then d.row_properties::json end,
    case when d.row_type = 'microsoft.security/assessments' then lower(d.row_id) end,
    d.extra::json,
    coalesce(m_vendor(v.said, r.package_type, i.distribution), m_own(r.severity::argosy.severity, r.severity_source, s.scanner)),
    v.nvd, greatest(r.severity::argosy.severity, v.nvd, m_vendor(v.said, r.package_type, i.distribution))
from stage_rows r
join (select * from m_fresh where part = getvariable('part')) s using (scan_no)
join argosy.images i on i.image_id = s.image_id
join m_rated v on v.canonical = r.vulnerability
left join m_first_details d on d.row_no = r.row_no;

insert into argosy.sightings (finding, image_id, scanner, valid_from, words, severity, severity_raw, severity_source, cvss,
    fixed_version, fix_status, status, status_cause, status_reason, run_from)
select coalesce(r.finding, m_finding(s.image_key, r.vulnerability, r.kind, r.package_type, r.package_name, r.installed_version, r.running)), s.image_id, s.scanner, s.seen_at, r.words,
    r.severity::argosy.severity, r.severity_raw, r.severity_source, r.cvss, r.fixed_version, r.fix_status, r.status, d.status_cause, d.status_reason,
    getvariable('run_id')
from stage_rows r
join (select * from m_fresh where part = getvariable('part')) s using (scan_no)
left join m_first_details d on d.row_no = r.row_no;

insert into argosy.spans (finding, image_id, no, opened, run_opened, severity, fixable)
select finding, image_id, 1, first_seen, getvariable('run_id'), case when status = 'Unhealthy' then severity end, fixed_version is not null from argosy.findings where image_id in (select image_id from m_fresh where part = getvariable('part'));
