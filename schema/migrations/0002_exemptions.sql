-- What someone says of a finding: that it does not count, or does count again.
-- Columns of the scope that are null match everything; registry, repository,
-- tag, package_name and path are patterns (* and ?).
create table exemptions (
    exemption_id    integer not null,
    exemption_key   varchar not null,          -- hash of what is said, so that it is stored once
    source          varchar not null,          -- vex, file, command
    origin          varchar not null,          -- id of the VEX document, the file, or the command
    place           varchar,                   -- where in the document
    vulnerability   varchar,                   -- canonical id
    aliases         varchar[],
    product         varchar,                   -- as a VEX document names it
    digest          varchar,                   -- of the manifest, the index or the config
    registry        varchar,
    repository      varchar,
    tag             varchar,
    purl            varchar,                   -- without version and qualifiers, lower case
    package_type    varchar,
    package_name    varchar,
    package_version varchar,
    team            varchar,
    path            varchar,
    status          varchar not null,          -- not_affected, affected, fixed, under_investigation; exempt
    justification   varchar,                   -- the machine-readable reason of a VEX statement
    reason          varchar not null,
    who             varchar not null,
    stated          timestamp not null,        -- when it was said
    created         timestamp not null,        -- when it was stored here
    expires         timestamp,
    removed         timestamp,
    removed_by      varchar,
    matched         bigint not null            -- open findings that it matched last
);

-- The exemption that holds for a finding at a location. Made anew from the
-- table exemptions after every change.
create table exempted (
    finding         uuid not null,
    location_id     integer not null,
    exemption_id    integer not null,
    until           timestamp,
    reason          varchar not null
);
