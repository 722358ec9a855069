-- When an image was not in a repository that held it before: from the look that
-- missed it to the look that found it again.
create table absences (
    location_id integer not null,
    gone_at     timestamp not null,
    back_at     timestamp
);
insert into absences select location_id, gone_at, null from locations where gone_at is not null;

-- What the table exempted held from when to when. Rows are only added, and
-- ended once.
create table set_asides (
    finding      uuid not null,
    location_id  integer not null,
    exemption_id integer not null,
    held_from    timestamp not null,           -- when the exemption was stated
    known_from   timestamp not null,           -- when it was found here to hold
    expires      timestamp,
    ended        timestamp                     -- when it was found to hold no longer
);
insert into set_asides
select x.finding, x.location_id, x.exemption_id, e.stated, e.created, e.expires, null from exempted x join exemptions e using (exemption_id);
