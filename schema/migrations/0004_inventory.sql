-- What exists: registries with what they hold, and what runs in clusters.
-- first_seen and last_seen are times of syncs; gone_at is the time of the sync
-- that did not find a thing again, null while it is there.

-- Every sync of an inventory is one run.
create table inventory_runs (
    sync_id      integer not null,
    kind         varchar not null,             -- registry, layout, listing, kubernetes
    source       varchar not null,             -- what the user named
    version      varchar not null,             -- of argosy
    started      timestamp not null,
    finished     timestamp,
    state        varchar not null,             -- running, complete, partial, interrupted
    repositories bigint,
    tags         bigint,
    manifests    bigint,
    containers   bigint,
    requests     bigint,
    error        varchar
);

create table registries (
    registry   varchar not null,               -- host
    first_seen timestamp not null,
    last_seen  timestamp not null,
    catalogue_at timestamp                     -- when all of its repositories were last listed
);

create table repositories (
    registry   varchar not null,
    repository varchar not null,
    first_seen timestamp not null,
    last_seen  timestamp not null,
    listed_at  timestamp,                      -- when all of its tags were last listed
    gone_at    timestamp
);

-- The content behind a digest. It never changes.
create table manifests (
    digest        varchar not null,
    media_type    varchar,
    artifact_type varchar,
    kind          varchar not null,            -- image, index, attestation, signature, artifact, unsupported
    size          bigint,                      -- of the manifest itself
    config_digest varchar,
    config_media_type varchar,
    os            varchar,
    architecture  varchar,
    variant       varchar,
    os_version    varchar,
    created       timestamp,
    labels        json,
    annotations   json,
    subject       varchar,                     -- digest that it is about
    layer_count   bigint,
    layer_bytes   bigint,                      -- as the registry holds them
    first_seen    timestamp not null
);

create table manifest_layers (
    digest     varchar not null,
    position   integer not null,               -- from 1
    layer      varchar not null,
    diff_id    varchar,
    media_type varchar,
    size       bigint
);

-- The entries of an index.
create table manifest_platforms (
    index_digest varchar not null,
    position     integer not null,             -- from 1
    digest       varchar not null,
    media_type   varchar,
    size         bigint,
    os           varchar,
    architecture varchar,
    variant      varchar,
    os_version   varchar,
    annotations  json
);

-- Which repository holds which manifest. pushed and pulled come from listings
-- of the registry's vendor and are null until one was read.
create table repository_manifests (
    registry   varchar not null,
    repository varchar not null,
    digest     varchar not null,
    first_seen timestamp not null,
    last_seen  timestamp not null,
    checked_at timestamp,                      -- when its referrers were last asked for
    pushed     timestamp,
    pulled     timestamp,
    gone_at    timestamp
);

-- Where a tag led from when to when; valid_to is null while it does.
create table repository_tags (
    registry   varchar not null,
    repository varchar not null,
    tag        varchar not null,
    digest     varchar not null,
    valid_from timestamp not null,
    last_seen  timestamp not null,
    valid_to   timestamp,
    pushed     timestamp,
    pulled     timestamp
);

create table referrers (
    registry      varchar not null,
    repository    varchar not null,
    subject       varchar not null,
    digest        varchar not null,
    artifact_type varchar,
    via           varchar not null,            -- referrers, subject, tag, index
    first_seen    timestamp not null,
    last_seen     timestamp not null
);

create table clusters (
    cluster     varchar not null,              -- name that the user gives
    resource_id varchar not null,
    first_seen  timestamp not null,
    last_seen   timestamp not null             -- of its last sync
);

-- One row per container of a pod. A container that a later sync of its cluster
-- does not find is gone.
create table containers (
    cluster       varchar not null,
    namespace     varchar not null,
    workload_kind varchar not null,
    workload      varchar not null,
    pod           varchar not null,
    pod_uid       varchar,
    container     varchar not null,
    role          varchar not null,            -- container, init, ephemeral
    node          varchar,
    node_os       varchar,
    node_architecture varchar,
    image         varchar not null,            -- as written in the pod
    image_id      varchar,                     -- as the runtime reports it
    registry      varchar,
    repository    varchar,
    tag           varchar,
    digest        varchar,                     -- of an index or a manifest
    config_digest varchar,
    state         varchar not null,            -- running, waiting, terminated, unknown
    started       timestamp,
    labels        json,
    first_seen    timestamp not null,
    last_seen     timestamp not null,
    gone_at       timestamp
);

-- Scan policies of the team's own; those that come with argosy are in the view
-- scan_policies.
create table own_scan_policies (
    policy               varchar not null,
    description          varchar,
    pushed_within_days   double,
    pulled_within_days   double,
    running              boolean not null,
    rescan_hours         double,               -- null: once is enough
    first_scan_hours     double,
    operating_systems    varchar[],            -- null: all
    stored               timestamp not null
);

-- A location ends when the registry no longer holds the image there.
alter table locations add column gone_at timestamp;
