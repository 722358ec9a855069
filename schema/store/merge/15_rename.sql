-- Findings whose vulnerability is kept under another id from now on: their
-- sightings move to the finding of that id, which inherits all of their history.
-- m_renamed holds the ids and where they belong now.
create temp table m_moved as
select s.finding as was, f.image_id, v.id as own, s.name, n.canonical,
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
from (select distinct canonical from m_moved) where canonical not in (select id from argosy.vulnerabilities);

insert into argosy.findings
select f.* replace (m.finding as finding, v.vulnerability_id as vulnerability_id)
from (select distinct on (finding) * from m_moved order by finding, name) m
join argosy.findings f on f.finding = m.was
join argosy.vulnerabilities v on v.id = m.canonical
where m.finding not in (select finding from argosy.findings);

update argosy.findings f set
    last_seen = greatest(f.last_seen, b.last_seen), published = coalesce(least(f.published, b.published), f.published, b.published),
    paths = case when b.paths is null then f.paths else join_paths(list_concat(coalesce(f.paths, []), b.paths)) end,
    purl = coalesce(least(f.purl, b.purl), f.purl, b.purl), layer = coalesce(least(f.layer, b.layer), f.layer, b.layer),
    reported_ids = case when b.reported_ids is null then f.reported_ids else list_sort(list_distinct(list_concat(coalesce(f.reported_ids, []), b.reported_ids))) end
from (
    select m.finding, max(w.last_seen) as last_seen, min(w.published) as published, min(w.purl) as purl, min(w.layer) as layer,
        flatten(list(w.paths) filter (where w.paths is not null)) as paths, flatten(list(w.reported_ids) filter (where w.reported_ids is not null)) as reported_ids
    from (select distinct was, finding from m_moved) m join argosy.findings w on w.finding = m.was group by m.finding) b
where b.finding = f.finding;

update argosy.sightings s set finding = m.finding, named = case when m.name <> m.canonical then m.name end
from m_moved m where s.finding = m.was and coalesce(s.named, m.own) = m.name;

-- What is parted from a finding is no longer among the names that it goes by.
update argosy.findings f set reported_ids = nullif(list_filter(f.reported_ids, lambda x: not list_contains(b.names, x)), [])
from (select was, list(name) as names from m_moved group by was) b
where b.was = f.finding and f.reported_ids is not null;

create temp table m_left as
select distinct was as finding from m_moved where was not in (select finding from argosy.sightings where finding in (select was from m_moved));
update argosy.set_asides x set finding = m.finding
from (select distinct on (was) was, finding from m_moved semi join m_left on m_left.finding = m_moved.was order by was, finding) m where x.finding = m.was;
delete from argosy.findings where finding in (select finding from m_left);
delete from argosy.spans where finding in (select finding from m_left);
delete from argosy.exempted where finding in (select finding from m_left);

-- Texts follow, unless an advisory's own list names its one CVE.
update argosy.advisories a set canonical = n.canonical
from m_renamed n
where n.id = a.id and a.canonical <> n.canonical
  and len(list_distinct(list_transform(list_filter(coalesce(a.aliases, []), lambda x: x ilike 'CVE-%'), lambda x: upper(x)))) <> 1;
delete from argosy.vulnerabilities
where id in (select id from m_renamed where canonical <> id) and vulnerability_id not in (select vulnerability_id from argosy.findings);
