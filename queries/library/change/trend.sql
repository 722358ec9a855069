-- title: Open findings by week
-- description: How many findings were open at the end of each of the last weeks, by severity, with how many came and went in the week. A finding counts once; one whose image left all registries has gone with it and comes back with it, what is set aside today is left out of every week, and severities are today's, as the setting severity_source chose them.
-- counts: each finding once
-- param: weeks long = 12 -- how many weeks to look back; weeks before the first scan are left out
-- tags: change, trend
-- chart: line x=week y=critical,high,medium,low
with weeks as (
    select week, week + interval 7 days as until
    from (select unnest(generate_series(kept_at(date_trunc('week', argosy_now()) - to_days(7 * ($weeks::integer - 1))), date_trunc('week', argosy_now()), interval 7 days)) as week)
    where week + interval 7 days > (select min(opened) from spans)
), away as (
    select s.finding, s.no, s.opened, s.closed, a.gone_at, a.back_at
    from spans s join image_absences a using (image_id) join findings f using (finding) where f.running is null
), visible as (
    select finding, no, opened, closed from spans where (finding, no) not in (select (finding, no) from away)
    union all
    select b.finding, b.no, b.begun, least(any_value(b.closed), min(a.gone_at) filter (where a.gone_at >= b.begun))
    from (select finding, no, opened as begun, closed from away
          group by all having not bool_or(gone_at <= opened and (back_at is null or back_at > opened))
          union
          select finding, no, back_at, closed from away where back_at > opened and (closed is null or back_at < closed)) b
    join away a on a.finding = b.finding and a.no = b.no
    group by b.finding, b.no, b.begun
), aside as (
    select finding from findings where fixed_at is null and status <> 'Unhealthy'
    union
    select finding from (
        select x.finding, count(*) = count(e.finding) as everywhere
        from (select f.finding, l.location_id from (select distinct finding from exempted) x join findings f using (finding) join locations l on l.image_id = f.image_id and l.gone_at is null) x
        left join exempted e on e.finding = x.finding and e.location_id = x.location_id and (e.until is null or e.until > argosy_now())
        group by x.finding)
    where everywhere
), lives as (
    select severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity, s.opened, s.closed
    from visible s join findings f using (finding) anti join aside on aside.finding = s.finding
), moves as (
    select severity, opened as moved, 1 as step, 1 as came, 0 as went from lives where closed is null or closed > opened
    union all
    select severity, closed, -1, 0, 1 from lives where closed > opened
), sums as (
    select greatest(date_trunc('week', moved), (select min(week) - interval 7 days from weeks)) as week, severity, sum(step) as step, sum(came) as came, sum(went) as went
    from moves group by all
)
select w.week::date as week,
    coalesce(sum(s.step) filter (where s.severity = 'Critical'), 0)::bigint as critical, coalesce(sum(s.step) filter (where s.severity = 'High'), 0)::bigint as high,
    coalesce(sum(s.step) filter (where s.severity = 'Medium'), 0)::bigint as medium, coalesce(sum(s.step) filter (where s.severity = 'Low'), 0)::bigint as low,
    coalesce(sum(s.step) filter (where s.severity = 'Unknown'), 0)::bigint as unknown, coalesce(sum(s.step), 0)::bigint as findings,
    coalesce(sum(s.came) filter (where s.week = w.week), 0)::bigint as new, coalesce(sum(s.went) filter (where s.week = w.week), 0)::bigint as fixed
from weeks w left join sums s on s.week <= w.week
group by w.week
order by w.week
