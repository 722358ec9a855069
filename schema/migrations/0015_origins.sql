-- The database that this file is, so that its runs are known again where it is
-- merged into another one. A backup keeps it.
create table database_origin (
    id      varchar not null,
    created timestamp not null
);
insert into database_origin select uuid()::varchar, current_timestamp::timestamp;

-- Runs and syncs that came with another database, and what they were there.
create table merged_runs (
    kind       varchar not null,               -- ingest: run_id is one of runs; sync: one of inventory_runs
    run_id     integer not null,               -- here
    origin     varchar not null,               -- id of the database where it ran
    origin_run integer not null,               -- its number there
    started    timestamp,                      -- null where that database had pruned it
    source     varchar not null,               -- the file that it came with
    merged     timestamp not null
);
