-- What a scan policy demands: a rescan at least every rescan_hours of images
-- that were pushed or pulled lately or that run, and a first scan within
-- first_scan_hours of the push. A window that is null is no reason to rescan;
-- rescan_hours null means that one scan is enough.
create or replace view scan_policies as
select policy, description, pushed_within_days, pulled_within_days, running, rescan_hours, first_scan_hours, operating_systems, false as own
from (values
    ('defender-2021', 'Defender for container registries, 2021: on push, and continuously while pulled within 30 days', null::double, 30.0::double, false, 24.0::double, 24.0::double, ['linux']),
    ('defender-2022-weekly', 'Defender for Containers, 2022: on push and import, and weekly while pulled within 30 days', null, 30.0, false, 168.0, 24.0, ['linux']),
    ('dcspm-90d', 'Defender CSPM, 2023: within 24 hours of the push, and daily for 90 days after it', 90.0, null, false, 24.0, 24.0, ['linux']),
    ('mdvm-current', 'Defender Vulnerability Management: daily while pushed or pulled within 30 days or running', 30.0, 30.0, true, 24.0, 24.0, ['linux'])
) p(policy, description, pushed_within_days, pulled_within_days, running, rescan_hours, first_scan_hours, operating_systems)
union all
select policy, description, pushed_within_days, pulled_within_days, running, rescan_hours, first_scan_hours, operating_systems, true
from own_scan_policies
where policy is distinct from (getvariable('argosy_policy')::json->>'$.policy')
union all
-- One that a command brings along without keeping it.
select p.policy, p.description, p.pushed_within_days, p.pulled_within_days, p.running, p.rescan_hours, p.first_scan_hours, p.operating_systems, true
from (select from_json(getvariable('argosy_policy')::json, '{"policy":"VARCHAR","description":"VARCHAR","pushed_within_days":"DOUBLE","pulled_within_days":"DOUBLE",
    "running":"BOOLEAN","rescan_hours":"DOUBLE","first_scan_hours":"DOUBLE","operating_systems":["VARCHAR"]}') as p)
where p is not null and p.policy not in ('defender-2021', 'defender-2022-weekly', 'dcspm-90d', 'mdvm-current');

-- The images of an index, with their platforms.
create or replace view index_images as
select p.index_digest, p.digest, coalesce(m.os, p.os) as os, coalesce(m.architecture, p.architecture) as architecture,
    coalesce(m.variant, p.variant) as variant
from manifest_platforms p join manifests m on m.digest = p.digest
where m.kind = 'image';

-- Which scanned image is which manifest: by its digest; by its configuration,
-- which says what its layers hold; by the index that the scanner named and the
-- platform that it looked at; or by a tag that led there when it was scanned.
create or replace view manifest_images as
select m.digest, i.image_id, 'digest' as how
from manifests m join images i on i.digest = m.digest
where m.kind <> 'index'
union all
select m.digest, i.image_id, 'configuration'
from manifests m join images i on i.config_digest = m.config_digest
where m.kind = 'image' and i.digest is distinct from m.digest and i.last_scanned is not null
union all
select p.digest, i.image_id, 'index and platform'
from images i join index_images p on p.index_digest = i.digest
left join manifests c on c.config_digest = i.config_digest
where i.last_scanned is not null and c.digest is null and p.architecture = i.architecture
  and (i.os is null or p.os is null or p.os = i.os) and (i.variant is null or p.variant is null or p.variant = i.variant)
union all
select coalesce(p.digest, t.digest), i.image_id, 'tag'
from (
    -- Tags become rows first: joined by repository alone, ten thousand tags
    -- would meet ten thousand images.
    select i.image_id, i.architecture, i.last_scanned, l.registry, l.repository, unnest(l.tags) as tag
    from images i join locations l on l.image_id = i.image_id
    where i.digest is null and i.config_digest is null and i.kind = 'image' and i.last_scanned is not null
) i
join repository_tags t on t.registry = i.registry and t.repository = i.repository and t.tag = i.tag
left join index_images p on p.index_digest = t.digest and p.architecture = i.architecture
left join manifests m on m.digest = t.digest
where i.last_scanned >= coalesce(t.pushed, t.valid_from)
  and (t.valid_to is null or i.last_scanned < t.valid_to) and (p.digest is not null or m.kind = 'image');

-- Containers that are there, in whatever state, with the manifest that each of
-- them runs: the platform of an index is known when the node's is, or when there
-- is one only.
create or replace view present_containers as
with pairs as (
    select distinct digest, node_os, node_architecture from containers
    where gone_at is null and digest is not null
), picked as (
    select a.digest, a.node_os, a.node_architecture, count(*) as platforms,
        count(*) filter (where p.architecture = a.node_architecture and (a.node_os is null or p.os = a.node_os)) as fitting,
        any_value(p.digest) filter (where p.architecture = a.node_architecture and (a.node_os is null or p.os = a.node_os)) as fit,
        any_value(p.digest) as any_platform
    from pairs a join index_images p on p.index_digest = a.digest
    group by a.digest, a.node_os, a.node_architecture
), configured as (
    select config_digest, min(digest) as digest from manifests where kind = 'image' and config_digest is not null group by config_digest
)
select c.cluster, k.resource_id as cluster_id, c.namespace, c.workload_kind, c.workload, c.pod, c.container, c.role, c.node,
    c.image, c.image_id as reported, coalesce(c.registry, 'unknown') as registry, c.repository, c.tag, c.digest, c.config_digest,
    coalesce(case when p.fitting = 1 then p.fit
                  when p.platforms = 1 and c.node_architecture is null then p.any_platform
                  when p.digest is null then c.digest end,
        g.digest, d.digest) as manifest,
    case when p.fitting = 1 or p.platforms = 1 and c.node_architecture is null then 'platform of the index'
         when p.digest is not null and c.node_architecture is null then 'one of ' || p.platforms || ' platforms; the node is not known'
         when p.digest is not null then 'the index has no single platform for ' || c.node_architecture
         when c.digest is not null and m.digest is not null then 'digest'
         when c.digest is not null then 'digest; not in the inventory'
         when coalesce(g.digest, d.digest) is not null then 'configuration'
         when c.config_digest is not null then 'configuration; not in the inventory'
         else 'the runtime reports no digest' end as resolved,
    c.node_os, c.node_architecture, c.started, c.first_seen, c.last_seen, c.state
from containers c
join clusters k on k.cluster = c.cluster
left join picked p on p.digest = c.digest and p.node_os is not distinct from c.node_os and p.node_architecture is not distinct from c.node_architecture
left join manifests m on m.digest = c.digest
left join configured g on g.config_digest = case when c.digest is null then c.config_digest end
left join manifests d on d.digest = case when c.digest is null then c.config_digest end
where c.gone_at is null;

-- Those that run.
create or replace view running_containers as
select * exclude (state) from present_containers where state = 'running';

-- Which images each manifest of a container is, by whichever name they are
-- known. An index that the inventory does not hold is an image's where its
-- scanner named the index and no other image, nor a node, says otherwise.
create or replace view container_images as
with named as (
    select distinct manifest from present_containers where manifest is not null
), outside as (
    select c.manifest, c.node_architecture from present_containers c
    where c.manifest is not null and c.manifest not in (select digest from manifests)
      and c.manifest not in (select digest from images where digest is not null)
)
select r.manifest, x.image_id from named r join manifest_images x on x.digest = r.manifest
union
select r.manifest, i.image_id from named r join images i on i.digest = r.manifest
union
select o.manifest, any_value(i.image_id)
from outside o
join (select image_id, architecture, unnest(index_digests) as index_digest from images where index_digests is not null) i on i.index_digest = o.manifest
group by o.manifest
having count(distinct i.image_id) = 1 and bool_and(coalesce(i.architecture = o.node_architecture, true))
union
-- Images that came from no registry are known by their configuration alone.
select c.config_digest, i.image_id
from (select distinct config_digest from present_containers where manifest is null and config_digest is not null) c
join images i on i.config_digest = c.config_digest;

-- Which images run.
create or replace view running_images as
select x.manifest, x.image_id from container_images x
where x.manifest in (select coalesce(manifest, config_digest) from running_containers where coalesce(manifest, config_digest) is not null);
