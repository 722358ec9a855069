-- What exists and what runs: the later look at a thing says whether it is there.
insert into argosy.registries by name select * from other.registries where registry not in (select registry from argosy.registries);
update argosy.registries a set first_seen = least(a.first_seen, o.first_seen), last_seen = greatest(a.last_seen, o.last_seen),
    catalogue_at = coalesce(greatest(a.catalogue_at, o.catalogue_at), a.catalogue_at, o.catalogue_at)
from other.registries o
where o.registry = a.registry and (a.first_seen > o.first_seen or a.last_seen < o.last_seen or coalesce(a.catalogue_at < o.catalogue_at, a.catalogue_at is null and o.catalogue_at is not null));

-- Tags of repositories that both know: what each saw at which time, in one row.
create temp table g_shared as
select registry, repository from argosy.repositories semi join other.repositories using (registry, repository);
create temp table g_tags as
with told as (
    select * from argosy.repository_tags semi join g_shared using (registry, repository)
    union
    select * from other.repository_tags semi join g_shared using (registry, repository)
), seen as (
    select registry, repository, tag, digest, valid_from as at_time from told
    union select registry, repository, tag, digest, last_seen from told
    union select t.registry, t.repository, t.tag, null, t.valid_to from told t
    where t.valid_to is not null and not exists (from told n where n.registry = t.registry and n.repository = t.repository and n.tag = t.tag
        and n.valid_from <= t.valid_to and n.last_seen >= t.valid_to)
), moved as (
    select *, sum((before is distinct from digest or n = 1)::int) over (partition by registry, repository, tag order by at_time, digest) as island
    from (select *, lag(digest) over w as before, row_number() over w as n from seen window w as (partition by registry, repository, tag order by at_time, digest))
), islands as (
    select registry, repository, tag, any_value(digest) as digest, min(at_time) as valid_from, max(at_time) as last_seen
    from moved group by registry, repository, tag, island
)
select i.registry, i.repository, i.tag, i.digest, i.valid_from, i.last_seen, i.valid_to,
    (select max(t.pushed) from told t where t.registry = i.registry and t.repository = i.repository and t.tag = i.tag and t.digest = i.digest) as pushed,
    (select max(t.pulled) from told t where t.registry = i.registry and t.repository = i.repository and t.tag = i.tag and t.digest = i.digest) as pulled
from (select *, lead(valid_from) over (partition by registry, repository, tag order by valid_from) as valid_to from islands) i
where digest is not null;
create temp table g_tags_new as
select * from g_tags except select * from argosy.repository_tags;
create temp table g_tags_old as
select * from argosy.repository_tags semi join g_shared using (registry, repository) except select * from g_tags;
delete from argosy.repository_tags t where exists (from g_tags_old g where g.registry = t.registry and g.repository = t.repository and g.tag = t.tag and g.digest = t.digest and g.valid_from = t.valid_from);
insert into argosy.repository_tags by name select * from g_tags_new;
insert into argosy.repository_tags by name select * from other.repository_tags anti join g_shared using (registry, repository);

insert into argosy.repositories by name
select * from other.repositories where (registry, repository) not in (select (registry, repository) from argosy.repositories);
update argosy.repositories a set first_seen = n.first_seen, last_seen = n.last_seen, listed_at = n.listed_at, gone_at = n.gone_at
from (
    select a.registry, a.repository, least(a.first_seen, o.first_seen) as first_seen, greatest(a.last_seen, o.last_seen) as last_seen,
        coalesce(greatest(a.listed_at, o.listed_at), a.listed_at, o.listed_at) as listed_at,
        case when greatest(o.last_seen, coalesce(o.gone_at, o.last_seen)) > greatest(a.last_seen, coalesce(a.gone_at, a.last_seen)) then o.gone_at else a.gone_at end as gone_at
    from argosy.repositories a join other.repositories o using (registry, repository)) n
where n.registry = a.registry and n.repository = a.repository
  and (a.first_seen, a.last_seen, a.listed_at, a.gone_at) is distinct from (n.first_seen, n.last_seen, n.listed_at, n.gone_at);

