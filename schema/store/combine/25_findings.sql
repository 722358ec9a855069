-- The run that told of a name, and the findings of the other database by the
-- names that vulnerabilities go by here.
update argosy.alias_claims a set run_id = g.run_id
from other.alias_claims o join g_runs g on g.kind = 'ingest' and g.other_run = o.run_id
where o.id = a.id and o.same_as = a.same_as and a.run_id = getvariable('run_id') and a.run_id <> g.run_id and not g.known;

-- had are those that are here, with their type of package or without, in the one
-- spelling of names.
create temp table g_findings as
select other_finding, finding, finding in (select finding from argosy.findings) or bare in (select finding from argosy.findings where package_type is null) as had
from (
    select f.finding as other_finding, case when n.id is null and f.package_name is not distinct from f.was_name and f.installed_version is not distinct from f.was_version then f.finding
        else argosy.uuid_of(concat_ws(chr(10), i.image_key, coalesce(n.canonical, v.id), f.kind, coalesce(f.package_type, ''),
            coalesce(f.package_name, ''), coalesce(f.installed_version, ''), f.running)) end as finding,
        argosy.uuid_of(concat_ws(chr(10), i.image_key, coalesce(n.canonical, v.id), f.kind, '', coalesce(f.package_name, ''), coalesce(f.installed_version, ''), f.running)) as bare
    from (select * exclude (package_name, installed_version), package_name as was_name, installed_version as was_version,
              argosy.canonical_name(package_type, was_name, purl) as package_name, argosy.canonical_version(package_type, was_version) as installed_version
          from other.findings) f join other.images i using (image_id) join other.vulnerabilities v using (vulnerability_id)
    left join argosy.alias_names n on n.id = v.id);

-- When Defender last told of the findings that are its words here and there, before
-- the runs of the other database are replayed: of those that it still tells of, with
-- its newest scan of their image.
create temp table g_told as
with told as (
    select s.there, s.finding, max(coalesce(s.valid_to, c.newest)) as told
    from (
        select false as there, finding, image_id, valid_to from argosy.sightings where scanner = 'defender'
        union all
        select true, finding, image_id, valid_to from other.sightings where scanner = 'defender') s
    left join (
        select there, image_id, max(scanned_at) as newest
        from (select false as there, image_id, scanned_at, scanner, state from argosy.scans union all select true, image_id, scanned_at, scanner, state from other.scans)
        where scanner = 'defender' and state <> 'late' group by all) c on c.there = s.there and c.image_id = s.image_id
    group by s.there, s.finding
)
select g.other_finding, coalesce(t.told > h.told, true) as later
from g_findings g join (from told where there) t on t.finding = g.other_finding left join (from told where not there) h on h.finding = g.finding
where g.had;
