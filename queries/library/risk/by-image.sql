-- title: Open findings by image
-- description: One row per image and repository with its findings by severity, what can be fixed, and when it was last scanned. An image in which nothing was found is not in it; see coverage. The severity is the one that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- tags: risk, inventory
select registry, repository, array_to_string(any_value(tags), ', ') as tags, digest,
    count(*) filter (where status = 'Unhealthy') as findings,
    count(*) filter (where status = 'Unhealthy' and severity = 'Critical') as critical,
    count(*) filter (where status = 'Unhealthy' and severity = 'High') as high,
    count(*) filter (where status = 'Unhealthy' and severity = 'Medium') as medium,
    count(*) filter (where status = 'Unhealthy' and severity = 'Low') as low,
    count(*) filter (where status = 'Unhealthy' and severity = 'Unknown') as unknown,
    count(*) filter (where status = 'Unhealthy' and fixable) as fixable,
    count(*) filter (where status = 'NotApplicable') as not_applicable,
    array_to_string(list_sort(list_distinct(flatten(list(scanners)))), ', ') as scanners,
    max(last_scanned) as last_scanned
from subassessments
where resource_kind = 'image'
group by registry, repository, digest, image_key
order by critical desc, high desc, findings desc, registry, repository, digest
