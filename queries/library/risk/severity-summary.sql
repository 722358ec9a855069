-- title: Open findings by severity
-- description: How many findings are open, for how many of them a fix exists, and in how many images and repositories they lie; by_repository counts them once for each repository that holds the image. The severity is the one that the setting severity_source chose.
-- counts: each finding once
-- tags: risk, summary
-- chart: donut x=severity y=findings
select severity::varchar as severity, count(distinct finding) as findings, count(distinct finding) filter (where fixable) as fixable,
    count(distinct image_id) as images, count(distinct registry || '/' || repository) as repositories, count(*) as by_repository
from subassessments
where status = 'Unhealthy'
group by subassessments.severity
order by subassessments.severity desc
