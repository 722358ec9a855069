-- title: Age of open findings
-- description: Open findings by how many days they have been open since they were first seen or reopened, and by severity. Each finding counts once, however many repositories hold its image. Severities are those that the setting severity_source chose.
-- counts: each finding once
-- tags: governance, risk
-- chart: bar x=age y=findings
with open as (
    select finding, max(severity) as severity, max(date_diff('day', coalesce(reopened_at, first_seen), argosy_now())) as days
    from subassessments where status = 'Unhealthy' group by finding
)
select case when days <= 7 then '1: up to 7 days' when days <= 30 then '2: 8 to 30 days' when days <= 90 then '3: 31 to 90 days'
        when days <= 180 then '4: 91 to 180 days' when days <= 365 then '5: 181 to 365 days' else '6: over a year' end as age,
    count(*) as findings, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
    count(*) filter (where severity = 'Medium') as medium, count(*) filter (where severity = 'Low') as low,
    count(*) filter (where severity = 'Unknown') as unknown
from open
group by age order by age
