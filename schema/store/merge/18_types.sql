-- Some reports name a package without its type (SARIF mostly). It is that of the
-- package of the same name and version that other reports find in the image with
-- the same vulnerability, else of the only such package there. What was stored
-- without a type moves to the finding with it: one finding is not two.
create temp table m_bare as
select distinct image_id, package_name, installed_version from (
    select i.image_id, r.package_name, r.installed_version
    from stage_rows r join stage_scans s using (scan_no) join m_ids i using (image_key)
    where r.package_type is null and r.package_name is not null
    union all
    select image_id, package_name, installed_version from argosy.findings semi join m_ids using (image_id)
    where package_type is null and package_name is not null);

create temp table m_typed as
select distinct b.image_id, b.package_name, b.installed_version, t.vulnerability, t.package_type
from m_bare b
join (
    select i.image_id, coalesce(a.canonical, r.vulnerability) as vulnerability, r.package_type, r.package_name, r.installed_version
    from stage_rows r join stage_scans s using (scan_no) join m_ids i using (image_key) left join argosy.alias_names a on a.id = r.vulnerability
    where r.package_type is not null and r.package_name in (select package_name from m_bare)
    union all
    select f.image_id, v.id, f.package_type, f.package_name, f.installed_version
    from argosy.findings f semi join m_bare on m_bare.image_id = f.image_id and m_bare.package_name = f.package_name join argosy.vulnerabilities v using (vulnerability_id)
    where f.package_type is not null
) t on t.image_id = b.image_id and t.package_name = b.package_name and t.installed_version is not distinct from b.installed_version;

create temp table m_types as
select image_id, package_name, installed_version, vulnerability, min(package_type) as package_type
from m_typed group by all having count(distinct package_type) = 1
union all
select image_id, package_name, installed_version, null, min(package_type)
from m_typed group by image_id, package_name, installed_version having count(distinct package_type) = 1;

insert into m_row_types
from (
    select r.row_no, coalesce(v.package_type, p.package_type) as package_type
    from stage_rows r join stage_scans s using (scan_no) join m_ids i using (image_key) left join argosy.alias_names a on a.id = r.vulnerability
    left join m_types v on v.image_id = i.image_id and v.package_name = r.package_name and v.installed_version is not distinct from r.installed_version
        and v.vulnerability = coalesce(a.canonical, r.vulnerability)
    left join m_types p on p.image_id = i.image_id and p.package_name = r.package_name and p.installed_version is not distinct from r.installed_version and p.vulnerability is null
    where r.package_type is null and r.package_name is not null)
where package_type is not null;

create temp table m_move as
select f.finding as was, f.image_id, f.own, coalesce(s.named, f.own) as name, f.own as canonical, f.package_type,
    argosy.uuid_of(concat_ws(chr(10), i.image_key, f.own, f.kind, f.package_type, f.package_name, coalesce(f.installed_version, ''), f.running)) as finding
from (
    select f.finding, f.image_id, w.id as own, f.kind, f.package_name, f.installed_version, f.running, coalesce(v.package_type, p.package_type) as package_type
    from argosy.findings f semi join m_ids on m_ids.image_id = f.image_id join argosy.vulnerabilities w using (vulnerability_id)
    left join m_types v on v.image_id = f.image_id and v.package_name = f.package_name and v.installed_version is not distinct from f.installed_version and v.vulnerability = w.id
    left join m_types p on p.image_id = f.image_id and p.package_name = f.package_name and p.installed_version is not distinct from f.installed_version and p.vulnerability is null
    where f.package_type is null and f.package_name is not null) f
join argosy.images i using (image_id)
join (select distinct finding, named from argosy.sightings) s using (finding)
where f.package_type is not null;
