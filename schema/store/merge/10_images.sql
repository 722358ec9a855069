-- Images that the run tells more than once.
create temp table m_again as select image_key from stage_scans group by image_key having count(*) > 1;

-- What is known of each image after this run: the newest scan's word counts,
-- an older one fills what the newest leaves open. Of scans of the same time the
-- scanner's name and the path decide, not which was read first.
create temp table m_images as
select image_key, arg_max(kind, scan) as kind, arg_max(name, scan) as name, arg_max(digest, scan) as digest,
    arg_max(config_digest, scan) as config_digest, arg_max(index_digests, scan) as index_digests,
    arg_max(refs, scan) as refs, arg_max(os, scan) as os, arg_max(architecture, scan) as architecture,
    arg_max(variant, scan) as variant, arg_max(distribution, scan) as distribution,
    arg_max(distribution_version, scan) as distribution_version, arg_max(end_of_life, scan) as end_of_life,
    arg_max(size, scan) as size, arg_max(layers, scan) as layers, arg_max(diff_ids, scan) as diff_ids, arg_max(labels, scan) as labels,
    arg_max(created, scan) as created, max(pushed) as pushed, max(pulled) as pulled,
    min(scanned_at) as first_seen, max(scanned_at) as last_seen, min(struct_pack(path := path, no := scan_no)) as place
from (select *, (scanned_at, scanner, path, scan_no) as scan from stage_scans where image_key in (from m_again)) group by image_key
union all by name
select image_key, kind, name, digest, config_digest, index_digests, refs, os, architecture, variant, distribution, distribution_version, end_of_life,
    size, layers, diff_ids, labels, created, pushed, pulled, scanned_at as first_seen, scanned_at as last_seen, struct_pack(path := path, no := scan_no) as place
from stage_scans where image_key not in (from m_again);

create or replace temp macro m_pick(newer, told, known) as case when newer then coalesce(told, known) else coalesce(known, told) end;
update argosy.images i set
    name = m_pick(newer, m.name, i.name), config_digest = m_pick(newer, m.config_digest, i.config_digest),
    index_digests = m_pick(newer, split_list(m.index_digests), i.index_digests), "references" = m_pick(newer, split_list(m.refs), i."references"),
    os = m_pick(newer, m.os, i.os), architecture = m_pick(newer, m.architecture, i.architecture), variant = m_pick(newer, m.variant, i.variant),
    distribution = m_pick(newer, m.distribution, i.distribution),
    distribution_version = m_pick(newer, m.distribution_version, i.distribution_version),
    end_of_life = m_pick(newer, m.end_of_life, i.end_of_life), size = m_pick(newer, m.size, i.size),
    layers = m_pick(newer, split_list(m.layers), i.layers), diff_ids = m_pick(newer, split_list(m.diff_ids), i.diff_ids), labels = m_pick(newer, m.labels::json, i.labels),
    created = m_pick(newer, m.created, i.created), pushed = coalesce(greatest(m.pushed, i.pushed), m.pushed, i.pushed),
    pulled = coalesce(greatest(m.pulled, i.pulled), m.pulled, i.pulled),
    first_seen = least(m.first_seen, i.first_seen), last_seen = greatest(m.last_seen, i.last_seen),
    last_scanned = greatest(m.last_seen, i.last_scanned)
-- An image that an inventory made known has no scan that could be newer.
from (select n.*, k.last_scanned is null or n.last_seen >= k.last_scanned as newer from m_images n join argosy.images k using (image_key)) m
where m.image_key = i.image_key;

-- New images are numbered as their rows are staged, so that the findings of an
-- image lie close together whichever way they go in.
insert into argosy.images by name
select (select coalesce(max(image_id), 0) from argosy.images) + row_number() over (order by place, image_key) as image_id, image_key, kind, name, digest, config_digest,
    split_list(index_digests) as index_digests, split_list(refs) as "references", os, architecture, variant, distribution, distribution_version, end_of_life, size,
    split_list(layers) as layers, split_list(diff_ids) as diff_ids, labels::json as labels, created, pushed, pulled, first_seen, last_seen, last_seen as last_scanned
from m_images where image_key not in (select image_key from argosy.images);

create temp table m_ids as select image_id, image_key from argosy.images where image_key in (select image_key from m_images);

create temp table m_locations as
select i.image_id, s.registry, s.repository, arg_max(s.registry_id, s.scan) as registry_id,
    arg_max(s.subscription_id, s.scan) as subscription_id, arg_max(s.resource_group, s.scan) as resource_group,
    arg_max(s.tenant_id, s.scan) as tenant_id,
    list_sort(list_distinct(flatten(list(split_list(s.tag)) filter (where s.tag is not null)))) as tags,
    min(s.scanned_at) as first_seen, max(s.scanned_at) as last_seen, min(struct_pack(path := s.path, no := s.scan_no)) as scan_no
from (select *, (scanned_at, scanner, path, scan_no) as scan from stage_scans) s join m_ids i using (image_key)
group by i.image_id, s.registry, s.repository;

update argosy.locations l set
    tags = coalesce(list_sort(list_distinct(list_concat(l.tags, m.tags))), l.tags, m.tags), first_seen = least(l.first_seen, m.first_seen), last_seen = greatest(l.last_seen, m.last_seen),
    tenant_id = coalesce(m.tenant_id, l.tenant_id)
from m_locations m where m.image_id = l.image_id and m.registry = l.registry and m.repository = l.repository;

insert into argosy.locations (location_id, image_id, is_primary, registry, repository, registry_name, registry_id, tenant_id,
    subscription_id, resource_group, tags, first_seen, last_seen)
select (select coalesce(max(location_id), 0) from argosy.locations) + row_number() over (order by n.scan_no, n.image_id, n.registry, n.repository),
    n.image_id,
    n.image_id not in (select image_id from argosy.locations)
        and row_number() over (partition by n.image_id order by n.scan_no, n.registry, n.repository) = 1,
    n.registry, n.repository, n.registry_name,
    coalesce(n.registry_id, '/subscriptions/' || n.subscription || '/resourceGroups/' || n.resource_grp
        || '/providers/Microsoft.ContainerRegistry/registries/' || n.registry_name),
    coalesce(n.tenant_id, '00000000-0000-0000-0000-000000000000'), n.subscription, n.resource_grp, n.tags, n.first_seen, n.last_seen
from (
    select *, case when registry_id is not null then string_split(registry_id, '/')[-1]
                   when ends_with(registry, '.azurecr.io') then left(registry, -11) else registry end as registry_name,
        coalesce(subscription_id, '00000000-0000-0000-0000-000000000000') as subscription, coalesce(resource_group, 'argosy') as resource_grp
    from m_locations) n
where (n.image_id, n.registry, n.repository) not in (select (image_id, registry, repository) from argosy.locations);
