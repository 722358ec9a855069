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

-- Two points that changes are asked between, the first of them: it must be kept,
-- and not be the later one. No changes at all would look like a quiet time. A
-- moment in the future is allowed at the end; a run that never was is not.
create or replace macro newest_run() as (select coalesce(max(run_id), 0) from runs);
create or replace macro kept_before(after, until) as
    case when after::timestamp <= until::timestamp then kept_at(after)
         else error('changes since ' || after::timestamp::varchar || ' UTC until ' || until::timestamp::varchar || ' UTC: the end comes before the beginning; give the earlier moment first') end;
create or replace macro kept_before_run(after, until) as
    case when greatest(after, until) > newest_run()
         then error('there is no run ' || greatest(after, until) || ': the newest is run ' || newest_run() || '; ask for that one or an earlier one')
         when after > until then error('changes since run ' || after || ' until run ' || until || ': the end comes before the beginning, and the newest is run ' || newest_run() || '; give the earlier run first')
         else kept_at_run(after) end;

-- The findings that were open at a moment, with the words of that moment.
create or replace macro findings_at(moment) as table
with open as (
    select finding, image_id, opened from spans
    where (select kept_at(moment)) is not null and opened <= moment and (closed is null or closed > moment)
), said as (
    -- Lists are slow to make and to carry: one is made at the end, of two names
    -- mostly, and only of scanners that are neither the first nor the last of all
    -- more are gathered.
    select finding, max(severity) as severity,
        -- That of the highest severity, and of the scanners that say it of the last by name.
        arg_max(fixed_version, enum_code(severity) * 4 + case scanner when last_scanner then 2 when first_scanner then 0 else 1 end) as fixed_version,
        min(scanner) as scanner, max(scanner) as other,
        string_agg(scanner, chr(31)) filter (where scanner <> first_scanner and scanner <> last_scanner) as others,
        bool_or(status = 'Unhealthy') as unhealthy, max(status) filter (where status <> 'Unhealthy') as status
    from sightings, (select min(scanner) as first_scanner, max(scanner) as last_scanner from sightings)
    where valid_from <= moment and (valid_to is null or valid_to > moment) group by finding
)
select f.finding, v.id as vulnerability, s.severity, case when s.unhealthy then 'Unhealthy' else s.status end as status, f.package_type, f.package_name, f.installed_version, s.fixed_version,
    l.registry, l.repository, l.tags, l.digest, l.image_key, coalesce(l.team, 'unowned') as team,
    case when s.others is not null then list_sort(list_distinct([s.scanner, s.other] || string_split(s.others, chr(31))))
         when s.scanner = s.other then [s.scanner] else [s.scanner, s.other] end as scanners, o.opened, f.image_id, l.location_id, f.vulnerability_id, v.vulnerability_no, l.location_no
from open o
join said s using (finding)
join findings f using (finding)
join ordered_locations l on l.image_id = o.image_id
left join absences a on a.location_id = l.location_id and a.gone_at <= moment and (a.back_at is null or a.back_at > moment)
join ordered_vulnerabilities v using (vulnerability_id)
-- One condition on both, so that none is asked of locations alone: the engine would
-- expect a fifth of them, and gather the findings where it should the vulnerabilities.
where case when coalesce(l.first_seen <= moment, true) then a.location_id is null or f.running is not null else false end;

-- What exemptions and VEX statements had set aside at a moment.
create or replace macro set_aside_at(moment) as table
select distinct finding, location_id from set_asides where held_from <= moment and coalesce(least(ended, expires) > moment, true);

