-- title: Due dates by team
-- description: How many open findings each team has, how many are overdue, due within its warning time, on time, or without a due date, and how late the latest is. Findings of images that no rule gives to a team are those of the team unowned.
-- tags: governance, due, ownership
select team, any_value(team_mail) as mail, count(*) as findings, count(distinct vulnerability) as vulnerabilities,
    count(distinct image_id) as images,
    count(*) filter (where due_state = 'overdue') as overdue, count(*) filter (where due_state = 'due soon') as due_soon,
    count(*) filter (where due_state = 'on time') as on_time, count(*) filter (where due_state = 'none') as no_due_date,
    count(*) filter (where due_state = 'overdue' and severity = 'Critical') as overdue_critical,
    max(date_diff('day', due, argosy_now())) filter (where due_state = 'overdue') as days_late_at_most
from subassessments
where status = 'Unhealthy'
group by team
order by overdue desc, findings desc, team
