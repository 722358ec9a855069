-- Findings whose vulnerability is kept under another id from now on. m_renamed
-- holds the ids and where they belong now.
create temp table m_move as
select s.finding as was, f.image_id, v.id as own, s.name, n.canonical, f.package_type, f.package_name, f.installed_version,
    argosy.uuid_of(concat_ws(chr(10), i.image_key, n.canonical, f.kind, coalesce(f.package_type, ''),
        coalesce(f.package_name, ''), coalesce(f.installed_version, ''), f.running)) as finding
from (
    select distinct t.finding, coalesce(t.named, w.id) as name
    from argosy.sightings t join argosy.findings g using (finding) join argosy.vulnerabilities w using (vulnerability_id)
    where coalesce(t.named, w.id) in (select id from m_renamed)) s
join argosy.findings f on f.finding = s.finding
join argosy.images i using (image_id)
join argosy.vulnerabilities v using (vulnerability_id)
join m_renamed n on n.id = s.name
where n.canonical <> v.id;

insert into argosy.vulnerabilities (vulnerability_id, id, kev)
select (select coalesce(max(vulnerability_id), 0) from argosy.vulnerabilities) + row_number() over (order by canonical), canonical, false
from (select distinct canonical from m_move) where canonical not in (select id from argosy.vulnerabilities);
