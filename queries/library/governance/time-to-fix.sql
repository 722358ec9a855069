-- title: Time to fix
-- description: How long findings that are fixed were open, by team and severity: mean and median days, and how many were fixed within their due time.
-- param: days long = 90 -- findings fixed within so many days
-- tags: governance, due
select coalesce(l.team, 'unowned') as team, f.severity::varchar as severity, count(*) as fixed,
    round(avg(epoch(s.closed - s.opened) / 86400), 1) as mean_days, round(median(epoch(s.closed - s.opened) / 86400), 1) as median_days,
    count(*) filter (where s.closed <= s.opened + to_days(l.due_days[enum_code(f.severity) + 1])) as in_time
from spans s join findings f using (finding) join locations l on l.image_id = s.image_id and l.is_primary
where s.closed > kept_at(argosy_now()::timestamp - to_days($days::integer)) and s.closed <= argosy_now()
group by l.team, f.severity
order by team, f.severity desc
