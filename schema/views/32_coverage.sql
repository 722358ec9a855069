-- Scans of a manifest, whichever name the scanner knew it by.
create or replace view manifest_scans as
select x.digest, x.how, s.scanner, s.scanned_at, s.partial, s.incomplete
from manifest_images x join scans s on s.image_id = x.image_id;

-- Every image that is known to exist, once for each repository that holds it:
-- those of the inventory, and those that only a scanner or Defender named.
create or replace view known_images as
select r.registry, r.repository, r.digest, r.digest as image_key, coalesce(m.kind, 'not read') as kind, m.os, m.architecture, m.variant,
    coalesce(m.artifact_type, m.config_media_type, m.media_type) as media_type, m.layer_bytes as size, m.created, r.pushed, r.pulled,
    r.first_seen, true as in_registry, null::varchar as told
from repository_manifests r left join manifests m on m.digest = r.digest
where r.gone_at is null
  and (m.kind is null or m.kind in ('image', 'unsupported')
    or m.kind = 'artifact' and m.subject is null and r.digest not in (select digest from referrers))
union all
select l.registry, l.repository, i.digest, i.image_key, 'image', i.os, i.architecture, i.variant, null, i.size, i.created, i.pushed, i.pulled,
    null, false, null
from images i join locations l on l.image_id = i.image_id
where i.kind = 'image' and l.gone_at is null and i.last_scanned is not null
  and i.image_id not in (select image_id from manifest_images)
  and (i.digest is null or i.digest not in (select digest from manifests))
union all
-- What runs and neither a registry's inventory nor a scanner knows.
select any_value(c.registry), any_value(coalesce(c.repository, c.image)), c.manifest, coalesce(c.manifest, c.config_digest), 'image',
    any_value(c.node_os), any_value(c.node_architecture), null, null, null, null, null, null, null, false, null
from running_containers c
where coalesce(c.manifest, c.config_digest) is not null
  and (c.manifest is null or c.manifest not in (select digest from repository_manifests) and c.manifest not in (select digest from images where digest is not null))
  and (c.config_digest is null or c.config_digest not in (select config_digest from images where config_digest is not null))
