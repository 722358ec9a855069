-- Which exemption holds for which finding. A statement of a digest is about
-- that image wherever it lies; a package URL decides over a package's name.
create or replace temp table x_rules as
select *, coalesce(digest, registry, repository, tag, team) is not null as placed
from argosy.exemptions
-- A statement of others about a vulnerability alone says of no image that it is in it.
where removed is null and (placed or coalesce(purl, package_name, path, case when source <> 'vex' then vulnerability end) is not null);

create or replace temp table x_names as
select distinct e.exemption_id, v.vulnerability_id
from (select exemption_id, upper(unnest(list_append(coalesce(aliases, []), vulnerability))) as id
      from x_rules where vulnerability is not null) e
join (select vulnerability_id, upper(id) as id from argosy.vulnerabilities
      -- An advisory that covers several CVEs is not exempt because one of them is.
      union select vulnerability_id, upper(alias) from (select vulnerability_id, id as own, aliases, unnest(aliases) as alias from argosy.vulnerabilities)
      where alias not ilike 'CVE-%' or own ilike 'CVE-%' or len(list_filter(aliases, lambda x: x ilike 'CVE-%')) = 1) v using (id);

-- Whether a package URL is of the architecture and the distribution that another names,
-- where both name one. One scanner's debian-12 is another's debian-12.5.
create or replace temp macro x_purl_word(purl, word) as split_part(url_decode(regexp_extract(lower(purl), '[?&]' || word || '=([^&#]*)', 1)), '.', 1);
create or replace temp macro x_purl_agrees(purl, other) as
    not contains(purl, '?') or (x_purl_word(purl, 'arch') in ('', x_purl_word(other, 'arch')) or x_purl_word(other, 'arch') = '')
        and (x_purl_word(purl, 'distro') in ('', x_purl_word(other, 'distro')) or x_purl_word(other, 'distro') = '');

-- Patterns of paths are those of Trivy and Grype: * stays within a folder, ** goes
-- through folders. x_path_pattern takes in at least as much, and is asked first.
create or replace temp macro x_path_pattern(pattern) as argosy.rule_pattern(replace(ltrim(pattern, '/'), '**/', '*'));
create or replace temp macro x_path_expression(pattern) as
    replace(replace(replace(replace(replace(replace(regexp_replace(ltrim(pattern, '/'), '([.+(){}|^$\\\[\]])', '\\\1', 'g'),
        '**/', chr(1)), '**', chr(2)), '*', '[^/]*'), '?', '[^/]'), chr(1), '(?:.*/)?'), chr(2), '.*');
create or replace temp macro x_path_held(path, pattern) as
    case when ltrim(path, '/') glob x_path_pattern(pattern) then regexp_full_match(ltrim(path, '/'), x_path_expression(pattern), 's') else false end;

-- What an exemption says of the package of a finding, and of the place of its image.
create or replace temp macro x_packaged(name, type_, version, purl, path, of_name, of_type, of_version, of_purl, of_paths) as
    -- Names of PyPI have many spellings in package URLs, too, and no namespace.
    case when purl is not null and of_purl is not null and of_type is distinct from 'pypi' then argosy.purl_base(of_purl) = split_part(purl, '?', 1) and x_purl_agrees(purl, of_purl)
         else (purl is null or of_name is not null) and (type_ is null or of_type is null or of_type = type_)
              and (name is null or argosy.package_like(argosy.rule_pattern(name), of_type, of_name)) end
    and (version is null or of_version = version or argosy.canonical_version(of_type, of_version) = argosy.canonical_version(of_type, version))
    and (path is null or len(of_paths) > 0 and len(list_filter(of_paths, lambda p: not x_path_held(p, path))) = 0);
create or replace temp macro x_placed(vex, digest, registry, repository, tag, team, of_digest, of_config, of_indexes, of_registry, of_repository, of_tags, of_team) as
    (digest is null or digest = of_digest or digest = of_config or list_contains(of_indexes, digest))
    and (vex and digest is not null
         or (registry is null or of_registry glob argosy.rule_pattern(registry))
            and (repository is null or of_repository glob argosy.rule_pattern(repository)
                 or vex and registry is null and string_split(of_repository, '/')[-1] = repository)
            and (tag is null or len(list_filter(of_tags, lambda t: t glob argosy.rule_pattern(tag))) > 0))
    and (team is null or coalesce(of_team, 'unowned') glob argosy.rule_pattern(team));

-- Rules about no vulnerability: first the images that each can be about, and the names
-- of packages, which are few; all findings for each rule would be too many to hold.
create or replace temp table x_broad as from x_rules where vulnerability is null;
create or replace temp table x_images as
select distinct e.exemption_id, l.image_id
from (from x_broad where placed) e join (from argosy.locations join argosy.images using (image_id)) l
    on x_placed(e.source = 'vex', e.digest, e.registry, e.repository, e.tag, e.team, l.digest, l.config_digest, l.index_digests, l.registry, l.repository, l.tags, l.team);
create or replace temp table x_packages as
select distinct e.exemption_id, n.package_name
from (from x_broad where package_name is not null and purl is null) e
join (select distinct package_type, package_name from argosy.findings where fixed_at is null and package_name is not null) n
    on argosy.package_like(argosy.rule_pattern(e.package_name), n.package_type, n.package_name);

create or replace temp table x_candidates as
select n.exemption_id, f.finding from x_names n join argosy.findings f using (vulnerability_id) where f.fixed_at is null
union all
select p.exemption_id, f.finding
from x_packages p join argosy.findings f using (package_name) join x_images i on i.exemption_id = p.exemption_id and i.image_id = f.image_id
where f.fixed_at is null
union all
select p.exemption_id, f.finding
from x_packages p join argosy.findings f using (package_name)
where f.fixed_at is null and p.exemption_id in (select exemption_id from x_broad where not placed)
union all
select i.exemption_id, f.finding
from x_images i join argosy.findings f using (image_id)
where f.fixed_at is null and i.exemption_id in (select exemption_id from x_broad where package_name is null or purl is not null)
union all
select e.exemption_id, f.finding
from (from x_broad where not placed and (package_name is null or purl is not null)) e
join argosy.findings f on x_packaged(e.package_name, e.package_type, e.package_version, e.purl, e.path, f.package_name, f.package_type, f.installed_version, f.purl, f.paths)
where f.fixed_at is null;

create or replace temp table x_match as
select e.exemption_id, f.finding, l.location_id, e.source, e.status, e.stated, e.expires
from x_candidates c
join x_rules e using (exemption_id)
join argosy.findings f using (finding)
join argosy.images i using (image_id)
join argosy.locations l using (image_id)
where x_placed(e.source = 'vex', e.digest, e.registry, e.repository, e.tag, e.team, i.digest, i.config_digest, i.index_digests, l.registry, l.repository, l.tags, l.team)
  and x_packaged(e.package_name, e.package_type, e.package_version, e.purl, e.path, f.package_name, f.package_type, f.installed_version, f.purl, f.paths);

update argosy.exemptions e set matched = coalesce(m.n, 0)
from argosy.exemptions x left join (
    -- What lies in no repository any more is kept as it is, and not counted.
    select exemption_id, count(distinct finding) as n from x_match join argosy.locations l using (location_id) join argosy.findings f using (finding)
    where l.gone_at is null or f.running is not null group by exemption_id) m using (exemption_id)
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
