-- Since when history is whole: the last closing that was pruned. A question
-- about an earlier moment is refused, but for 1970-01-01, which asks for all that
-- is kept.
create or replace macro kept_from() as (select coalesce(max(horizon), timestamp '1970-01-01') from prunings);
create or replace macro kept_from_run() as (select coalesce(max(horizon_run), 0) from prunings);
create or replace macro kept_at(at_time) as
    case when at_time <= timestamp '1970-01-01' or at_time >= kept_from() then at_time
         else error('history before ' || strftime(kept_from(), '%Y-%m-%d %H:%M:%S') || ' was pruned: ask for that time or later') end;
create or replace macro kept_at_run(run) as
    case when run >= kept_from_run() then run
         else error('history before run ' || kept_from_run() || ' was pruned: ask for that run or later') end;

-- The findings that were open at a moment, with the words of that moment.
create or replace macro findings_at(moment) as table
with open as (
    select finding, image_id, opened from spans
    where (select kept_at(moment)) is not null and opened <= moment and (closed is null or closed > moment)
), said as (
    select finding, max(severity) as severity, max(fixed_version) as fixed_version, list_sort(list_distinct(list(scanner))) as scanners,
        case when bool_or(status = 'Unhealthy') then 'Unhealthy' else max(status) end as status
    from sightings where valid_from <= moment and (valid_to is null or valid_to > moment) group by finding
)
select f.finding, v.id as vulnerability, s.severity, s.status, f.package_type, f.package_name, f.installed_version, s.fixed_version,
    l.registry, l.repository, l.tags, i.digest, i.image_key, coalesce(l.team, 'unowned') as team, s.scanners, o.opened, f.image_id, l.location_id
from open o
join said s using (finding)
join findings f using (finding)
join images i on i.image_id = o.image_id
join locations l on l.image_id = o.image_id and (l.gone_at is null or l.gone_at > moment)
join vulnerabilities v using (vulnerability_id);

-- What happened to findings after one point until another: new, reopened, fixed,
-- came and went, severity changed, fix available. A finding has one row for each
-- change. The points are moments or runs, as the columns are that tell when a
-- span was opened and closed and when a scanner began and ceased to say something.
create or replace macro changes_of(after, until, opened_on, closed_on, said_on, unsaid_on) as table
with moved as (
    select finding, max(opened) filter (where opened_on > after and opened_on <= until) as opened,
        max(closed) filter (where closed_on > after and closed_on <= until) as closed,
        bool_or(opened_on <= after and (closed_on is null or closed_on > after)) as open_before,
        bool_or(opened_on <= until and (closed_on is null or closed_on > until)) as open_after,
        min(opened_on) as first_opened
    from spans
    where finding in (select finding from spans where opened_on > after and opened_on <= until or closed_on > after and closed_on <= until)
    group by finding
), said as (
    select finding, max(severity) filter (where said_on <= after and (unsaid_on is null or unsaid_on > after)) as severity_before,
        max(severity) filter (where said_on <= until and (unsaid_on is null or unsaid_on > until)) as severity_after,
        bool_or(fixed_version is not null or fix_status = 'FixAvailable') filter (where said_on <= after and (unsaid_on is null or unsaid_on > after)) as fix_before,
        bool_or(fixed_version is not null or fix_status = 'FixAvailable') filter (where said_on <= until and (unsaid_on is null or unsaid_on > until)) as fix_after,
        max(valid_from) filter (where said_on <= until) as changed_at
    from sightings
    where finding in (select finding from sightings where said_on > after and said_on <= until)
    group by finding
)
select finding, case when open_after and first_opened > after then 'new' when open_after and not open_before then 'reopened'
        when open_before and not open_after then 'fixed' when not open_before and not open_after then 'came and went'
        else 'fixed and reopened' end as change,
    case when open_after then opened else closed end as changed_at, null::severity as severity_before, null::severity as severity_after
from moved
union all
select finding, 'severity changed', changed_at, severity_before, severity_after from said where severity_before <> severity_after
union all
select finding, 'fix available', changed_at, null, null from said where fix_after and not fix_before;

-- The changes between two moments, of scans; here the image may be gone, too.
create or replace macro changes_between(after, until) as table
select * from changes_of(after, until, opened, closed, valid_from, valid_to) where (select kept_at(after)) is not null
union all
select s.finding, 'image gone', g.changed_at, null, null
from (select image_id, max(gone_at) as changed_at from locations group by image_id having count(*) = count(gone_at)) g
join spans s using (image_id)
where g.changed_at > after and g.changed_at <= until and (s.closed is null or s.closed > g.changed_at);

-- The same between two runs, by what was known after each of them. What was
-- told before runs were counted is of run 0.
create or replace macro changes_between_runs(after, until) as table
select * from changes_of(after, until, coalesce(run_opened, 0), run_closed, coalesce(run_from, 0), run_to) where (select kept_at_run(after)) is not null;
