-- What no report tells again: images that were only in an inventory, further
-- places of an image, and what the newest rows of a finding said.
insert into argosy.images by name
select (select coalesce(max(image_id), 0) from argosy.images) + row_number() over (order by image_key) as image_id, * exclude (image_id)
from other.images where image_key not in (select image_key from argosy.images);

create temp table g_images as
select o.image_id as other_id, a.image_id, h.image_id is not null as had
from other.images o join argosy.images a using (image_key) left join g_images_had h using (image_key);

update argosy.images a set
    name = o.name, config_digest = o.config_digest, index_digests = o.index_digests, "references" = o."references", os = o.os, architecture = o.architecture,
    variant = o.variant, distribution = o.distribution, distribution_version = o.distribution_version, end_of_life = o.end_of_life, size = o.size,
    layers = o.layers, diff_ids = o.diff_ids, labels = o.labels, created = o.created, pushed = o.pushed, pulled = o.pulled,
    first_seen = o.first_seen, last_seen = o.last_seen, last_scanned = o.last_scanned, deleted = o.deleted
from g_images g join other.images o on o.image_id = g.other_id
where g.image_id = a.image_id and not g.had;

update argosy.images a set
    config_digest = n.config_digest, index_digests = n.index_digests, os = n.os, architecture = n.architecture, variant = n.variant, size = n.size,
    layers = n.layers, diff_ids = n.diff_ids, labels = n.labels, created = n.created, pushed = n.pushed, pulled = n.pulled,
    first_seen = n.first_seen, last_seen = n.last_seen
from (
    select a.image_id, coalesce(a.config_digest, o.config_digest) as config_digest, coalesce(a.index_digests, o.index_digests) as index_digests,
        coalesce(a.os, o.os) as os, coalesce(a.architecture, o.architecture) as architecture, coalesce(a.variant, o.variant) as variant,
        coalesce(a.size, o.size) as size, coalesce(a.layers, o.layers) as layers, coalesce(a.diff_ids, o.diff_ids) as diff_ids,
        coalesce(a.labels, o.labels) as labels, coalesce(a.created, o.created) as created, coalesce(greatest(a.pushed, o.pushed), a.pushed, o.pushed) as pushed,
        coalesce(greatest(a.pulled, o.pulled), a.pulled, o.pulled) as pulled, coalesce(least(a.first_seen, o.first_seen), a.first_seen, o.first_seen) as first_seen,
        coalesce(greatest(a.last_seen, o.last_seen), a.last_seen, o.last_seen) as last_seen
    from g_images g join argosy.images a using (image_id) join other.images o on o.image_id = g.other_id where g.had) n
where n.image_id = a.image_id
  and (a.config_digest, a.index_digests, a.os, a.architecture, a.variant, a.size, a.layers, a.diff_ids, a.labels, a.created, a.pushed, a.pulled, a.first_seen, a.last_seen)
    is distinct from (n.config_digest, n.index_digests, n.os, n.architecture, n.variant, n.size, n.layers, n.diff_ids, n.labels, n.created, n.pushed, n.pulled, n.first_seen, n.last_seen);

insert into argosy.locations by name
select (select coalesce(max(location_id), 0) from argosy.locations) + row_number() over (order by o.location_id) as location_id, g.image_id,
    o.is_primary and g.image_id not in (select image_id from argosy.locations) as is_primary,
    o.registry, o.repository, o.registry_name, o.registry_id, o.tenant_id, o.subscription_id, o.resource_group, o.tags, o.first_seen, o.last_seen, o.gone_at
from other.locations o join g_images g on g.other_id = o.image_id
where (g.image_id, o.registry, o.repository) not in (select (image_id, registry, repository) from argosy.locations);

create temp table g_locations as
select o.location_id as other_id, a.location_id, g.had
from other.locations o join g_images g on g.other_id = o.image_id
join argosy.locations a on a.image_id = g.image_id and a.registry = o.registry and a.repository = o.repository;

-- Where a place is and what tags lead there is what the later look says.
update argosy.locations a set tags = n.tags, gone_at = n.gone_at, first_seen = n.first_seen, last_seen = n.last_seen
from (
    select g.location_id,
        case when not g.had then o.tags
             when (a.registry, a.repository) in (select (registry, repository) from argosy.repositories where listed_at is not null)
               or (a.registry, a.repository) in (select (registry, repository) from other.repositories where listed_at is not null)
               then case when coalesce(greatest(o.last_seen, o.gone_at), o.last_seen) > coalesce(greatest(a.last_seen, a.gone_at), a.last_seen) then o.tags else a.tags end
             when list_has_all(coalesce(a.tags, []), coalesce(o.tags, [])) then a.tags
             else list_sort(list_distinct(list_concat(coalesce(a.tags, []), coalesce(o.tags, [])))) end as tags,
        case when not g.had or coalesce(greatest(o.last_seen, o.gone_at), o.last_seen) > coalesce(greatest(a.last_seen, a.gone_at), a.last_seen)
            then o.gone_at else a.gone_at end as gone_at,
        -- Of its own looks: the replay tells those of an image in one of its places.
        coalesce(least(h.first_seen, o.first_seen), h.first_seen, o.first_seen) as first_seen,
        coalesce(greatest(h.last_seen, o.last_seen), h.last_seen, o.last_seen) as last_seen
    from g_locations g join argosy.locations a using (location_id) join other.locations o on o.location_id = g.other_id
    left join g_locations_had h on h.location_id = g.location_id) n
where n.location_id = a.location_id and (a.tags, a.gone_at, a.first_seen, a.last_seen) is distinct from (n.tags, n.gone_at, n.first_seen, n.last_seen);

update argosy.images i set deleted = d.deleted
from (select image_id, case when count(*) = count(gone_at) then max(gone_at) end as deleted from argosy.locations
      where image_id in (select image_id from g_images where had) group by image_id) d
where d.image_id = i.image_id and d.deleted is distinct from i.deleted;

-- When an image was not in a place: where two looked at it, from the first look
-- that missed it to the first that found it again.
create temp table g_absences as
with told as (
    select a.* from argosy.absences a where a.location_id in (select location_id from g_locations)
    union
    select g.location_id, o.gone_at, o.back_at from other.absences o join g_locations g on g.other_id = o.location_id
), placed as (
    select *, max(coalesce(back_at, timestamp '9999-12-31')) over (partition by location_id order by gone_at, back_at rows between unbounded preceding and 1 preceding) as covered from told
), islands as (
    select *, sum((covered is null or gone_at > covered)::int) over (partition by location_id order by gone_at, back_at) as island from placed
)
select i.location_id, min(i.gone_at) as gone_at,
    coalesce(min(i.back_at), case when l.gone_at is null then greatest(l.last_seen, min(i.gone_at)) end) as back_at
from islands i join argosy.locations l using (location_id) group by i.location_id, i.island, l.gone_at, l.last_seen;
create temp table g_absences_new as
select * from g_absences except select * from argosy.absences;
create temp table g_absences_old as
select a.* from argosy.absences a where a.location_id in (select location_id from g_locations) except select * from g_absences;
delete from argosy.absences a where exists (from g_absences_old g where g.location_id = a.location_id and g.gone_at = a.gone_at);
insert into argosy.absences select * from g_absences_new;
insert into argosy.absences
select location_id, gone_at, null from argosy.locations
where gone_at is not null and location_id not in (select location_id from argosy.absences where back_at is null);
