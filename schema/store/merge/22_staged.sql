-- How many rows of each scan are staged, and how much their details weigh, in
-- rows: long texts count by their length.
create temp table m_staged as
select s.scan_no, coalesce(r.n, 0) as n, coalesce(d.size, 0) as size
from stage_scans s
left join (select scan_no, count(*) as n from stage_rows group by scan_no) r using (scan_no)
left join (select scan_no, (count(*) + sum(bytes) // 512)::bigint as size from stage_details group by scan_no) d using (scan_no);

-- The name of a finding: what makes it the same in every scan.
create or replace temp macro m_finding(image_key, vulnerability, kind, package_type, package_name, installed_version, running) as
    argosy.uuid_of(concat_ws(chr(10), image_key, vulnerability, coalesce(kind, 'vulnerability'), coalesce(package_type, ''),
        coalesce(package_name, ''), coalesce(installed_version, ''), running));
