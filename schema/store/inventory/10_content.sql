-- Content never changes: what is known already is left alone. What a listing
-- says gives way to the content itself.
create or replace temp table v_new as
select distinct on (digest) * from inv_manifests
where digest not in (select digest from argosy.manifests where not listed)
  and (not listed or digest not in (select digest from argosy.manifests))
order by digest, listed;
delete from argosy.manifests where listed and digest in (select digest from v_new);
delete from argosy.manifest_platforms where index_digest in (select digest from v_new);

insert into argosy.manifests (digest, media_type, artifact_type, kind, size, config_digest, config_media_type, os, architecture, variant,
    os_version, created, labels, annotations, subject, layer_count, layer_bytes, first_seen, listed)
select digest, media_type, artifact_type, kind, size, config_digest, config_media_type, os, architecture, variant, os_version, created,
    labels::json, annotations::json, subject, layer_count, layer_bytes, getvariable('sync_at'), listed
from v_new;

insert into argosy.manifest_layers
select distinct on (digest, position) digest, position, layer, diff_id, media_type, size
from inv_layers where digest in (select digest from v_new) order by digest, position;

insert into argosy.manifest_platforms
select distinct on (index_digest, position) index_digest, position, digest, media_type, size, os, architecture, variant, os_version, annotations::json
from inv_platforms where index_digest in (select digest from v_new) order by index_digest, position;
