-- The tables of argosy. Times are UTC. A column that holds "unknown" holds null.

create type severity as enum ('Unknown', 'Low', 'Medium', 'High', 'Critical');

-- Every ingest is one run.
create table runs (
    run_id         integer primary key,
    started        timestamp not null,
    finished       timestamp,
    state          varchar not null,           -- complete, partial (some files were refused), failed
    version        varchar not null,           -- of argosy
    source         varchar not null,           -- what the user named: paths as typed
    files          bigint not null,
    rows_read      bigint not null,
    findings       bigint not null,
    skipped        bigint not null
);

create table run_files (
    run_id         integer not null,
    path           varchar not null,
    format         varchar,
    format_version varchar,
    state          varchar not null,           -- stored, empty, not-applicable, unsupported, unrecognised, rejected
    scanners       varchar[],
    images         bigint not null,
    rows_read      bigint not null,
    findings       bigint not null,
    merged         bigint not null,
    skipped        bigint not null,
    bytes          bigint,
    modified       timestamp,
    error          varchar
);

create table run_skips (
    run_id         integer not null,
    path           varchar not null,
    place          varchar not null,
    reason         varchar not null
);

-- One row per thing that was scanned or is known to exist.
create table images (
    image_id       integer not null,
    image_key      varchar not null,           -- digest, or registry/repository:tag, or the kind and name
    kind           varchar not null,           -- image, host, filesystem, repository, other
    name           varchar,
    digest         varchar,
    config_digest  varchar,
    index_digests  varchar[],
    "references"   varchar[],
    os             varchar,
    architecture   varchar,
    variant        varchar,
    distribution   varchar,
    distribution_version varchar,
    end_of_life    boolean,
    size           bigint,
    layers         varchar[],
    labels         json,
    created        timestamp,
    pushed         timestamp,
    pulled         timestamp,
    first_seen     timestamp,
    last_seen      timestamp,
    last_scanned   timestamp,                  -- by any scanner
    deleted        timestamp
);

-- Where an image lies: one row per registry and repository. The first is the
-- primary one and names the finding.
create table locations (
    location_id     integer not null,
    image_id        integer not null,
    is_primary      boolean not null,
    registry        varchar not null,          -- host
    repository      varchar not null,
    registry_name   varchar not null,          -- as in a resource id: the host, or NAME of NAME.azurecr.io
    registry_id     varchar not null,          -- resource id of the registry
    tenant_id       varchar not null,
    subscription_id varchar not null,
    resource_group  varchar not null,
    tags            varchar[],
    first_seen      timestamp,
    last_seen       timestamp
);

-- One look of one scanner at one image.
create table scans (
    scan_id          bigint not null,
    run_id           integer not null,
    path             varchar not null,
    image_id         integer not null,
    scanner          varchar not null,
    scanner_version  varchar,
    database_version varchar,
    scanned_at       timestamp not null,
    time_source      varchar not null,         -- report, file, ingest
    state            varchar not null,         -- merged, same (more rows of a known scan), late
    partial          boolean not null,
    incomplete       varchar,
    rows_read        bigint not null,
    findings         bigint not null
);

-- One row per vulnerability, package and version in an image, whoever reports it.
create table findings (
    finding           uuid not null,
    image_id          integer not null,
    vulnerability_id  integer not null,
    reported_ids      varchar[],               -- where they differ from the canonical id
    kind              varchar not null,
    package_type      varchar,
    package_name      varchar,
    installed_version varchar,
    fixed_version     varchar,
    fix_status        varchar not null,
    purl              varchar,
    paths             varchar[],
    layer             varchar,
    severity          severity not null,
    severity_raw      varchar,
    severity_source   varchar,
    cvss              double,
    status            varchar not null,        -- Unhealthy, Healthy, NotApplicable
    status_cause      varchar,
    status_reason     varchar,
    scanners          varchar[] not null,      -- that report it now, or last did
    first_seen        timestamp not null,
    last_seen         timestamp not null,
    fixed_at          timestamp,               -- null while any scanner reports it
    reopened_at       timestamp,
    fix_since         timestamp,               -- first seen with a fix
    published         timestamp,
    display_name      varchar,                 -- Defender's, where it is not the id
    assessment_key    varchar,                 -- Defender's, where it is not the default
    running           varchar,                 -- cluster resource of a running container
    source_location   integer,                 -- location that the source row names
    source_name       varchar,                 -- name of the source row
    source_properties json,                    -- Defender's properties, whole
    source_assessment varchar,                 -- row_key of the assessment row that lists the finding
    extra             json
);

-- What one scanner said of a finding from when to when. A change of words ends
-- one sighting and begins the next; valid_to is null while it holds.
create table sightings (
    finding         uuid not null,
    image_id        integer not null,
    scanner         varchar not null,
    valid_from      timestamp not null,
    valid_to        timestamp,
    words           ubigint not null,          -- hash of the columns below
    severity        severity not null,
    severity_raw    varchar,
    severity_source varchar,
    cvss            double,
    fixed_version   varchar,
    fix_status      varchar not null,
    status          varchar not null,
    status_cause    varchar,
    status_reason   varchar
);

-- One row per canonical vulnerability id.
create table vulnerabilities (
    vulnerability_id integer not null,
    id               varchar not null,
    aliases          varchar[],
    title            varchar,
    description      varchar,
    cvss_v2          double,
    cvss_v2_vector   varchar,
    cvss_v3          double,
    cvss_v3_vector   varchar,
    cvss_v4          double,
    cvss_v4_vector   varchar,
    cwes             varchar[],
    "references"     varchar[],
    published        timestamp,
    modified         timestamp,
    withdrawn        timestamp,
    epss             double,
    epss_percentile  double,
    epss_date        timestamp,
    kev              boolean not null,
    kev_due          timestamp,
    extra            json
);

-- What each scanner says of an id, as it came.
create table advisories (
    id          varchar not null,              -- as reported
    scanner     varchar not null,
    canonical   varchar not null,
    aliases     varchar[],
    title       varchar,
    description varchar,
    cvss        json,                          -- every score with its source
    cvss_v2     double,
    cvss_v2_vector varchar,
    cvss_v3     double,
    cvss_v3_vector varchar,
    cvss_v4     double,
    cvss_v4_vector varchar,
    cwes        varchar[],
    "references" varchar[],
    published   timestamp,
    modified    timestamp,
    withdrawn   timestamp,
    epss        double,
    epss_percentile double,
    epss_date   timestamp,
    kev         boolean not null,
    kev_due     timestamp,
    extra       json
);

-- Rows of Azure Resource Graph tables that are no findings, kept whole.
create table resource_rows (
    row_key          varchar not null,         -- lower-case id
    table_name       varchar not null,         -- securityresources or resources
    id               varchar not null,
    name             varchar,
    type             varchar not null,
    tenant_id        varchar,
    kind             varchar,
    location         varchar,
    resource_group   varchar,
    subscription_id  varchar,
    managed_by       varchar,
    sku              json,
    plan             json,
    properties       json,
    tags             json,
    identity         json,
    zones            json,
    extended_location json,
    seen_at          timestamp not null,
    run_id           integer not null,
    gone             boolean not null,
    has_findings     boolean not null          -- its content is in findings too
);
