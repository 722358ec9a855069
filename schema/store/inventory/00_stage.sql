-- What a sync saw since its last batch.
create or replace temp table inv_manifests (
    digest varchar, media_type varchar, artifact_type varchar, kind varchar, size bigint, config_digest varchar,
    config_media_type varchar, os varchar, architecture varchar, variant varchar, os_version varchar, created timestamp,
    labels varchar, annotations varchar, subject varchar, layer_count bigint, layer_bytes bigint, listed boolean
);
create or replace temp table inv_layers (digest varchar, position bigint, layer varchar, diff_id varchar, media_type varchar, size bigint);
create or replace temp table inv_platforms (
    index_digest varchar, position bigint, digest varchar, media_type varchar, size bigint, os varchar, architecture varchar,
    variant varchar, os_version varchar, annotations varchar
);
create or replace temp table inv_tags (registry varchar, repository varchar, tag varchar, digest varchar, pushed timestamp, pulled timestamp);
create or replace temp table inv_present (
    registry varchar, repository varchar, digest varchar, gone boolean, checked boolean, pushed timestamp, pulled timestamp
);
create or replace temp table inv_referrers (registry varchar, repository varchar, subject varchar, digest varchar, artifact_type varchar, via varchar);
create or replace temp table inv_listed (registry varchar, repository varchar);
create or replace temp table inv_catalogued (registry varchar, prefix varchar);
create or replace temp table inv_catalogue (registry varchar, repository varchar);
create or replace temp table inv_cluster (cluster varchar, resource_id varchar, namespace varchar);
create or replace temp table inv_containers (
    namespace varchar, workload_kind varchar, workload varchar, pod varchar, pod_uid varchar, container varchar, role varchar,
    node varchar, node_os varchar, node_architecture varchar, image varchar, image_id varchar, registry varchar, repository varchar,
    tag varchar, digest varchar, config_digest varchar, state varchar, started timestamp, labels varchar
);
