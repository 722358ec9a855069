-- The team's own settings, as the configuration file had them when it was
-- applied last.
create table settings (
    name  varchar not null,
    value varchar not null
);
create table owner_rules (
    position   integer not null,               -- from 1; the first rule that matches decides
    team       varchar not null,
    mail       varchar,
    due_policy varchar not null,
    registry   varchar,                        -- patterns (* and ?); null matches everything
    repository varchar,
    tag        varchar,
    namespace  varchar,                        -- of a cluster that the image runs in
    label      varchar,                        -- name of a label of the image
    label_value varchar,
    matched    bigint not null                 -- locations that it decided last
);
create table due_policies (
    policy     varchar not null,
    critical   integer, high integer, medium integer, low integer, unknown integer, -- days; null: no due date
    grace      integer not null,               -- days on top
    counts_from varchar not null,              -- first_seen or fix_available
    soon       integer not null                -- days before the due date from which a finding is due soon
);
insert into due_policies values ('default', 7, 14, 30, 90, null, 0, 'first_seen', 7);

-- Who owns a location, and its due policy. due_days are the days for Unknown,
-- Low, Medium, High and Critical, grace included.
alter table locations add column team varchar;
alter table locations add column mail varchar;
alter table locations add column owner_rule integer;
alter table locations add column due_policy varchar default 'default';
alter table locations add column due_days integer[];
alter table locations add column due_from varchar default 'first_seen';
alter table locations add column due_soon integer default 7;

-- Other opinions on a finding's severity; null where there is none.
alter table findings add column severity_vendor severity;
alter table findings add column severity_nvd severity;
alter table findings add column severity_highest severity;
