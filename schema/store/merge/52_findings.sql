-- New findings go in with what all of their sightings say: a row that is changed
-- once it is in costs more than one that is right at once.
create or replace temp macro m_called_by(reported, named) as case when coalesce(reported, nullif(named, '')) is not null then [coalesce(reported, named)] end;
insert into argosy.findings (finding, image_id, vulnerability_id, reported_ids, kind, package_type, package_name, installed_version, fixed_version,
    fix_status, purl, paths, layer, severity, severity_raw, severity_source, cvss, status, status_cause, status_reason, scanners,
    first_seen, last_seen, fixed_at, reopened_at, fix_since, published, display_name, assessment_key, running,
    source_location, source_name, source_properties, source_assessment, extra, severity_vendor, severity_nvd, severity_highest)
select n.finding, n.image_id, r.vulnerability_id,
    case when c.ids is null then m_called_by(d.reported_id, n.named) else list_sort(list_distinct(list_concat(coalesce(m_called_by(d.reported_id, n.named), []), c.ids))) end,
    coalesce(r.kind, 'vulnerability'), r.package_type, r.package_name, r.installed_version,
    case when j.finding is null then r.fixed_version else j.fixed_version end,
    case when j.finding is null then r.fix_status else coalesce(j.fix_status, j.best.fix_status) end, coalesce(least(r.purl, p.purl), r.purl, p.purl),
    case when p.paths is null then split_list(r.paths) when n.fixed_at is not null then p.paths
         else join_paths(list_concat(coalesce(split_list(r.paths), []), p.paths)) end,
    coalesce(least(r.layer, p.layer), r.layer, p.layer),
    case when j.finding is null then r.severity::argosy.severity else j.best.severity end,
    case when j.finding is null then r.severity_raw else j.best.severity_raw end,
    case when j.finding is null then r.severity_source else j.best.severity_source end,
    case when j.finding is null then r.cvss else j.best.cvss end,
    case when j.finding is null then r.status else j.best.status end,
    case when j.finding is null then d.status_cause else j.best.status_cause end,
    case when j.finding is null then d.status_reason else j.best.status_reason end,
    coalesce(j.scanners, n.scanners), coalesce(j.first_seen, n.first_seen), greatest(n.last_seen, coalesce(j.last_seen, n.last_seen)),
    case when j.finding is null then n.fixed_at else j.fixed_at end, j.reopened_at,
    case when j.finding is not null then j.fix_since when r.fixed_version is not null or r.fix_status = 'FixAvailable' then n.first_seen end,
    d.published, o.display_name, coalesce(s.assessment_key, o.assessment_key, d.assessment_key), r.running,
    s.location_id, o.row_name, x.row_properties::json, s.assessment,
    d.extra::json,
    coalesce(r.vendor, m_own(r.severity::argosy.severity, r.severity_source, n.scanner)),
    r.nvd, greatest(r.severity::argosy.severity, r.nvd, r.vendor)
from m_new n
join m_told_rows r on r.row_no = n.row_no
left join m_told_details d on d.row_no = n.row_no
left join m_places p on p.finding = n.finding
left join m_called c on c.finding = n.finding
left join m_joined j on j.finding = n.finding
left join m_source s on s.finding = n.finding
left join m_told_details o on o.row_no = s.row_no
left join m_told_texts x on x.row_no = s.row_no;
