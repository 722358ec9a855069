-- Which run learned of a sighting, and which of its end.
alter table sightings add column run_from integer;
alter table sightings add column run_to integer;

-- When a finding was open, whoever reported it: one row from its first sighting
-- to the moment from which no scanner sees it, further ones when it came back.
-- opened and closed are times of scans; the runs are those that told.
create table spans (
    finding    uuid not null,
    image_id   integer not null,
    no         integer not null,               -- 1 is the first; later ones are reopenings
    opened     timestamp not null,
    closed     timestamp,
    run_opened integer,
    run_closed integer
);
insert into spans
select finding, any_value(image_id), row_number() over (partition by finding order by min(valid_from)), min(valid_from),
    case when count(*) = count(valid_to) then max(valid_to) end, null, null
from (
    select *, sum((covered is null or valid_from > covered)::int) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')) as island
    from (select *, max(coalesce(valid_to, timestamp '9999-12-31')) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')
              rows between unbounded preceding and 1 preceding) as covered from sightings))
group by finding, island;
