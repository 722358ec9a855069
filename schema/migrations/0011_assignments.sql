-- Owners that somebody gave by hand: an assignment goes before every owner
-- rule, one of an image before one of a repository, the newest first.
create table owner_assignments (
    assignment_id bigint not null,
    team       varchar not null,
    mail       varchar,                        -- null: as the first rule of the team says
    due_policy varchar,                        -- null: likewise, else default
    registry   varchar,                        -- patterns (* and ?); null matches everything
    repository varchar,
    tag        varchar,
    digest     varchar,
    reason     varchar,
    who        varchar not null,
    created    timestamp not null,
    removed    timestamp,
    removed_by varchar,
    matched    bigint not null                 -- locations that it decided last
);
alter table locations add column owner_assignment bigint; -- the one that decided; owner_rule is null then
