-- The rows of the run with the finding that each is about and the part that
-- merges it.
create or replace temp view m_placed as
select p.first + hash(finding) % p.pieces as part, r.* exclude (image_id)
from (
    select r.* exclude (vulnerability, running, gone) replace (coalesce(r.package_type, t.package_type) as package_type), coalesce(a.canonical, r.vulnerability) as canonical, s.image_id,
        case when a.id is not null then r.vulnerability else '' end as named, r.running, coalesce(r.gone, false) as gone,
        argosy.uuid_of(concat_ws(chr(10), i.image_key, coalesce(a.canonical, r.vulnerability), coalesce(r.kind, 'vulnerability'), coalesce(r.package_type, t.package_type, ''),
            coalesce(r.package_name, ''), coalesce(r.installed_version, ''), r.running)) as finding
    from stage_rows r
    join m_scans s on s.scan_no = r.scan_no and s.state <> 'late'
    join m_ids i on i.image_id = s.image_id
    left join m_named a on a.id = r.vulnerability
    left join m_row_types t on t.row_no = r.row_no) r
join m_parts p using (image_id);
