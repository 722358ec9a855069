-- The part that merges each of the other rows, and the finding that it is about.
create temp table m_placed as
select row_no, p.first + hash(finding) % p.pieces as part, finding
from (
    select r.row_no, s.image_id,
        coalesce(case when a.id is null and t.row_no is null then r.finding end,
            m_finding(i.image_key, coalesce(a.canonical, r.vulnerability), r.kind,
                coalesce(t.package_type, r.package_type), coalesce(t.package_name, r.package_name), coalesce(t.installed_version, r.installed_version), r.running)) as finding
    from stage_rows r
    join m_scans s on s.scan_no = r.scan_no and s.state <> 'late'
    join m_ids i on i.image_id = s.image_id
    left join m_named a on a.id = r.vulnerability
    left join m_row_types t on t.row_no = r.row_no
    where r.scan_no not in (select scan_no from m_fresh))
join m_parts p using (image_id);