-- When an image was in none of the repositories that held it.
create or replace view image_absences as
with steps as (
    select image_id, moment, sum(step) as step from (
        select image_id, coalesce(first_seen, timestamp '1970-01-01') as moment, 1 as step from locations
        union all
        select l.image_id, a.gone_at, -1 from absences a join locations l using (location_id)
        union all
        select l.image_id, a.back_at, 1 from absences a join locations l using (location_id) where a.back_at is not null)
    where image_id in (select image_id from absences join locations l using (location_id))
    group by image_id, moment
), held as (
    select image_id, moment, sum(step) over w as places, lead(moment) over w as next_moment
    from steps window w as (partition by image_id order by moment)
), missing as (
    select *, sum((places > 0)::int) over (partition by image_id order by moment) as island from held
)
select image_id, min(moment) as gone_at, case when count(next_moment) = count(*) then max(next_moment) end as back_at
from missing where places <= 0 group by image_id, island;

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
        bool_or(status = 'Unhealthy') filter (where said_on <= after and (unsaid_on is null or unsaid_on > after)) as counted_before,
        bool_or(status = 'Unhealthy') filter (where said_on <= until and (unsaid_on is null or unsaid_on > until)) as counted_after
    from sightings
    -- Words also change when a scanner that said others says nothing any more.
    where finding in (select finding from sightings where said_on > after and said_on <= until or unsaid_on > after and unsaid_on <= until)
    group by finding
    having severity_before <> severity_after or fix_after and not fix_before or counted_before <> counted_after
), turns as (
    -- What all said at each moment when one began or ceased to say something.
    select m.finding, m.moment, max(s.severity) as severity, bool_or(s.fixed_version is not null or s.fix_status = 'FixAvailable') as fix, bool_or(s.status = 'Unhealthy') as counted
    from (
        select finding, unnest([valid_from, valid_to]) as moment, unnest([said_on, unsaid_on]) as point from sightings semi join said using (finding)) m
    join sightings s on s.finding = m.finding and s.valid_from <= m.moment and (s.valid_to is null or s.valid_to > m.moment)
    where m.point <= until
    group by m.finding, m.moment
), turned as (
    -- When the words came to what they are at the end.
    select finding, max(moment) filter (where severity is distinct from severity_was) as severity_at,
        max(moment) filter (where fix is distinct from fix_was) as fix_at, max(moment) filter (where counted is distinct from counted_was) as counted_at
    from (select *, lag(severity) over w as severity_was, lag(fix) over w as fix_was, lag(counted) over w as counted_was from turns window w as (partition by finding order by moment))
    group by finding
)
select finding, case when open_after and first_opened > after then 'new' when open_after and not open_before then 'reopened'
        when open_before and not open_after then 'fixed' when not open_before and not open_after then 'came and went'
        else 'fixed and reopened' end as change,
    case when open_after then opened else closed end as changed_at, null::severity as severity_before, null::severity as severity_after,
    null::integer as location_id, null::integer as exemption_id
from moved
union all
select finding, 'severity changed', severity_at, severity_before, severity_after, null, null from said join turned using (finding) where severity_before <> severity_after
union all
select finding, 'fix available', fix_at, null, null, null, null from said join turned using (finding) where fix_after and not fix_before
union all
select finding, case when counted_after then 'no longer set aside' else 'set aside' end, counted_at, null, null, null, null from said join turned using (finding) where counted_after <> counted_before;

-- What exemptions and VEX statements set aside, and no longer do, in each
-- repository that holds the image: findings that are open at the end. The
-- first two are moments; the others are points like those of opened_on and
-- closed_on.
create or replace macro set_aside_of(after_moment, until_moment, held_on, after, until, opened_on, closed_on) as table
with lives as (
    select finding, max(opened) as opened, bool_or(opened_on <= after) as open_before, bool_or(opened_on > after) as begun
    from spans where finding in (select finding from set_asides) and opened_on <= until and (closed_on is null or closed_on > until)
    group by finding
), held as (
    select x.finding, x.location_id, x.exemption_id, held_on as since, least(x.ended, x.expires) as over
    from set_asides x left join absences a on a.location_id = x.location_id and a.gone_at <= until_moment and (a.back_at is null or a.back_at > until_moment)
    where a.location_id is null
), touched as (
    select distinct finding, location_id from held semi join lives using (finding)
    where since > after_moment and since <= until_moment or over > after_moment and over <= until_moment
    union
    select h.finding, h.location_id from held h join lives l using (finding) where l.begun
), states as (
    select t.finding, t.location_id, any_value(l.opened) as opened,
        bool_or(l.open_before and h.since <= after_moment and (h.over is null or h.over > after_moment)) as aside_before,
        bool_or(h.since <= until_moment and (h.over is null or h.over > until_moment)) as aside_after,
        max(h.since) filter (where h.since <= until_moment) as began, max(h.over) filter (where h.over <= until_moment) as ended,
        coalesce(arg_max(h.exemption_id, h.since) filter (where h.since <= until_moment and (h.over is null or h.over > until_moment)),
            arg_max(h.exemption_id, h.over) filter (where h.over <= until_moment)) as exemption_id
    from touched t join lives l using (finding) join held h on h.finding = t.finding and h.location_id = t.location_id
    group by t.finding, t.location_id
)
select finding, case when aside_after then 'set aside' else 'no longer set aside' end as change,
    case when aside_after then greatest(began, opened) else ended end as changed_at, null::severity as severity_before, null::severity as severity_after,
    location_id, exemption_id
