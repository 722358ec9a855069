-- Some reports name a package without its type (SARIF mostly), or one of Maven
-- without its group. It is the package that other reports find under the name, in
-- the same version, in the image with the same vulnerability, else the only such
-- package there. What was stored so moves to the finding of the whole name: one
-- finding is not two. So does what was stored in a spelling of before there was one
-- for all scanners.
create temp table m_stored as
select * from (
    select f.finding, f.image_id, f.vulnerability_id, f.kind, f.running, f.package_type, f.package_name as was_name, f.installed_version as was_version,
        argosy.canonical_name(f.package_type, f.package_name, f.purl) as package_name, argosy.canonical_version(f.package_type, f.installed_version) as installed_version
    from argosy.findings f semi join m_ids on m_ids.image_id = f.image_id where f.package_name is not null)
where m_incomplete(package_type, package_name) or package_name <> was_name or installed_version <> was_version;

create temp table m_bare as
select *, m_last(package_name) as last from (
    select i.image_id, r.package_type, r.package_name, r.installed_version
    from stage_rows r join stage_scans s using (scan_no) join m_ids i using (image_key)
    where m_incomplete(r.package_type, r.package_name)
    union
    select image_id, package_type, package_name, installed_version from m_stored where m_incomplete(package_type, package_name));

create temp table m_typed as
select distinct b.image_id, b.package_type as bare_type, b.package_name as bare_name, b.installed_version as bare_version,
    t.vulnerability, t.package_type, t.package_name, t.installed_version
from m_bare b
join (
    select i.image_id, coalesce(a.canonical, r.vulnerability) as vulnerability, r.package_type, r.package_name, r.installed_version, m_last(r.package_name) as last
    from stage_rows r join stage_scans s using (scan_no) join m_ids i using (image_key) left join argosy.alias_names a on a.id = r.vulnerability
    where r.package_name is not null and not m_incomplete(r.package_type, r.package_name) and m_last(r.package_name) in (select last from m_bare)
    union all
    select image_id, id, package_type, package_name, installed_version, m_last(package_name)
    from (
        select f.image_id, v.id, f.package_type, argosy.canonical_name(f.package_type, f.package_name, f.purl) as package_name,
            argosy.canonical_version(f.package_type, f.installed_version) as installed_version
        from argosy.findings f semi join m_bare on m_bare.image_id = f.image_id and m_bare.last = m_last(f.package_name) join argosy.vulnerabilities v using (vulnerability_id)
        where f.package_type is not null and f.package_name is not null)
    where not m_incomplete(package_type, package_name)
) t on t.image_id = b.image_id and t.last = b.last
where (b.package_type is null or b.package_type = t.package_type)
  and (argosy.canonical_name(t.package_type, b.package_name, null) = t.package_name
       or t.package_type = 'maven' and not contains(b.package_name, ':') and ends_with(t.package_name, ':' || b.package_name))
  and argosy.canonical_version(t.package_type, b.installed_version) is not distinct from t.installed_version;

create temp table m_types as
select image_id, bare_type, bare_name, bare_version, vulnerability, min(package_type) as package_type, min(package_name) as package_name, min(installed_version) as installed_version
from m_typed group by image_id, bare_type, bare_name, bare_version, vulnerability having count(distinct (package_type, package_name)) = 1
union all
select image_id, bare_type, bare_name, bare_version, null, min(package_type), min(package_name), min(installed_version)
from m_typed group by image_id, bare_type, bare_name, bare_version having count(distinct (package_type, package_name)) = 1;

insert into m_row_types
from (
    select r.row_no, coalesce(v.package_type, p.package_type) as package_type, coalesce(v.package_name, p.package_name), coalesce(v.installed_version, p.installed_version)
    from stage_rows r join stage_scans s using (scan_no) join m_ids i using (image_key) left join argosy.alias_names a on a.id = r.vulnerability
    left join m_types v on v.image_id = i.image_id and v.bare_name = r.package_name and v.bare_type is not distinct from r.package_type
        and v.bare_version is not distinct from r.installed_version and v.vulnerability = coalesce(a.canonical, r.vulnerability)
    left join m_types p on p.image_id = i.image_id and p.bare_name = r.package_name and p.bare_type is not distinct from r.package_type
        and p.bare_version is not distinct from r.installed_version and p.vulnerability is null
    where m_incomplete(r.package_type, r.package_name))
where package_type is not null;

create temp table m_move as
select f.finding as was, f.image_id, f.own, coalesce(s.named, f.own) as name, f.own as canonical, f.package_type, f.package_name, f.installed_version,
    argosy.uuid_of(concat_ws(chr(10), i.image_key, f.own, f.kind, f.package_type, f.package_name, coalesce(f.installed_version, ''), f.running)) as finding
from (
    select f.finding, f.image_id, w.id as own, f.kind, f.running, coalesce(v.package_type, p.package_type, f.package_type) as package_type,
        coalesce(v.package_name, p.package_name, f.package_name) as package_name, coalesce(v.installed_version, p.installed_version, f.installed_version) as installed_version
    from m_stored f join argosy.vulnerabilities w using (vulnerability_id)
    left join m_types v on v.image_id = f.image_id and v.bare_name = f.package_name and v.bare_type is not distinct from f.package_type
        and v.bare_version is not distinct from f.installed_version and v.vulnerability = w.id
    left join m_types p on p.image_id = f.image_id and p.bare_name = f.package_name and p.bare_type is not distinct from f.package_type
        and p.bare_version is not distinct from f.installed_version and p.vulnerability is null) f
join argosy.images i using (image_id)
join (select distinct finding, named from argosy.sightings) s using (finding)
join m_stored o on o.finding = f.finding
where f.package_type is not null and (f.package_type is distinct from o.package_type or f.package_name <> o.was_name or f.installed_version <> o.was_version);
