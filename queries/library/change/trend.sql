-- title: Open findings by week
-- description: How many findings were open at the end of each of the last weeks, by severity, and why that changed: new (or found again) and fixed in the week, set aside (exempt, VEX, or the image left all registries), and back from there. A finding counts once; what was set aside counts in the weeks in which it was not. Weeks begin on Monday, by the times of the scans; severities are today's, as the setting severity_source chose them.
-- counts: each finding once
-- param: weeks long {1..520} = 12 -- how many weeks to look back; weeks before the first scan are left out
-- tags: change, trend
-- chart: line x=week y=critical,high,medium,low,unknown
with weeks as (
    select week, week + interval 7 days as until
    from (select unnest(generate_series(kept_at(date_trunc('week', argosy_now()) - to_days(7 * ($weeks::integer - 1))), date_trunc('week', argosy_now()), interval 7 days)) as week)
    where week + interval 7 days > (select min(opened) from spans)
), told as (
    -- When scanners called it Unhealthy; most findings nobody calls otherwise.
    select finding, opened, closed from spans where finding not in (select finding from sightings where status <> 'Unhealthy')
    union all
    select finding, min(valid_from), case when count(*) = count(valid_to) then max(valid_to) end
    from (select *, sum((covered is null or valid_from > covered)::int) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')) as island
          from (select finding, valid_from, valid_to, max(coalesce(valid_to, timestamp '9999-12-31')) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')
                    rows between unbounded preceding and 1 preceding) as covered
                from sightings where status = 'Unhealthy' and finding in (select finding from sightings where status <> 'Unhealthy')))
    group by finding, island
), hidden as (
    select finding, hidden_from, hidden_until from hidden_findings
    union all
    select f.finding, a.gone_at, a.back_at from image_absences a join findings f using (image_id)
    where f.running is null and f.finding not in (select finding from set_asides)
), away as (
    select t.finding, t.opened, t.closed, h.hidden_from, h.hidden_until
    from told t join hidden h on h.finding = t.finding and coalesce(t.closed > h.hidden_from, true) and coalesce(h.hidden_until > t.opened, true)
), counted as (
    select finding, opened, closed, opened as begun, closed as ended from told where (finding, opened) not in (select (finding, opened) from away)
    union all
    select b.finding, b.opened, b.closed, b.begun, least(b.closed, min(a.hidden_from) filter (where a.hidden_from >= b.begun))
    from (select finding, opened, closed, opened as begun from away
          group by all having not bool_or(hidden_from <= opened)
          union
          select finding, opened, closed, hidden_until from away where hidden_until > opened and coalesce(hidden_until < closed, true)) b
    join away a on a.finding = b.finding and a.opened = b.opened
    group by b.finding, b.opened, b.closed, b.begun
), lives as (
    select c.*, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity
    from counted c join findings f using (finding) where c.ended is null or c.ended > c.begun
), moves as (
    select severity, begun as moved, 1 as step, case when begun = opened then 'new' else 'back' end as move from lives
    union all
    select severity, ended, -1, case when ended = closed then 'fixed' else 'set aside' end from lives where ended is not null
), sums as (
    select greatest(date_trunc('week', moved), (select min(week) - interval 7 days from weeks)) as week, severity, move, sum(step) as step
    from moves group by all
)
select w.week::date as week,
    coalesce(sum(s.step) filter (where s.severity = 'Critical'), 0)::bigint as critical, coalesce(sum(s.step) filter (where s.severity = 'High'), 0)::bigint as high,
    coalesce(sum(s.step) filter (where s.severity = 'Medium'), 0)::bigint as medium, coalesce(sum(s.step) filter (where s.severity = 'Low'), 0)::bigint as low,
    coalesce(sum(s.step) filter (where s.severity = 'Unknown'), 0)::bigint as unknown, coalesce(sum(s.step), 0)::bigint as findings,
    coalesce(sum(s.step) filter (where s.week = w.week and s.move = 'new'), 0)::bigint as new, coalesce(-sum(s.step) filter (where s.week = w.week and s.move = 'fixed'), 0)::bigint as fixed,
    coalesce(-sum(s.step) filter (where s.week = w.week and s.move = 'set aside'), 0)::bigint as set_aside, coalesce(sum(s.step) filter (where s.week = w.week and s.move = 'back'), 0)::bigint as back
from weeks w left join sums s on s.week <= w.week
group by w.week
order by w.week
