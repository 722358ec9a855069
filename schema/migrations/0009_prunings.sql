-- History that was removed. Questions about times before the latest horizon, or
-- about runs before horizon_run, can no longer be answered whole.
create table prunings (
    pruned      timestamp not null,
    horizon     timestamp,                     -- when the last of the removed findings was closed
    horizon_run integer,                       -- the last run that told of such a closing
    findings    bigint not null,
    scans       bigint not null,
    runs        bigint not null
);
