-- Which exemption holds for which finding. A statement of a digest is about
-- that image wherever it lies; a package URL decides over a package's name.
create or replace temp table x_names as
select distinct e.exemption_id, v.vulnerability_id
from (select exemption_id, upper(unnest(list_append(coalesce(aliases, []), vulnerability))) as id
      from argosy.exemptions where vulnerability is not null and removed is null) e
join (select vulnerability_id, upper(id) as id from argosy.vulnerabilities
      -- An advisory that covers several CVEs is not exempt because one of them is.
      union select vulnerability_id, upper(alias) from (select vulnerability_id, id as own, aliases, unnest(aliases) as alias from argosy.vulnerabilities)
      where alias not ilike 'CVE-%' or own ilike 'CVE-%' or len(list_filter(aliases, lambda x: x ilike 'CVE-%')) = 1) v using (id);

create or replace temp table x_open as
select e.exemption_id, f.finding, f.image_id, f.package_type, f.package_name, f.installed_version, f.purl, f.paths
from argosy.exemptions e join x_names n using (exemption_id) join argosy.findings f on f.vulnerability_id = n.vulnerability_id
where f.fixed_at is null
union all
select e.exemption_id, f.finding, f.image_id, f.package_type, f.package_name, f.installed_version, f.purl, f.paths
from argosy.exemptions e join argosy.findings f on e.package_name is null or lower(f.package_name) glob lower(e.package_name)
where e.removed is null and e.vulnerability is null and f.fixed_at is null;

create or replace temp table x_match as
select e.exemption_id, o.finding, l.location_id, e.source, e.status, e.stated, e.expires
from x_open o
join argosy.exemptions e using (exemption_id)
join argosy.images i using (image_id)
join argosy.locations l using (image_id)
where coalesce(e.digest, e.repository, e.registry, e.tag, e.purl, e.package_name, e.path, e.team,
        case when e.source <> 'vex' then e.vulnerability end) is not null
  and (e.digest is null or e.digest = i.digest or e.digest = i.config_digest or list_contains(i.index_digests, e.digest))
  and (e.source = 'vex' and e.digest is not null
       or (e.registry is null or l.registry glob e.registry)
          and (e.repository is null or l.repository glob e.repository
               or e.source = 'vex' and e.registry is null and string_split(l.repository, '/')[-1] = e.repository)
          and (e.tag is null or len(list_filter(l.tags, lambda t: t glob e.tag)) > 0))
  and case when e.purl is not null and o.purl is not null then argosy.purl_base(o.purl) = e.purl
           else (e.purl is null or o.package_name is not null) and (e.package_type is null or o.package_type is null or o.package_type = e.package_type)
                and (e.package_name is null or lower(o.package_name) glob lower(e.package_name)) end
  and (e.package_version is null or o.installed_version = e.package_version)
  and (e.path is null or len(list_filter(o.paths, lambda p: ltrim(p, '/') glob ltrim(e.path, '/'))) > 0)
  and (e.team is null or coalesce(l.team, 'unowned') glob e.team);

update argosy.exemptions e set matched = coalesce(m.n, 0)
from argosy.exemptions x left join (select exemption_id, count(distinct finding) as n from x_match group by exemption_id) m using (exemption_id)
where x.exemption_id = e.exemption_id and e.matched <> coalesce(m.n, 0) and e.removed is null;

-- Of VEX statements the newest speaks; of rules the one that holds longest; a
-- rule of one's own goes before a statement of others.
delete from argosy.exempted;
insert into argosy.exempted
select b.finding, b.location_id, b.exemption_id, e.expires,
    case when e.source = 'vex' then 'VEX ' || e.status || case when e.justification is not null then ' (' || e.justification || ')' else '' end
        || case when e.reason not in (e.status, coalesce(e.justification, '')) then ': ' || e.reason else '' end
    else e.reason end
from (
    select finding, location_id, arg_max(exemption_id, (coalesce(expires, timestamp '9999-12-31'), source <> 'vex', exemption_id)) as exemption_id
    from (
        select * from x_match where source <> 'vex'
        union all
        select * from (select distinct on (finding, location_id) * from x_match where source = 'vex'
                       order by finding, location_id, stated desc, exemption_id desc)
        where status in ('not_affected', 'fixed'))
    group by finding, location_id) b
join argosy.exemptions e using (exemption_id);

-- From when to when each held. One that was stored while this run was read began
-- no earlier than it was stored.
update argosy.set_asides s set ended = greatest(getvariable('decided_at')::timestamp, s.known_from)
where s.ended is null and (s.finding, s.location_id, s.exemption_id) not in (select (finding, location_id, exemption_id) from argosy.exempted);
insert into argosy.set_asides
select x.finding, x.location_id, x.exemption_id, e.stated, greatest(getvariable('decided_at')::timestamp, e.created), e.expires, null
from argosy.exempted x join argosy.exemptions e using (exemption_id)
anti join (select * from argosy.set_asides where ended is null) s on s.finding = x.finding and s.location_id = x.location_id and s.exemption_id = x.exemption_id;
