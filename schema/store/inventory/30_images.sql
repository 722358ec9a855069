-- Images of the repositories that this batch is about become known images,
-- scanned or not. What the registry says goes before what a scanner said.
create or replace temp table v_touched as
select registry, repository from v_places union select registry, repository from v_gone;

create or replace temp table v_images as
select m.digest, any_value(m.config_digest) as config_digest, any_value(m.os) as os, any_value(m.architecture) as architecture,
    any_value(m.variant) as variant, any_value(m.layer_bytes) as size, any_value(m.labels) as labels, any_value(m.created) as created,
    max(r.pushed) as pushed, max(r.pulled) as pulled, min(r.first_seen) as first_seen, max(r.last_seen) as last_seen,
    any_value(r.registry || '/' || r.repository) as place
from argosy.repository_manifests r join argosy.manifests m on m.digest = r.digest
where m.kind = 'image' and (r.registry, r.repository) in (select (registry, repository) from v_touched)
group by m.digest;

create or replace temp table v_diffs as
select digest, list(diff_id order by position) as layers from argosy.manifest_layers
where digest in (select digest from v_images) and diff_id is not null group by digest;
create or replace temp table v_indexes as
select digest, list_sort(list(distinct index_digest)) as indexes from argosy.manifest_platforms
where digest in (select digest from v_images) group by digest;

update argosy.images i set
    config_digest = coalesce(v.config_digest, i.config_digest), index_digests = coalesce(x.indexes, i.index_digests),
    os = coalesce(v.os, i.os), architecture = coalesce(v.architecture, i.architecture), variant = coalesce(v.variant, i.variant),
    size = coalesce(v.size, i.size), layers = coalesce(d.layers, i.layers), diff_ids = coalesce(d.layers, i.diff_ids), labels = coalesce(v.labels, i.labels),
    created = coalesce(v.created, i.created), pushed = coalesce(v.pushed, i.pushed),
    pulled = coalesce(greatest(v.pulled, i.pulled), v.pulled, i.pulled),
    first_seen = least(v.first_seen, i.first_seen), last_seen = greatest(v.last_seen, i.last_seen)
from v_images v left join v_diffs d on d.digest = v.digest left join v_indexes x on x.digest = v.digest
where i.image_key = v.digest;

insert into argosy.images by name
select (select coalesce(max(image_id), 0) from argosy.images) + row_number() over (order by v.digest) as image_id, v.digest as image_key, 'image' as kind,
    v.place || '@' || v.digest as name, v.digest, v.config_digest, x.indexes as index_digests, v.os, v.architecture, v.variant,
    v.size, d.layers, d.layers as diff_ids, v.labels, v.created, v.pushed, v.pulled, v.first_seen, v.last_seen
from v_images v left join v_diffs d on d.digest = v.digest left join v_indexes x on x.digest = v.digest
where v.digest not in (select image_key from argosy.images);

-- Which tags lead to a digest now, by itself or through an index.
create or replace temp table v_tagged as
select t.registry, t.repository, t.digest, t.tag from argosy.repository_tags t
where t.valid_to is null and (t.registry, t.repository) in (select (registry, repository) from v_touched)
union
select t.registry, t.repository, p.digest, t.tag from argosy.repository_tags t
join argosy.manifest_platforms p on p.index_digest = t.digest
where t.valid_to is null and (t.registry, t.repository) in (select (registry, repository) from v_touched);

create or replace temp table v_locations as
select i.image_id, r.registry, r.repository, r.first_seen, r.last_seen, r.gone_at,
    (select list_sort(list(distinct g.tag)) from v_tagged g where g.registry = r.registry and g.repository = r.repository and g.digest = r.digest) as tags
from argosy.repository_manifests r join argosy.images i on i.digest = r.digest
where (r.registry, r.repository) in (select (registry, repository) from v_touched);

update argosy.locations l set tags = coalesce(v.tags, []), gone_at = v.gone_at, last_seen = greatest(l.last_seen, v.last_seen)
from v_locations v where v.image_id = l.image_id and v.registry = l.registry and v.repository = l.repository;

-- The registry's resource id: what its row of the table resources says, else
-- what its other images say, else a placeholder.
create or replace temp table v_registries as
select registry, arg_min(registry_id, rank) as registry_id, arg_min(tenant_id, rank) as tenant_id,
    arg_min(subscription_id, rank) as subscription_id, arg_min(resource_group, rank) as resource_group
from (
    select lower(properties->>'$.loginServer') as registry, id as registry_id, tenant_id, subscription_id, resource_group, 1 as rank
    from argosy.resource_rows where type = 'microsoft.containerregistry/registries' and not gone and (properties->>'$.loginServer') is not null
    union all
    select registry, registry_id, tenant_id, subscription_id, resource_group, 2 from argosy.locations)
group by registry;

insert into argosy.locations (location_id, image_id, is_primary, registry, repository, registry_name, registry_id, tenant_id,
    subscription_id, resource_group, tags, first_seen, last_seen, gone_at)
select (select coalesce(max(location_id), 0) from argosy.locations) + row_number() over (order by v.registry, v.repository, v.image_id), v.image_id,
    v.image_id not in (select image_id from argosy.locations)
        and row_number() over (partition by v.image_id order by v.registry, v.repository) = 1,
    v.registry, v.repository,
    case when k.registry_id is not null then string_split(k.registry_id, '/')[-1] when ends_with(v.registry, '.azurecr.io') then left(v.registry, -11) else v.registry end,
    coalesce(k.registry_id, '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/argosy/providers/Microsoft.ContainerRegistry/registries/'
        || case when ends_with(v.registry, '.azurecr.io') then left(v.registry, -11) else v.registry end),
    coalesce(k.tenant_id, '00000000-0000-0000-0000-000000000000'), coalesce(k.subscription_id, '00000000-0000-0000-0000-000000000000'),
    coalesce(k.resource_group, 'argosy'), coalesce(v.tags, []), v.first_seen, v.last_seen, v.gone_at
from v_locations v left join v_registries k on k.registry = v.registry
where (v.image_id, v.registry, v.repository) not in (select (image_id, registry, repository) from argosy.locations);

-- An image of which only the tag is known is where its tag is.
create or replace temp table v_by_tag as
select l.location_id, l.image_id, count(t.tag) > 0 as there
from argosy.locations l
join argosy.images i on i.image_id = l.image_id
left join (select distinct registry, repository, tag from argosy.repository_tags where valid_to is null) t
    on t.registry = l.registry and t.repository = l.repository and list_contains(l.tags, t.tag)
where i.digest is null and i.kind = 'image' and len(l.tags) > 0 and (l.registry, l.repository) in (select (registry, repository) from inv_listed)
group by l.location_id, l.image_id;
update argosy.locations l set gone_at = case when v.there then null else coalesce(l.gone_at, getvariable('sync_at')) end
from v_by_tag v where v.location_id = l.location_id;

-- An image is deleted when no registry holds it any more.
update argosy.images i set deleted = d.deleted
from (select image_id, case when count(*) = count(gone_at) then max(gone_at) end as deleted from argosy.locations
      where image_id in (select image_id from v_locations union select image_id from v_by_tag) group by image_id) d
where d.image_id = i.image_id and d.deleted is distinct from i.deleted;

update argosy.absences a set back_at = getvariable('sync_at')
from argosy.locations l where a.back_at is null and l.location_id = a.location_id and l.gone_at is null;
insert into argosy.absences
select location_id, gone_at, null from argosy.locations
where gone_at is not null and location_id not in (select location_id from argosy.absences where back_at is null);
