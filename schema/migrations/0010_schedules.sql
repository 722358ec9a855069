-- Schedules as the last tick read them from their file. All times are UTC.
create table schedules (
    schedule_id varchar primary key,           -- the id in the file; one schedule in a database, whatever the file
    file        varchar not null,              -- absolute path
    report      varchar not null,
    format      varchar not null,
    cron        varchar not null,
    timezone    varchar not null,
    params      json,                          -- names and values as text
    enabled     boolean not null,              -- false: switched off, or no longer in the file
    seen_at     timestamp not null,            -- the last tick that read it
    worked_out  timestamp not null             -- slots up to this moment are in schedule_runs
);

-- One row for each slot, also those that were missed, and for each run by hand.
create table schedule_runs (
    run_id         varchar primary key,        -- from schedule and slot: the same on every machine
    schedule_id    varchar not null,
    slot           timestamp not null,         -- when it was due
    report         varchar not null,
    state          varchar not null,           -- claimed, running, delivering; delivered, partly_delivered, skipped, missed, failed
    reason         varchar,                    -- why it was skipped, missed, failed or is to be tried again
    attempt        integer not null,           -- how often a process took it up
    owner          varchar,                    -- the process that works on it; null: nobody
    lease_until    timestamp,                  -- with an owner: when it counts as dead; without: not to be taken up before
    claimed_at     timestamp not null,
    started_at     timestamp,                  -- of the last attempt
    ended_at       timestamp,
    data_as_of     timestamp,                  -- the newest scan that the files speak about
    rows_matched   bigint,                     -- null: not counted
    rows_written   bigint,
    rows_truncated bigint,
    coverage       varchar,
    by_hand        boolean not null,           -- argosy schedule run
    unique (schedule_id, slot)
);

-- What a run did before its report: the outcome of its last attempt.
create table schedule_steps (
    run_id     varchar not null,
    step       integer not null,               -- 1 is the first
    command    varchar not null,               -- what to type for the same
    state      varchar not null,               -- done, failed
    exit_code  integer not null,
    optional   boolean not null,
    output     varchar,                        -- what it printed, its end where that is long
    started_at timestamp not null,
    ended_at   timestamp not null,
    primary key (run_id, step)
);

-- The files of a run.
create table schedule_artifacts (
    run_id     varchar not null,
    name       varchar not null,
    path       varchar not null,
    media_type varchar not null,
    bytes      bigint not null,
    sha256     varchar not null,
    removed_at timestamp,                      -- the file made room for newer ones
    primary key (run_id, name)
);

-- Where a run goes, one row for each target.
create table schedule_deliveries (
    run_id      varchar not null,
    target      integer not null,              -- 1 is the first of deliver; on_failure and on_missed go on counting
    purpose     varchar not null,              -- deliver, failure, missed
    kind        varchar not null,              -- dir, smtp, webhook, blob, command
    description varchar not null,              -- never a secret
    state       varchar not null,              -- pending, sent, failed, skipped
    attempts    integer not null,
    last_error  varchar,
    next_try    timestamp,
    sent_at     timestamp,
    receipt     varchar,
    primary key (run_id, target)
);
