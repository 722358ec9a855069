-- Findings that are kept under another identity from now on: their sightings
-- move to the finding of that identity, which inherits all of their history.
-- m_move tells what each was, the vulnerability that it was kept under (own), the
-- names by which scanners called it, and where each of them belongs now, with the
-- package's type, name and version there.
create temp table m_there as select distinct finding from m_move where finding in (select finding from argosy.findings);
insert into argosy.findings
select f.* replace (m.finding as finding, v.vulnerability_id as vulnerability_id, m.package_type as package_type,
    m.package_name as package_name, m.installed_version as installed_version)
from (select distinct on (finding) * from m_move order by finding, name, was) m
join argosy.findings f on f.finding = m.was
join argosy.vulnerabilities v on v.id = m.canonical
where m.finding not in (select finding from argosy.findings);

-- What one finding alone moved to has all that it said.
update argosy.findings f set
    last_seen = greatest(f.last_seen, b.last_seen), published = coalesce(least(f.published, b.published), f.published, b.published),
    paths = case when b.paths is null then f.paths else join_paths(list_concat(coalesce(f.paths, []), b.paths)) end,
    purl = coalesce(least(f.purl, b.purl), f.purl, b.purl), layer = coalesce(least(f.layer, b.layer), f.layer, b.layer),
    reported_ids = case when b.reported_ids is null then f.reported_ids else list_sort(list_distinct(list_concat(coalesce(f.reported_ids, []), b.reported_ids))) end
from (
    select m.finding, max(w.last_seen) as last_seen, min(w.published) as published, min(w.purl) as purl, min(w.layer) as layer,
        flatten(list(w.paths) filter (where w.paths is not null)) as paths, flatten(list(w.reported_ids) filter (where w.reported_ids is not null)) as reported_ids
    from (select distinct was, finding from m_move) m join argosy.findings w on w.finding = m.was group by m.finding
    having count(*) > 1 or m.finding in (from m_there)) b
where b.finding = f.finding;

update argosy.sightings s set finding = m.finding, named = case when m.name <> m.canonical then m.name end
from m_move m where s.finding = m.was and coalesce(s.named, m.own) = m.name;

-- What is parted from a finding is no longer among the names that it goes by.
update argosy.findings f set reported_ids = nullif(list_filter(f.reported_ids, lambda x: not list_contains(b.names, x)), [])
from (select was, list(name) as names from m_move where own <> canonical group by was) b
where b.was = f.finding and f.reported_ids is not null;

create or replace temp table m_left as
select distinct was as finding from m_move where was not in (select finding from argosy.sightings where finding in (select was from m_move));
update argosy.set_asides x set finding = m.finding
from (select distinct on (was) was, finding from m_move semi join m_left on m_left.finding = m_move.was order by was, finding) m where x.finding = m.was;
delete from argosy.findings where finding in (select finding from m_left);
delete from argosy.spans where finding in (select finding from m_left);
delete from argosy.exempted where finding in (select finding from m_left);

insert into m_moved by name select was, canonical, finding, image_id from m_move;
drop table m_move;
drop table m_there;