from states where aside_after <> aside_before;

-- Images that left every repository, and those that came back, for their
-- findings that are open at the end.
create or replace macro images_moved(after_moment, until_moment, after, until, opened_on, closed_on) as table
with moved as (
    select image_id, max(gone_at) filter (where gone_at <= until_moment and (back_at is null or back_at > until_moment)) as gone_at,
        max(back_at) filter (where gone_at <= after_moment and back_at > after_moment and back_at <= until_moment) as back_at,
        bool_or(gone_at <= after_moment and (back_at is null or back_at > after_moment)) as gone_before
    from image_absences where gone_at <= until_moment group by image_id
)
select s.finding, case when m.gone_at is not null then 'image gone' else 'image back' end as change,
    case when m.gone_at is not null then greatest(m.gone_at, s.opened) else m.back_at end as changed_at, null::severity as severity_before, null::severity as severity_after,
    null::integer as location_id, null::integer as exemption_id
from moved m join spans s using (image_id) join findings f using (finding)
where f.running is null and opened_on <= until and (closed_on is null or closed_on > until)
  and case when m.gone_at is not null then not (m.gone_before and opened_on <= after) else m.back_at is not null and opened_on <= after end;

-- The changes between two moments: of scans, of exemptions, of what registries
-- hold. What lies in the future has not happened.
create or replace macro changes_between(after, until) as table
select * from (
    select * from changes_of(after, until, opened, closed, valid_from, valid_to)
    union all
    select * from set_aside_of(after, least(until, argosy_now()), held_from, after, until, opened, closed)
    union all
    select * from images_moved(after, least(until, argosy_now()), after, until, opened, closed))
-- Asked of all: of one of them alone it makes the engine expect a single row there,
-- and gather the changes to look up the image of each.
where (select kept_before(after, until)) is not null;

-- When a run began to be known. What people decide and what registries hold
-- after it comes with the next run; of the newest run it goes until now.
create or replace macro begun_at_run(run) as
    case when run <= 0 then timestamp '1970-01-01'
         else coalesce(
            (select max(coalesce(m.merged, r.started)) from runs r left join merged_runs m on m.kind = 'ingest' and m.run_id = r.run_id where r.run_id <= run),
            (select min(started) - interval 1 microsecond from runs)) end;
create or replace macro known_at_run(run) as
    case when run >= (select max(run_id) from runs) then argosy_now() else begun_at_run(run) end;

-- The same between two runs, by what was known after each of them. What was
-- told before runs were counted is of run 0.
create or replace macro changes_between_runs(after, until) as table
select * from (
    select * from changes_of(after, until, coalesce(run_opened, 0), run_closed, coalesce(run_from, 0), run_to)
    union all
    select * from set_aside_of((select begun_at_run(after)), (select known_at_run(until)), known_from, after, until, coalesce(run_opened, 0), run_closed)
    union all
    select * from images_moved((select begun_at_run(after)), (select known_at_run(until)), after, until, coalesce(run_opened, 0), run_closed))
where (select kept_before_run(after, until)) is not null;

