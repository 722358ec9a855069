-- Public feeds, each whole in its newest issue.
create table feeds (
    feed        varchar not null,              -- cisa-kev, first-epss
    version     varchar,
    dated       timestamp not null,            -- the day that it speaks of
    loaded      timestamp not null,
    run_id      integer not null,
    entries     bigint not null
);
create table known_exploited (
    id          varchar not null,
    added       timestamp,
    due         timestamp,
    ransomware  boolean not null,
    name        varchar,
    action      varchar
);
create table exploit_scores (
    id          varchar not null,
    epss        double not null,
    percentile  double not null
);
