-- title: Base images
-- description: Which images the others stand on, inferred: all of the base's layers are the lowest layers of the image, on the same platform. How many images and findings come from each, whether a newer one was pushed to its repository, and what building on that closes. An image of which no base is known is not in it. Only open findings count. Severities are those that the setting severity_source chose.
-- counts: images and their findings, once for each base
-- param: base string = % -- pattern of the base's name; % stands for any text, _ for any character
-- tags: fix, inventory, base
with bases as (
    -- Images with the same layers are one base with several names.
    select base_chain, max(base_layers) as layers, count(distinct image_id) as images from layer_chains where base_chain is not null group by base_chain
), named as (
    select c.chain, string_agg(distinct n.name, ', ' order by n.name) as name, min(coalesce(i.pushed, i.created)) as made,
        string_agg(distinct w.newer_name, ', ' order by w.newer_name) as newer, max(w.newer_at) as newer_at, max(w.newer_because) as newer_because,
        max(i.last_scanned) as last_scanned
    from layer_chains c join images i using (image_id) join image_names n using (image_id) left join newer_bases w using (image_id)
    where c.chain in (select base_chain from layer_chains)
    group by c.chain
), counted as (
    select c.base_chain, count(*) as findings, count(*) filter (where f.severity = 'Critical') as critical, count(*) filter (where f.severity = 'High') as high,
        case when count(r.closed) > 0 then count(*) filter (where r.closed) end as closed
    from (select finding, any_value(image_id) as image_id, max(severity) as severity from subassessments where status = 'Unhealthy' group by finding) f
    join rebuilt_findings r on r.finding = f.finding and r.origin = 'base image'
    join layer_chains c on c.image_id = f.image_id
    group by c.base_chain
)
select n.name as base_image, 'inferred' as basis, b.layers, b.images, coalesce(c.findings, 0) as findings, coalesce(c.critical, 0) as critical, coalesce(c.high, 0) as high,
    n.newer is not null as stale, n.newer as newer_image, n.newer_because, n.newer_at, c.closed as rebuild_closes, n.made, n.last_scanned
from bases b join named n on n.chain = b.base_chain left join counted c on c.base_chain = b.base_chain
where n.name like $base
order by critical desc, high desc, findings desc, images desc, base_image
