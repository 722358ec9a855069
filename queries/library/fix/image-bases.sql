-- title: What each image stands on
-- description: Each image of which a base is known, with that base as inferred from the layers and, apart from that, as it declares it (org.opencontainers.image.base.name and .digest), and whether the layers agree with what is declared: agrees, disagrees, or unknown. Declared ones can be inherited from a base of the base. An image with neither is not in it.
-- counts: images, once for each repository that holds them
-- param: repository string = % -- pattern of the repository; % stands for any text, _ for any character
-- tags: fix, inventory, base
with inferred as (
    select b.image_id, max(b.base_layers) as base_layers, string_agg(distinct n.name, ', ' order by n.name) as name
    from base_images b join image_names n on n.image_id = b.base_image_id group by b.image_id
)
select l.registry, l.repository, array_to_string(l.tags, ', ') as tags, i.digest, concat_ws('/', i.os, i.architecture, i.variant) as platform, len(i.diff_ids) as layers,
    f.name as inferred_base, f.base_layers as inferred_from_layers, d.base_name as declared_base, d.base_digest as declared_digest, d.layers_agree,
    r.newer_name as newer_base
from images i
join locations l using (image_id)
left join inferred f using (image_id)
left join declared_bases d using (image_id)
left join rebuilds r using (image_id)
where i.kind = 'image' and l.gone_at is null and l.repository like $repository and (f.image_id is not null or d.image_id is not null)
order by l.registry, l.repository, l.tags, i.image_key
