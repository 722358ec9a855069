-- title: Open findings by week
-- description: How many findings were open at the end of each of the last weeks, by severity, with how many came and went in the week. Severities are today's.
-- param: weeks long = 12 -- how many weeks to look back
-- tags: change, trend
-- chart: line x=week y=critical,high,medium,low
with weeks as (
    select week, week + interval 7 days as until
    from (select unnest(generate_series(kept_at(date_trunc('week', argosy_now()) - to_days(7 * ($weeks::integer - 1))), date_trunc('week', argosy_now()), interval 7 days)) as week)
), moves as (
    select f.severity, opened as moved, 1 as step, 1 as came, 0 as went from spans join findings f using (finding)
    union all
    select f.severity, closed, -1, 0, 1 from spans join findings f using (finding) where closed is not null
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
