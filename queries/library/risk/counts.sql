-- title: Honest counts
-- description: The same open findings counted in every way that people count, each by its name: findings (one vulnerability in one package of one image), vulnerabilities, images, repositories, tags, and rows as the scanners report them.
-- tags: risk, counts
select severity::varchar as severity, count(distinct finding) as findings, count(distinct vulnerability) as vulnerabilities,
    count(distinct vulnerability || coalesce(package_name, '')) as vulnerable_packages, count(distinct image_id) as images,
    count(distinct registry || '/' || repository) as repositories, sum(greatest(len(tags), 1))::bigint as by_tag, count(*) as by_repository,
    sum(len(scanners))::bigint as by_scanner, count(distinct finding) filter (where len(scanners) > 1) as seen_by_several_scanners
from subassessments where status = 'Unhealthy'
group by subassessments.severity order by subassessments.severity desc
