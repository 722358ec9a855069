-- title: Honest counts
-- description: The same open findings counted in every way that people count, each by its name: findings (one vulnerability in one version of one package of one image), vulnerabilities, images, and findings once for each tag, repository and scanner. Their severity is the one that the setting severity_source chose.
-- counts: each as its column says
-- tags: risk, counts
select severity::varchar as severity, count(distinct finding) as findings, count(distinct vulnerability) as vulnerabilities,
    count(distinct vulnerability || ' ' || coalesce(package_name, '')) as vulnerable_packages, count(distinct image_id) as images,
    count(distinct registry || '/' || repository) as repositories, sum(greatest(len(tags), 1))::bigint as by_tag, count(*) as by_repository,
    (sum(len(scanners)) filter (where first_row))::bigint as by_scanner, count(*) filter (where first_row and len(scanners) > 1) as seen_by_several_scanners
from (select *, row_number() over (partition by finding order by location_id) = 1 as first_row from subassessments where status = 'Unhealthy') s
group by s.severity order by s.severity desc
