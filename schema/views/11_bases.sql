-- What an image stands on, inferred: the image, or all the images with the same
-- layers, whose layers are the image's lowest base_layers ones, on the same
-- platform. Of several the one with most layers.
create or replace view base_images as
select c.image_id, c.layers, c.base_layers, b.image_id as base_image_id
from layer_chains c join layer_chains b on b.chain = c.base_chain;

-- Where an image lies, by one name: its tags there, or its digest.
create or replace macro place_name(registry, repository, tags, digest) as
    concat_ws('', registry, '/', repository, case when len(tags) > 0 then ':' || array_to_string(tags, ',') else '@' || digest end);
create or replace view image_names as
select l.image_id, string_agg(place_name(l.registry, l.repository, l.tags, i.digest), ', ' order by l.registry, l.repository) as name
from locations l join images i using (image_id) group by l.image_id;

-- What an image says it stands on (org.opencontainers.image.base.name and
-- .digest: annotations of its manifest, else labels, which an image may have
-- inherited), and whether the layers agree.
create or replace macro own_label(label, annotations, labels) as
    nullif(coalesce(annotations->>json_member(label), labels->>json_member(label)), '');
-- registry, repository and tag of a reference; what is not written is Docker Hub's.
create or replace macro reference_host(name) as
    case when contains(name, '/') and (regexp_matches(split_part(name, '/', 1), '[.:]') or split_part(name, '/', 1) = 'localhost') then split_part(name, '/', 1) else 'docker.io' end;
create or replace macro reference_path(name) as
    regexp_replace(regexp_replace(case when contains(name, '/') and (regexp_matches(split_part(name, '/', 1), '[.:]') or split_part(name, '/', 1) = 'localhost')
        then substr(name, strpos(name, '/') + 1) when contains(name, '/') then name else 'library/' || name end, '@.*$', ''), ':[^/:]*$', '');
create or replace macro reference_tag(name) as nullif(regexp_extract(regexp_replace(name, '@.*$', ''), ':([^/:]+)$', 1), '');

create or replace view declared_bases as
with said as (
    select i.image_id, i.diff_ids, i.os, i.architecture, own_label('org.opencontainers.image.base.name', m.annotations, i.labels) as base_name,
        own_label('org.opencontainers.image.base.digest', m.annotations, i.labels) as base_digest
    from images i left join manifests m on m.digest = i.digest
    where contains(i.labels::varchar, 'org.opencontainers.image.base.') or contains(m.annotations::varchar, 'org.opencontainers.image.base.')
), targets as (
    select s.image_id, t.image_id as base_image_id from said s join images t on t.digest = s.base_digest
    union
    select s.image_id, t.image_id from said s join manifest_platforms p on p.index_digest = s.base_digest join images t on t.digest = p.digest
    where t.os = s.os and t.architecture = s.architecture
), by_digest as (
    select t.image_id, bool_or(s.diff_ids[1:len(b.diff_ids)] = b.diff_ids) as fits, any_value(b.image_id) as base_image_id
    from targets t join said s on s.image_id = t.image_id join images b on b.image_id = t.base_image_id
    where len(b.diff_ids) > 0 and len(s.diff_ids) > 0
    group by t.image_id
), by_name as (
    -- A tag moves on: that what it leads to now does not fit says nothing.
    select distinct s.image_id
    from said s
    join locations l on l.registry = reference_host(s.base_name) and l.repository = reference_path(s.base_name)
    join images b on b.image_id = l.image_id
    left join repository_tags h on h.registry = l.registry and h.repository = l.repository and h.tag = reference_tag(s.base_name) and h.digest = b.digest
    where b.os = s.os and b.architecture = s.architecture and len(b.diff_ids) > 0 and b.image_id <> s.image_id
      and s.diff_ids[1:len(b.diff_ids)] = b.diff_ids
      and (reference_tag(s.base_name) is null or list_contains(l.tags, reference_tag(s.base_name)) or h.tag is not null)
)
select s.image_id, s.base_name, s.base_digest,
    case when d.fits then 'agrees' when d.fits is not null then 'disagrees' when n.image_id is not null then 'agrees' else 'unknown' end as layers_agree
