-- title: Images whose scan is stale
-- description: Images that a scan policy wants rescanned and that were not, the longest overdue first.
-- counts: images, once for each repository that holds them
-- param: policy string = mdvm-current -- the scan policy; list them with argosy policy list
-- tags: coverage
select registry, repository, tags, digest, last_scanned, date_diff('hour', due_at, at_time) as overdue_hours, scanners, reason, running_containers, pushed, pulled
from coverage($policy)
where verdict = 'stale'
order by due_at, registry, repository, digest
