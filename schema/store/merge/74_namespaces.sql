-- What runs in which namespace. Reading the statement takes longer than most of
-- the others run: it is for those who have rules about namespaces.
insert into x_there
select distinct c.namespace, x.image_id, null, null, null
from argosy.present_containers c join argosy.container_images x on x.manifest = coalesce(c.manifest, c.config_digest)
union all
-- Where the runtime gives no digest there is the tag.
select distinct namespace, null, registry, repository, tag from argosy.present_containers where coalesce(manifest, config_digest) is null;
