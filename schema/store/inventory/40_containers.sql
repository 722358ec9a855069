-- What runs in a cluster. A container that a look does not find is gone, in
-- all of the cluster or in the namespace that the look was limited to.
update argosy.clusters c set last_seen = getvariable('sync_at'), resource_id = coalesce(s.resource_id, c.resource_id)
from inv_cluster s where s.cluster = c.cluster;
insert into argosy.clusters
select s.cluster,
    coalesce(s.resource_id,
        (select min(r.id) from argosy.resource_rows r where not r.gone and lower(r.name) = lower(s.cluster)
            and r.type in ('microsoft.containerservice/managedclusters', 'microsoft.kubernetes/connectedclusters')),
        '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/argosy/providers/Microsoft.ContainerService/managedClusters/' || s.cluster),
    getvariable('sync_at'), getvariable('sync_at')
from inv_cluster s where s.cluster not in (select cluster from argosy.clusters);

create or replace temp table v_containers as
select distinct on (namespace, pod, pod_uid, container, role)
    (select any_value(cluster) from inv_cluster) as cluster, *,
    concat_ws(chr(31), namespace, pod, coalesce(pod_uid, ''), container, role, coalesce(digest, ''), coalesce(config_digest, ''), image) as key
from inv_containers order by namespace, pod, pod_uid, container, role;

create or replace temp table v_before as
select rowid as row_id, first_seen,
    concat_ws(chr(31), namespace, pod, coalesce(pod_uid, ''), container, role, coalesce(digest, ''), coalesce(config_digest, ''), image) as key
from argosy.containers where cluster in (select cluster from inv_cluster) and gone_at is null;

create or replace temp table v_first as select key, min(first_seen) as first_seen from v_before group by key;
delete from argosy.containers where rowid in (select row_id from v_before where key in (select key from v_containers));
insert into argosy.containers
select v.cluster, v.namespace, v.workload_kind, v.workload, v.pod, v.pod_uid, v.container, v.role, v.node, v.node_os, v.node_architecture,
    v.image, v.image_id, v.registry, v.repository, v.tag, v.digest, v.config_digest, v.state, v.started, v.labels::json,
    coalesce(f.first_seen, getvariable('sync_at')), getvariable('sync_at'), null
from v_containers v left join v_first f on f.key = v.key;
update argosy.containers c set gone_at = getvariable('sync_at')
from inv_cluster s
where c.cluster = s.cluster and c.gone_at is null and c.last_seen < getvariable('sync_at')
  and (s.namespace is null or s.namespace = c.namespace);
