-- title: Coverage by registry
-- description: How many images of each registry are scanned in time under a scan policy, and how many are stale, never scanned, unsupported or unknown. fresh_percent is the share of the images whose verdict is known and that can be scanned: unknown and unsupported ones are not in it.
-- counts: images, once for each repository that holds them
-- param: policy string = mdvm-current -- the scan policy; list them with argosy policy list
-- tags: coverage, summary
select registry, count(*) as images, count(*) filter (where verdict = 'fresh') as fresh, count(*) filter (where verdict = 'stale') as stale,
    count(*) filter (where verdict = 'never scanned') as never_scanned, count(*) filter (where verdict = 'unknown') as unknown,
    count(*) filter (where verdict = 'unsupported') as unsupported,
    round(100.0 * count(*) filter (where verdict = 'fresh') / nullif(count(*) filter (where verdict not in ('unsupported', 'unknown')), 0), 1) as fresh_percent,
    count(*) filter (where verdict = 'never scanned' and running_containers > 0) as never_scanned_but_running,
    min(last_scanned) as oldest_scan, max(last_scanned) as newest_scan
from coverage($policy)
group by registry
order by never_scanned desc, stale desc, registry
