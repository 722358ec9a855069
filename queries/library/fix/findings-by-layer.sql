-- title: Findings in base images and in own layers
-- description: The open findings of each repository by where the package lies: in a layer of the base image, in a layer of its own, or unknown, where the report names no layer or no base image is known. What lies in the base may be closed by building on a newer one; rebuild_closes says how much, where that one was scanned. Severities are those that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- param: team string = % -- pattern of the team; % stands for any text, _ for any character
-- param: repository string = % -- pattern of the repository; % stands for any text, _ for any character
-- tags: fix, base
select s.team, s.registry, s.repository, coalesce(r.origin, 'unknown') as lies_in, count(*) as findings,
    count(*) filter (where s.severity = 'Critical') as critical, count(*) filter (where s.severity = 'High') as high,
    count(*) filter (where s.fixable) as fixable, count(distinct s.image_id) as images,
    all_of(case when r.closed then r.newer_name end) as rebuild_on,
    case when count(r.closed) > 0 then count(*) filter (where r.closed) end as rebuild_closes
from subassessments s left join rebuilt_findings r on r.finding = s.finding
where s.status = 'Unhealthy' and s.team like $team and s.repository like $repository
group by s.team, s.registry, s.repository, coalesce(r.origin, 'unknown')
order by s.team, s.registry, s.repository, lies_in