from said s left join by_digest d using (image_id) left join by_name n using (image_id)
where coalesce(s.base_name, s.base_digest) is not null;

-- The newest image of a base's repository, for the same platform, where it was
-- pushed (or, where nobody knows that, created) after the base: what the tag
-- that led to the base leads to now, else whatever else has a tag there.
create or replace view newer_bases as
with bases as (
    select distinct i.image_id, i.digest, i.os, i.architecture, i.variant, i.pushed, i.created, c.chain, l.registry, l.repository, l.tags
    from layer_chains c join images i using (image_id) join locations l using (image_id)
    where c.chain in (select base_chain from layer_chains)
), manifest_tags as (
    select registry, repository, tag, digest, valid_to from repository_tags
    union all
    select t.registry, t.repository, t.tag, p.digest, t.valid_to from repository_tags t join manifest_platforms p on p.index_digest = t.digest
), moved as (
    select b.image_id, j.image_id as newer_image_id, b.registry, b.repository, t.tag, n.pushed, n.created, 2 as rank
    from bases b
    join manifest_tags t on t.registry = b.registry and t.repository = b.repository and t.digest = b.digest and t.valid_to is not null
    join manifest_tags u on u.registry = t.registry and u.repository = t.repository and u.tag = t.tag and u.valid_to is null and u.digest <> b.digest
    join images n on n.digest = u.digest and n.os = b.os and n.architecture = b.architecture and n.variant is not distinct from b.variant
    join layer_chains j on j.image_id = n.image_id and j.chain <> b.chain
), pushed as (
    select b.image_id, n.image_id as newer_image_id, b.registry, b.repository, array_to_string(l.tags, ',') as tag, n.pushed, n.created, 1 as rank
    from bases b
    join locations l on l.registry = b.registry and l.repository = b.repository and l.gone_at is null and len(l.tags) > 0
    join images n on n.image_id = l.image_id and n.os = b.os and n.architecture = b.architecture and n.variant is not distinct from b.variant
    join layer_chains j on j.image_id = n.image_id and j.chain <> b.chain
    where case when n.pushed is not null and b.pushed is not null then n.pushed > b.pushed else n.created > b.created end
)
select image_id, arg_max(newer_image_id, place) as newer_image_id, arg_max(registry || '/' || repository || ':' || tag, place) as newer_name,
    arg_max(coalesce(pushed, created), place) as newer_at,
    case when max(rank) = 2 then 'its tag leads to another image now' else 'a newer image has a tag in its repository' end as newer_because
from (select *, struct_pack(a := rank, b := coalesce(pushed, created, timestamp '1970-01-01'), c := tag) as place from (select * from moved union all select * from pushed))
group by image_id;

-- What an image is to be built on anew: the newest of what is newer than its base,
-- but for itself: the newest image of a repository may stand on an older one of it.
create or replace view rebuilds as
select b.image_id, arg_max(n.newer_image_id, (n.newer_at, n.newer_name)) as newer_image_id, arg_max(n.newer_name, (n.newer_at, n.newer_name)) as newer_name
from base_images b join newer_bases n on n.image_id = b.base_image_id and n.newer_image_id <> b.image_id
group by b.image_id;

-- In which part of its image a layer lies, by any name that the layer has. One
-- that lies in both has no place.
create or replace view layer_origins as
with based as (
    select c.image_id, c.base_layers, i.diff_ids, i.layers, i.digest
    from layer_chains c join images i using (image_id) where c.base_chain is not null
), named as (
    select image_id, base_layers, unnest(diff_ids) as layer, generate_subscripts(diff_ids, 1) as position from based
    union all
    select image_id, base_layers, unnest(layers), generate_subscripts(layers, 1) from based where len(layers) = len(diff_ids)
    union all
    select b.image_id, b.base_layers, m.layer, m.position from based b join manifest_layers m on m.digest = b.digest
)
select image_id, layer, case when bool_and(position <= base_layers) then 'base image' else 'own layer' end as origin
from named where layer is not null
group by image_id, layer
having bool_and(position <= base_layers) or bool_and(position > base_layers);
