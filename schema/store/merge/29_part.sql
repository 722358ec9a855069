-- The images of a part, and its rows with what their scans say of time.
create or replace temp table m_here as
select image_id, first, pieces from m_parts where getvariable('part') between first and first + pieces - 1;

create or replace temp table m_told_rows as
select r.* exclude (vulnerability, gone, finding) replace (coalesce(t.package_type, r.package_type) as package_type,
        coalesce(t.package_name, r.package_name) as package_name, coalesce(t.installed_version, r.installed_version) as installed_version),
    coalesce(a.canonical, r.vulnerability) as canonical,
    case when a.id is not null then r.vulnerability else '' end as named, coalesce(r.gone, false) as gone, p.finding,
    v.vulnerability_id, v.nvd, m_vendor(v.said, coalesce(t.package_type, r.package_type), s.distribution) as vendor
from stage_rows r
join (select row_no, finding from m_placed where part = getvariable('part')) p using (row_no)
join (select m.scan_no, i.distribution from m_scans m semi join m_here using (image_id) join argosy.images i using (image_id)) s on s.scan_no = r.scan_no
left join m_named a on a.id = r.vulnerability
left join m_row_types t on t.row_no = r.row_no
join m_rated v on v.canonical = coalesce(a.canonical, r.vulnerability);

-- Every join takes some megabytes, however little it joins: what the statements
-- that follow need is joined here, once. The long texts stay where they are.
create or replace temp table m_told_details as
select * exclude (scan_no, bytes, aliases, row_properties) from stage_details
where scan_no in (select scan_no from m_scans semi join m_here using (image_id)) and row_no in (select row_no from m_told_rows);
create or replace temp view m_told_texts as
select row_no, row_properties from stage_details where row_properties is not null and scan_no in (select scan_no from m_scans semi join m_here using (image_id));

create or replace temp table m_rows as
select r.row_no, s.image_id, s.scanner, s.location_id, s.seen_at, k.simple, k.woven, s.state = 'same' as same, k.once, r.words, r.named, r.finding, r.gone
from m_told_rows r
join m_scans s using (scan_no)
join m_reach k on k.image_id = s.image_id and k.scanner = s.scanner;
