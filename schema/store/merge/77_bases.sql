-- Which image's layers are the lowest layers of another image, of the same
-- platform; of several the one with most layers is its base.
create or replace temp table x_layers as
select image_id, diff_ids, len(diff_ids) as layers,
    concat_ws('/', os, architecture, case when architecture = 'arm64' and variant = 'v8' then null else variant end) as platform
from argosy.images where kind = 'image' and len(diff_ids) > 0 and os is not null and architecture is not null;

create or replace temp table x_chains as
select image_id, platform, layers, md5(concat_ws(',', platform, array_to_string(diff_ids, ','))) as chain from x_layers;

create or replace temp table x_bases as
select p.image_id, max(p.layers) as base_layers, arg_max(p.chain, p.layers) as base_chain
from (
    select i.image_id, n.layers, md5(concat_ws(',', i.platform, array_to_string(i.diff_ids[1:n.layers], ','))) as chain
    from x_layers i join (select distinct platform, layers from x_layers) n on n.platform = i.platform and n.layers < i.layers) p
where p.chain in (select chain from x_chains)
group by p.image_id;

delete from argosy.layer_chains;
insert into argosy.layer_chains
select c.image_id, c.chain, c.layers, b.base_chain, b.base_layers from x_chains c left join x_bases b using (image_id);
