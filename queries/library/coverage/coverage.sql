-- title: Coverage of every image
-- description: The verdict of a scan policy on every known image, once for each repository that holds it: fresh, stale, never scanned, unsupported or unknown, and why. What cannot be known stays unknown.
-- counts: images, once for each repository that holds them
-- param: policy string = mdvm-current -- the scan policy; list them with argosy policy list
-- param: verdict string {fresh, stale, never scanned, unsupported, unknown, %} = % -- only this verdict
-- param: registry string = % -- pattern of the registry; % stands for any text, _ for any character
-- tags: coverage, inventory
select verdict, reason, registry, repository, tags, digest, os, architecture, last_scanned, scanners, partial_scan, due_at, overdue, pushed, pulled,
    running_containers, created, size
from coverage($policy)
where verdict like $verdict and registry like $registry
order by list_position(['never scanned', 'stale', 'unknown', 'unsupported', 'fresh'], verdict), running_containers desc nulls last, registry, repository, digest, image_key
