-- title: Images that were never scanned
-- description: Known images of which no scan is known, those that run first. What is here is missing from every report of findings.
-- counts: images, once for each repository that holds them
-- param: policy string = mdvm-current -- the scan policy; list them with argosy policy list
-- tags: coverage
select registry, repository, tags, digest, os, architecture, running_containers, pushed, pulled, created, due_at, overdue, reason
from coverage($policy)
where verdict = 'never scanned'
order by running_containers desc nulls last, overdue desc nulls last, due_at nulls last, registry, repository, digest