-- Content never changes; what only a listing said gives way to it.
create temp table g_manifests as
select digest from other.manifests o
where digest not in (select digest from argosy.manifests) or not coalesce(o.listed, false) and digest in (select digest from argosy.manifests where listed);
delete from argosy.manifests where digest in (select digest from g_manifests);
delete from argosy.manifest_platforms where index_digest in (select digest from g_manifests);
delete from argosy.manifest_layers where digest in (select digest from g_manifests);
insert into argosy.manifests by name select * from other.manifests where digest in (select digest from g_manifests);
insert into argosy.manifest_layers by name select * from other.manifest_layers where digest in (select digest from g_manifests);
insert into argosy.manifest_platforms by name select * from other.manifest_platforms where index_digest in (select digest from g_manifests);

insert into argosy.repository_manifests by name
select * from other.repository_manifests where (registry, repository, digest) not in (select (registry, repository, digest) from argosy.repository_manifests);
update argosy.repository_manifests a set first_seen = n.first_seen, last_seen = n.last_seen, checked_at = n.checked_at, pushed = n.pushed, pulled = n.pulled, gone_at = n.gone_at
from (
    select a.registry, a.repository, a.digest, least(a.first_seen, o.first_seen) as first_seen, greatest(a.last_seen, o.last_seen) as last_seen,
        coalesce(greatest(a.checked_at, o.checked_at), a.checked_at, o.checked_at) as checked_at, coalesce(greatest(a.pushed, o.pushed), a.pushed, o.pushed) as pushed,
        coalesce(greatest(a.pulled, o.pulled), a.pulled, o.pulled) as pulled,
        case when greatest(o.last_seen, coalesce(o.gone_at, o.last_seen)) > greatest(a.last_seen, coalesce(a.gone_at, a.last_seen)) then o.gone_at else a.gone_at end as gone_at
    from argosy.repository_manifests a join other.repository_manifests o using (registry, repository, digest)) n
where n.registry = a.registry and n.repository = a.repository and n.digest = a.digest
  and (a.first_seen, a.last_seen, a.checked_at, a.pushed, a.pulled, a.gone_at) is distinct from (n.first_seen, n.last_seen, n.checked_at, n.pushed, n.pulled, n.gone_at);

insert into argosy.referrers by name
select * from other.referrers where (registry, repository, subject, digest) not in (select (registry, repository, subject, digest) from argosy.referrers);
update argosy.referrers a set first_seen = least(a.first_seen, o.first_seen), last_seen = greatest(a.last_seen, o.last_seen)
from other.referrers o
where o.registry = a.registry and o.repository = a.repository and o.subject = a.subject and o.digest = a.digest and (a.first_seen > o.first_seen or a.last_seen < o.last_seen);

-- A container that the later look at its cluster did not find is gone.
create temp table g_containers as
select c.*, k.looked
from (select *, 1 as here from argosy.containers union all select *, 0 from other.containers) c
left join (select a.cluster, a.last_seen as ours, o.last_seen as looked from argosy.clusters a join other.clusters o using (cluster)) k using (cluster)
where c.cluster in (select cluster from other.clusters);
create temp table g_containers_now as
with one as (
    select * exclude (looked, here, first_seen, last_seen, gone_at), min(first_seen) as first_seen, max(last_seen) as last_seen,
        arg_max(coalesce(gone_at, timestamp '9999-12-31'), (last_seen, here)) as gone_at
    from (select * exclude (state, started, labels), first_value(state) over w as state, first_value(started) over w as started, first_value(labels) over w as labels
          from g_containers
          window w as (partition by cluster, namespace, pod, pod_uid, container, role, digest, config_digest, image, first_seen order by last_seen desc, here desc
              rows between unbounded preceding and unbounded following))
    group by all
), looks as (
    select a.cluster, greatest(a.last_seen, o.last_seen) as newest from argosy.clusters a join other.clusters o using (cluster)
)
select o.* replace (case when o.gone_at = timestamp '9999-12-31' then case when o.last_seen < l.newest then l.newest end else o.gone_at end as gone_at)
from one o left join looks l using (cluster);
create temp table g_containers_new as
select * from g_containers_now except select c.* from argosy.containers c where c.cluster in (select cluster from other.clusters);
delete from argosy.containers where cluster in (select cluster from other.clusters) and exists (from g_containers_new);
insert into argosy.containers by name select * from g_containers_now where exists (from g_containers_new);

insert into argosy.clusters by name select * from other.clusters where cluster not in (select cluster from argosy.clusters);
update argosy.clusters a set first_seen = least(a.first_seen, o.first_seen), last_seen = greatest(a.last_seen, o.last_seen)
from other.clusters o where o.cluster = a.cluster and (a.first_seen > o.first_seen or a.last_seen < o.last_seen);