-- When a finding that anything ever set aside counted in no repository that held
-- its image: set aside there, or the image was not there (yet). Findings in
-- running containers lie where they run. What lies in the future has not happened.
create or replace view hidden_findings as
with told as (
    select distinct finding from set_asides
), away as (
    select l.image_id, l.location_id, a.gone_at as moment, 1 as step from absences a join locations l using (location_id)
    union all
    select l.image_id, l.location_id, a.back_at, -1 from absences a join locations l using (location_id) where a.back_at is not null
    union all
    select image_id, location_id, unnest([timestamp '1970-01-01', first_seen]), unnest([1, -1]) from locations where first_seen is not null
), steps as (
    select x.finding, x.location_id, unnest([x.held_from, coalesce(least(x.ended, x.expires), timestamp '9999-12-31')]) as moment, unnest([1, -1]) as step
    from set_asides x where coalesce(least(x.ended, x.expires) > x.held_from, true)
    union all
    select f.finding, w.location_id, w.moment, w.step from findings f semi join told using (finding) join away w on w.image_id = f.image_id where f.running is null
), places as (
    select finding, location_id, moment, sum(step) over (partition by finding, location_id order by moment) > 0 as hidden
    from (select finding, location_id, moment, sum(step) as step from steps where moment <= argosy_now() group by all)
), turns as (
    select finding, moment, sum(case when hidden then 1 else -1 end) as step
    from (select * from places qualify hidden <> coalesce(lag(hidden) over (partition by finding, location_id order by moment), false))
    group by finding, moment
), counted as (
    select t.finding, t.moment, sum(t.step) over (partition by t.finding order by t.moment) >= l.places as hidden
    from turns t join findings f using (finding) join (select image_id, count(*) as places from locations group by image_id) l on l.image_id = f.image_id
)
select finding, moment as hidden_from, next_moment as hidden_until
from (select *, lead(moment) over (partition by finding order by moment) as next_moment
      from (select * from counted qualify hidden <> coalesce(lag(hidden) over (partition by finding order by moment), false)))
where hidden;

