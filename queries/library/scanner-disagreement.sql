-- title: Where scanners disagree
-- description: Findings of images that more than one scanner looked at, which not all of them report, or to which they give different severities.
-- tags: vulnerability, quality
with looked as (
    select image_id, list_sort(list(distinct scanner)) as scanners from scans where state <> 'late' group by image_id having count(distinct scanner) > 1
), words as (
    select finding, list_sort(list(scanner || ': ' || severity::varchar)) as severities, count(distinct severity) as different
    from sightings where valid_to is null group by finding
)
select s.vulnerability, s.package_name as package, s.installed_version as installed, s.registry, s.repository, s.tags, s.severity::varchar as severity,
    s.scanners as reported_by, list_filter(k.scanners, lambda x: not list_contains(s.scanners, x)) as not_reported_by,
    case when w.different > 1 then w.severities end as severities, s.digest
from subassessments s join looked k using (image_id) join words w using (finding)
where len(s.scanners) < len(k.scanners) or w.different > 1
order by s.severity desc, s.vulnerability, s.registry, s.repository, s.image_key, package, installed
