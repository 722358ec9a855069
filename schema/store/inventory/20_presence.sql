-- Where things are. A tag that leads to an index says that its platforms are
-- there too, at any depth.
create or replace temp table v_present as
with recursive seen as (
    select registry, repository, digest from inv_tags
    union
    select registry, repository, digest from inv_present where not gone
    union
    select registry, repository, digest from inv_referrers
    union
    select s.registry, s.repository, p.digest
    from seen s join argosy.manifest_platforms p on p.index_digest = s.digest
    where p.digest in (select digest from argosy.manifests)
)
select s.registry, s.repository, s.digest, bool_or(coalesce(i.checked, false)) as checked, max(i.pushed) as pushed, max(i.pulled) as pulled
from seen s
left join inv_present i on i.registry = s.registry and i.repository = s.repository and i.digest = s.digest and not i.gone
where (s.registry, s.repository, s.digest) not in (select (registry, repository, digest) from inv_present where gone)
group by all;

create or replace temp table v_places as
select registry, repository from v_present union select registry, repository from inv_listed
union select registry, repository from inv_catalogue union select registry, repository from inv_present;

update argosy.registries r set last_seen = getvariable('sync_at')
where r.registry in (select registry from v_places);
insert into argosy.registries
select distinct registry, getvariable('sync_at'), getvariable('sync_at'), null::timestamp from v_places
where registry not in (select registry from argosy.registries);
update argosy.registries r set catalogue_at = getvariable('sync_at')
where r.registry in (select registry from inv_catalogued where prefix is null);

update argosy.repositories r set last_seen = getvariable('sync_at'), gone_at = null
where (r.registry, r.repository) in (select (registry, repository) from v_places);
insert into argosy.repositories
select registry, repository, getvariable('sync_at'), getvariable('sync_at'), null, null from v_places
where (registry, repository) not in (select (registry, repository) from argosy.repositories);
update argosy.repositories r set listed_at = getvariable('sync_at')
where (r.registry, r.repository) in (select (registry, repository) from inv_listed);

update argosy.repository_manifests r set last_seen = getvariable('sync_at'), gone_at = null,
    checked_at = case when p.checked then getvariable('sync_at') else r.checked_at end,
    pushed = coalesce(p.pushed, r.pushed), pulled = coalesce(greatest(p.pulled, r.pulled), p.pulled, r.pulled)
from v_present p where p.registry = r.registry and p.repository = r.repository and p.digest = r.digest;
insert into argosy.repository_manifests
select p.registry, p.repository, p.digest, getvariable('sync_at'), getvariable('sync_at'),
    case when p.checked then getvariable('sync_at') end, p.pushed, p.pulled, null
from v_present p
where (p.registry, p.repository, p.digest) not in (select (registry, repository, digest) from argosy.repository_manifests);
update argosy.repository_manifests r set gone_at = getvariable('sync_at')
from inv_present g
where g.gone and r.gone_at is null and g.registry = r.registry and g.repository = r.repository and g.digest = r.digest;

-- A tag that moved ends where it was and begins where it is.
create or replace temp table v_tags as
select registry, repository, tag, arg_max(digest, rowid) as digest, max(pushed) as pushed, max(pulled) as pulled from inv_tags group by all;
update argosy.repository_tags t set valid_to = getvariable('sync_at')
from v_tags v
where t.valid_to is null and v.registry = t.registry and v.repository = t.repository and v.tag = t.tag and v.digest <> t.digest;
update argosy.repository_tags t set last_seen = getvariable('sync_at'), pushed = coalesce(v.pushed, t.pushed),
    pulled = coalesce(greatest(v.pulled, t.pulled), v.pulled, t.pulled)
from v_tags v
where t.valid_to is null and v.registry = t.registry and v.repository = t.repository and v.tag = t.tag;
insert into argosy.repository_tags
select registry, repository, tag, digest, getvariable('sync_at'), getvariable('sync_at'), null, pushed, pulled from v_tags
where (registry, repository, tag) not in (select (registry, repository, tag) from argosy.repository_tags where valid_to is null);

update argosy.repository_tags t set valid_to = getvariable('sync_at')
where t.valid_to is null and t.last_seen < getvariable('sync_at')
  and (t.registry, t.repository) in (select (registry, repository) from inv_listed);

-- A repository that its registry no longer lists is gone with all it held.
create or replace temp table v_gone as
select r.registry, r.repository from argosy.repositories r
join inv_catalogued c on c.registry = r.registry and (c.prefix is null or starts_with(r.repository, c.prefix))
where r.gone_at is null
  and (r.registry, r.repository) not in (select (registry, repository) from inv_catalogue);
update argosy.repositories r set gone_at = getvariable('sync_at')
where (r.registry, r.repository) in (select (registry, repository) from v_gone);
update argosy.repository_tags t set valid_to = getvariable('sync_at')
where t.valid_to is null and (t.registry, t.repository) in (select (registry, repository) from v_gone);
update argosy.repository_manifests r set gone_at = getvariable('sync_at')
where r.gone_at is null and (r.registry, r.repository) in (select (registry, repository) from v_gone);

update argosy.referrers r set last_seen = getvariable('sync_at')
where (r.registry, r.repository, r.subject, r.digest) in (select (registry, repository, subject, digest) from inv_referrers);
insert into argosy.referrers
select distinct on (registry, repository, subject, digest) registry, repository, subject, digest, artifact_type, via, getvariable('sync_at'), getvariable('sync_at')
from inv_referrers
where (registry, repository, subject, digest) not in (select (registry, repository, subject, digest) from argosy.referrers)
order by registry, repository, subject, digest, via;
