-- title: Deleted from the registry, still running
-- description: Containers whose image the registry no longer holds. Their findings are reported until 30 days after the last scan, then dropped: nobody scans an image that is gone.
-- counts: containers
-- tags: running, coverage
select cluster, namespace, workload_kind, workload, pod, container, image, manifest as digest, deleted_at, last_scanned, drop_at,
    case when last_scanned is null then 'never scanned' when dropped then 'dropped' else 'reported' end as state,
    'deploy an image that the registry holds, or push this one again' as action
from running_status
where deleted_at is not null
order by state, drop_at, cluster, namespace, workload, pod, container