group by c.manifest, c.config_digest
union all
-- Defender lists images that it does not assess, and says why.
-- (by its name, which is the host's first part in Azure)
select coalesce(any_value(l.registry), lower(nullif(regexp_extract(any_value(r.id), '(?i)/microsoft.containerregistry/registries/([^/.]+)/', 1), '')) || '.azurecr.io',
        lower(regexp_extract(any_value(r.id), '(?i)/registries/([^/]+)', 1))), any_value(coalesce(r.properties->>'$.resourceDetails.ResourceName',
        r.properties->>'$.resourceDetails.resourceName', r.name)), r.digest, r.digest, 'image', null, null, null, null, null, null, null, null, null, false,
    any_value('not applicable, says Defender' || coalesce(': ' || nullif(concat_ws(': ', nullif(r.properties->>'$.status.cause', ''), nullif(r.properties->>'$.status.description', '')), ''), ''))
from (
    select id, name, properties, nullif(regexp_extract(id, 'sha256:[0-9a-f]{64}'), '') as digest
    from resource_rows where type = 'microsoft.security/assessments' and not gone and brief.code = 'NotApplicable'
) r
left join (select registry_id, any_value(registry) as registry from locations group by registry_id) l
    on l.registry_id = regexp_extract(r.id, '(?i)^(.*/registries/[^/]+)/', 1)
where r.digest is not null
  and lower(coalesce(r.properties->>'$.resourceDetails.ResourceType', r.properties->>'$.resourceDetails.resourceType', '')) like '%containerimage%'
  and r.digest not in (select digest from images where digest is not null) and r.digest not in (select digest from repository_manifests)
  and r.digest not in (select manifest from running_containers where manifest is not null)
group by r.digest;

-- The verdict of a scan policy on every image. Unknown stays unknown: an old
-- scan is stale only where a rescan is due for certain.
create or replace macro coverage(policy_name) as table
with asked as (
    select policy_name as name
), rules as (
    -- A column that nobody reads would be left out, and the error with it: the
    -- condition is always looked at.
    select p.policy, p.pushed_within_days, p.pulled_within_days, p.running, p.rescan_hours, p.first_scan_hours, p.operating_systems
    from asked a left join scan_policies p on p.policy = a.name
    where case when p.policy is null then error('there is no scan policy "' || a.name || '"; list them with: argosy policy list') else true end
), scanned as (
    select digest, max(scanned_at) as last_scanned, min(scanned_at) as first_scanned, list_sort(list(distinct scanner)) as scanners,
        arg_max(partial, scanned_at) as partial
    from manifest_scans group by digest
), by_itself as (
    select i.image_key, max(s.scanned_at) as last_scanned, min(s.scanned_at) as first_scanned, list_sort(list(distinct s.scanner)) as scanners,
        arg_max(s.partial, s.scanned_at) as partial
    from images i join scans s on s.image_id = i.image_id group by i.image_key
), by_index as (
    -- A scanner named an index and did not say which platform it looked at.
    select p.digest, max(i.last_scanned) as last_scanned
    from images i join index_images p on p.index_digest = i.digest
    where i.last_scanned is not null and i.image_id not in (select image_id from manifest_images)
    group by p.digest
), runs as (
    select coalesce(manifest, config_digest) as manifest, count(*) as containers from running_containers where coalesce(manifest, config_digest) is not null group by all
), tagged as (
    select registry, repository, digest, list_sort(list(distinct tag)) as tags from (
        select registry, repository, digest, tag from repository_tags where valid_to is null
        union all
        select t.registry, t.repository, p.digest, t.tag from repository_tags t join manifest_platforms p on p.index_digest = t.digest where t.valid_to is null)
    group by registry, repository, digest
), facts as (
    select k.* exclude (own_key), r.policy, r.rescan_hours, r.first_scan_hours, r.operating_systems, coalesce(g.tags, case when not k.in_registry then l.tags end, []) as tags,
        coalesce(s.last_scanned, b.last_scanned) as last_scanned, coalesce(s.first_scanned, b.first_scanned) as first_scanned,
        coalesce(s.scanners, b.scanners) as scanners, coalesce(s.partial, b.partial) as partial, x.last_scanned as index_scanned,
        case when (select count(*) from clusters) > 0 then coalesce(u.containers, 0) end as running_containers,
        argosy_now() as at_time,
        -- Each reason for a rescan: true, false, or null where it is not known.
        case when r.pushed_within_days is null then false else k.pushed >= argosy_now() - r.pushed_within_days * interval 1 day end as by_push,
        case when r.pulled_within_days is null then false else k.pulled >= argosy_now() - r.pulled_within_days * interval 1 day end as by_pull,
        case when not r.running then false when (select count(*) from clusters) = 0 then null else u.containers is not null end as by_run
    -- own_key: a condition on one side of an outer join makes the engine compare
    -- row by row.
    from (select *, case when not in_registry then image_key end as own_key from known_images) k
    cross join rules r
    left join scanned s on s.digest = k.digest
    left join by_itself b on b.image_key = k.own_key
    left join by_index x on x.digest = k.digest
    left join runs u on u.manifest = k.image_key
    left join tagged g on g.registry = k.registry and g.repository = k.repository and g.digest = k.digest
    left join images i on i.image_key = k.own_key
    left join locations l on l.image_id = i.image_id and l.registry = k.registry and l.repository = k.repository
), judged as (
    select *,
        by_push or by_pull or by_run as wanted,
        date_diff('second', last_scanned, at_time) / 3600.0 as age_hours,
        case when last_scanned is null then pushed + first_scan_hours * interval 1 hour
             when rescan_hours is not null and (by_push or by_pull or by_run) then last_scanned + rescan_hours * interval 1 hour end as due_at,
        concat_ws(', ', case when by_push then 'pushed ' || pushed::date end, case when by_pull then 'pulled ' || pulled::date end,
            case when by_run then running_containers || ' containers run it' end) as because,
        concat_ws(', ', case when by_push is null then 'when it was pushed' end, case when by_pull is null then 'when it was pulled' end,
            case when by_run is null then 'whether it runs' end) as missing
    from facts
)
select registry, repository, array_to_string(tags, ', ') as tags, digest, image_key, os, architecture,
    -- A reason that says so makes an image unsupported; one that was only not
    -- reached yet is missing from the findings like any other.
    case when regexp_matches(told, '(?i)(un|not[ _-]?)supported|is ?not ?in ?acr|not ?covered|out of scope') and last_scanned is null then 'unsupported'
         when last_scanned is null and kind in ('unsupported', 'artifact') then 'unsupported'
         when last_scanned is null and kind = 'not read' then 'never scanned'
         when last_scanned is null and operating_systems is not null and os is not null and not list_contains(operating_systems, os) then 'unsupported'
         when last_scanned is null and index_scanned is not null then 'unknown'
         when last_scanned is null then 'never scanned'
         when rescan_hours is null or age_hours <= rescan_hours then 'fresh'
         when wanted then 'stale'
         when wanted is null then 'unknown'
         else 'fresh' end as verdict,
    case when last_scanned is null and told is not null then told
         when last_scanned is null and kind = 'unsupported' then 'manifest of Docker schema 1, which scanners do not read'
         when last_scanned is null and kind = 'artifact' then 'no image: ' || coalesce(media_type, 'an artifact')
         when last_scanned is null and operating_systems is not null and os is not null and not list_contains(operating_systems, os)
            then 'operating system ' || os || ' is not scanned under this policy'
         when last_scanned is null and index_scanned is not null
            then 'its index was scanned on ' || index_scanned::date || ', and the report does not say which platform'
         when last_scanned is null and pushed is null then 'no scan of it is known'
         when last_scanned is null and due_at > at_time then 'pushed ' || strftime(pushed, '%Y-%m-%d %H:%M') || ', the first scan is due by ' || strftime(due_at, '%Y-%m-%d %H:%M')
         when last_scanned is null then 'pushed ' || strftime(pushed, '%Y-%m-%d %H:%M') || ', the first scan was due by ' || strftime(due_at, '%Y-%m-%d %H:%M')
         when rescan_hours is null then 'one scan is enough under this policy'
         when age_hours <= rescan_hours then 'scanned within ' || format('{:g}', rescan_hours) || ' hours'
         when wanted then because || '; the last scan is older than ' || format('{:g}', rescan_hours) || ' hours'
         when wanted is null then 'not known: ' || missing
         else 'no rescan is due: not pushed, pulled or running lately' end as reason,
    last_scanned, first_scanned, array_to_string(scanners, ', ') as scanners, coalesce(partial, false) as partial_scan,
    case when verdict <> 'unsupported' then judged.due_at end as due_at, coalesce(verdict <> 'unsupported' and judged.due_at < at_time, false) as overdue, pushed, pulled, running_containers, created, size, in_registry, policy, first_scan_hours, at_time
from judged;
