-- title: From push to first scan
-- description: How long each image waited for its first scan after it was pushed, against the hours that the scan policy allows. An image without a push time stays unknown.
-- counts: images, once for each repository that holds them
-- param: policy string = mdvm-current -- the scan policy; list them with argosy policy list
-- tags: coverage
select case when verdict = 'unsupported' then 'unsupported'
            when pushed is null then 'unknown'
            when first_scanned is null and at_time <= pushed + first_scan_hours * interval 1 hour then 'waiting'
            when first_scanned is null then 'late, still not scanned'
            when first_scanned <= pushed + first_scan_hours * interval 1 hour then 'in time'
            else 'late' end as state,
    registry, repository, tags, digest, pushed, first_scanned,
    case when pushed is not null and verdict <> 'unsupported' then round(greatest(0, date_diff('second', pushed, coalesce(first_scanned, at_time))) / 3600.0, 1) end as hours, first_scan_hours as allowed_hours, scanners
from coverage($policy)
order by list_position(['late, still not scanned', 'late', 'waiting', 'in time', 'unknown', 'unsupported'], state), hours desc nulls last, registry, repository, digest