-- The twelve weeks in which something held, counted back from a moment: bit k
-- stands for k weeks before it. What does not reach into them is not filtered away
-- but has no bit: the engine expects little to be left of what it filters.
create or replace macro weeks_between(since, until, as_of) as
    case when until is null and since <= as_of - to_days(77) then 4095
         when since <= as_of and coalesce(until > as_of - to_days(84), true)
        then (1 << (least(11, (epoch_us(as_of) - epoch_us(since)) // 604800000000)::int + 1))
            - (1 << (case when until <= as_of then (epoch_us(as_of) - epoch_us(until)) // 604800000000 + 1 else 0 end)::int)
        else 0 end;

-- How many findings were open, and of them critical and high ones, at the time
-- of the newest scan and of each of the eleven weeks before it, since the first
-- scan. What was set aside then, or whose image was in no repository, does not
-- count; of the newest that is as it is now. The severity is the word of the
-- time or, where that has not changed, the one that counts today.
create or replace macro open_by_week(of_team, of_registry, of_repository) as table
with times as (
    select max(scanned_at) as as_of, greatest(min(scanned_at), kept_from()) as first_scan from scans where state <> 'late'
), weeks as (
    -- Bit k stands for k weeks ago, so that a finding that several scanners see,
    -- or several repositories hold, counts once in a week.
    select k::int as k, 1 << k::int as bit, case when k = 0 then greatest(as_of, argosy_now()) else as_of - to_days((7 * k)::int) end as moment
    from times t cross join range(12) r(k)
), held as (
    select l.location_id, l.image_id, coalesce(bit_or(w.bit) filter (where coalesce(l.first_seen <= w.moment, true) and a.location_id is null), 0) as present
    from locations l cross join weeks w
    left join absences a on a.location_id = l.location_id and a.gone_at <= w.moment and (a.back_at is null or a.back_at > w.moment)
    where coalesce(l.team, 'unowned') like of_team and l.registry like of_registry and l.repository like of_repository
    group by l.location_id, l.image_id
), aside as (
    select x.finding, x.location_id, bit_or(w.bit) as weeks
    from set_asides x join weeks w on x.held_from <= w.moment and coalesce(least(x.ended, x.expires) > w.moment, true)
    group by x.finding, x.location_id
), masks as (
    select f.finding, bit_or(case when f.running is null then h.present else 4095 end & ~coalesce(a.weeks, 0)) as mask
    from (select distinct finding from aside) x join findings f using (finding) join held h on h.image_id = f.image_id
    left join aside a on a.finding = f.finding and a.location_id = h.location_id
    group by f.finding
), scope as (
    select image_id, bit_or(present) as mask from held group by image_id
), special as (
    -- Findings that something else than their image and their spans decides about.
    select finding from masks
    union
    select finding from findings where running is not null
    union
    select finding from reworded_findings
), disputed as (
    -- The spans of which sightings have to be asked.
    select finding, opened, closed from spans semi join special using (finding)
    union all
    select finding, opened, closed from spans anti join special using (finding) where severity is null
), spoken as materialized (
    -- By itself: with conditions of their own the engine would gather the sightings.
    select s.* from disputed d join sightings s on s.finding = d.finding and s.valid_from >= d.opened and coalesce(s.valid_from < d.closed, true)
), said as (
    select s.finding, case when f.finding is null then scope.mask else 4095 end as mask, weeks_between(s.valid_from, s.valid_to, t.as_of) as open,
        case when s.severity = w.severity then w.chosen else s.severity end as severity
    from spoken s join scope on scope.image_id = s.image_id cross join times t
    left join (select finding from findings where running is not null) f on f.finding = s.finding
    left join reworded_findings w on w.finding = s.finding
    where s.status = 'Unhealthy'
), alike as (
    select s.open & scope.mask as open, case when s.severe then s.open & scope.mask else 0 end as critical_high, sum(s.findings) as findings
    from (
        select image_id, weeks_between(opened, closed, t.as_of) as open, severity in ('Critical', 'High') as severe, count(*) as findings
        from spans anti join special using (finding) cross join times t where severity is not null
        group by all) s
    join scope using (image_id)
    group by all
    union all
    select o.open & coalesce(m.mask, o.mask), o.critical_high & coalesce(m.mask, o.mask), count(*)
    from (
        select finding, any_value(mask) as mask, bit_or(open) as open, coalesce(bit_or(open) filter (where severity in ('Critical', 'High')), 0) as critical_high
        from said group by finding) o
    left join masks m using (finding)
    group by all
)
select t.as_of - to_days((7 * k)::int) as at_time, coalesce(sum((a.open >> k & 1) * a.findings), 0)::bigint as open,
    coalesce(sum((a.critical_high >> k & 1) * a.findings), 0)::bigint as critical_high
from times t cross join range(12) r(k) left join alike a on true
where t.as_of - to_days((7 * k)::int) >= t.first_scan
group by t.as_of, k;

-- The sub-assessments that Defender's continuous export would send: those of
-- findings that changed after a moment or, where that is 1970-01-01, after a run
-- (negative numbers count back from the newest), or all that there are. After a
-- moment in the future there is nothing yet: whose clock is ahead is no mistake.
create or replace macro exported_changes(from_moment, from_run, everything) as table
with moment as (
    select case when from_moment::timestamp > timestamp '1970-01-01' then least(from_moment::timestamp, argosy_now()::timestamp) else argosy_now()::timestamp end as since,
        case when from_moment::timestamp > timestamp '1970-01-01' then newest when from_run < 0 then greatest(newest + from_run, 0) else from_run end as run, newest
    from (select coalesce(max(run_id), 0) as newest from runs)
), changed as (
    select finding from changes_between((select since from moment), argosy_now()::timestamp) where not everything
    union
    select finding from changes_between_runs((select run from moment), (select newest from moment)) where not everything
)
select * from arg_subassessments_ever
where everything and fixed_at is null and gone_at is null or finding in (select finding from changed);
