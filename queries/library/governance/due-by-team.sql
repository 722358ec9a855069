-- title: Due dates by team
-- description: How many open findings each team has, how many are overdue, due within its warning time, on time, or without a due date, and how late the latest is. A finding in several repositories of a team counts once, by its earliest due date; findings of images that no rule gives to a team are those of the team unowned. Due dates follow from the severities that the setting severity_source chose.
-- counts: each finding once for each team
-- tags: governance, due, ownership
with open as (
    select team, finding, any_value(team_mail) as mail, any_value(vulnerability_id) as vulnerability_id, any_value(image_id) as image_id, max(severity) as severity,
        min(due) as due, bool_or(due_state = 'overdue') as late, bool_or(due_state = 'due soon') as soon
    from subassessments where status = 'Unhealthy'
    group by team, finding
)
select team, any_value(mail) as mail, count(*) as findings, count(distinct vulnerability_id) as vulnerabilities,
    count(distinct image_id) as images,
    count(*) filter (where late) as overdue, count(*) filter (where soon and not late) as due_soon,
    count(*) filter (where not late and not soon and due is not null) as on_time, count(*) filter (where due is null) as no_due_date,
    count(*) filter (where late and severity = 'Critical') as overdue_critical,
    max(date_diff('day', due, argosy_now())) filter (where late) as days_late_at_most
from open
group by team
order by overdue desc, findings desc, team
