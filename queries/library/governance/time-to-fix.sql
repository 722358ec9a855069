-- title: Time to fix
-- description: How long findings that are fixed were open, by team and severity: mean and median days, and how many were fixed within their due time or had none. A finding counts once for each time it was fixed, in its image's first repository; the severity is today's, as the setting severity_source chose it.
-- counts: each finding once for each time it was fixed
-- param: days long {1..36500} = 90 -- findings fixed within so many days
-- tags: governance, due
with closed as (
    select coalesce(l.team, 'unowned') as team, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity, s.opened, s.closed,
        due_at(l.due_from, l.due_days, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest), s.opened, null, f.fix_since) as due
    from spans s join findings f using (finding) join locations l on l.image_id = s.image_id and l.is_primary
    where s.closed > (select kept_at(argosy_now()::timestamp - to_days($days::integer))) and s.closed <= argosy_now()
)
select team, severity::varchar as severity, count(*) as fixed, round(avg(epoch(closed - opened) / 86400), 1) as mean_days,
    round(median(epoch(closed - opened) / 86400), 1) as median_days, count(*) filter (where due is null or closed <= due) as in_time
from closed
group by team, closed.severity
order by team, closed.severity desc
