-- title: Images that were never scanned, or not lately
-- description: Images whose last scan is older than the given number of days, counted from the newest scan of all, and images that Defender lists without a scan. What is here is missing from every other report.
-- param: days long = 14 -- a scan older than this is stale
-- tags: coverage
with newest as (select max(scanned_at) as at_last from scans)
select 'stale' as state, l.registry, l.repository, array_to_string(l.tags, ', ') as tags, i.digest, i.last_scanned,
    date_diff('day', i.last_scanned, newest.at_last) as days, 'last scan is older than ' || $days || ' days' as reason
from images i
join locations l on l.image_id = i.image_id
cross join newest
where i.kind = 'image' and i.last_scanned < newest.at_last - to_days($days::int)
union all
select 'never scanned', coalesce(regexp_extract(r.id, '(?i)/registries/([^/]+)', 1), ''),
    coalesce(r.properties->>'$.resourceDetails.ResourceName', r.properties->>'$.resourceDetails.resourceName', r.name), null,
    nullif(regexp_extract(r.id, 'sha256:[0-9a-f]{64}'), ''), null, null,
    coalesce(nullif(r.properties->>'$.status.cause', ''), nullif(r.properties->>'$.status.description', ''), 'Defender lists it as not applicable')
from resource_rows r
where r.type = 'microsoft.security/assessments' and not r.gone and (r.properties->>'$.status.code') = 'NotApplicable'
  and lower(coalesce(r.properties->>'$.resourceDetails.ResourceType', r.properties->>'$.resourceDetails.resourceType', '')) like '%containerimage%'
order by all
