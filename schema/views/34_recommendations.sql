-- Recommendations as assessments: one row per image in a registry, rolled up to
-- the registry, and one per running container, rolled up to the cluster. A
-- resource is Unhealthy where anything in it is, Healthy where something was
-- assessed and nothing is, else NotApplicable. Keys and titles are those of the
-- recommendation reference of Defender for Cloud. A row that was ingested under
-- the same id goes before the one made here.
create or replace view arg_recommendations as
with open_findings as (
    select f.image_id, l.location_id, count(*) as findings, max(severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)) as severity, min(f.first_seen) as first_seen
    from findings f
    join locations l on l.image_id = f.image_id
    left join exempted x on x.finding = f.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy_now())
    where f.fixed_at is null and f.status = 'Unhealthy' and f.running is null and x.finding is null and l.gone_at is null
    group by f.image_id, l.location_id
), aliased as (
    -- A scanner may know an image otherwise: by its index, its configuration or
    -- a tag. What it found there was found in the image.
    select i.image_id as target, l.location_id as target_location, x.image_id as source,
        coalesce(max(case when s.registry = l.registry and s.repository = l.repository then s.location_id end), max(case when s.is_primary then s.location_id end)) as source_location
    from manifest_images x
    join images i on i.digest = x.digest
    join locations l on l.image_id = i.image_id and l.gone_at is null
    join locations s on s.image_id = x.image_id
    where x.how <> 'digest'
    group by i.image_id, l.location_id, x.image_id
), sources as (
    select target_location, source, source_location from aliased
    union
    select target_location, target, target_location from aliased
), alias_counts as (
    select a.target_location as location_id, max(i.last_scanned) as last_scanned,
        count(distinct (f.vulnerability_id, f.package_name, f.installed_version)) filter (where f.finding is not null and x.finding is null) as findings,
        max(severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)) filter (where x.finding is null) as severity, min(f.first_seen) filter (where x.finding is null) as first_seen
    from sources a
    join images i on i.image_id = a.source
    left join findings f on f.image_id = a.source and f.fixed_at is null and f.status = 'Unhealthy' and f.running is null
    left join exempted x on x.finding = f.finding and x.location_id = a.source_location and (x.until is null or x.until > argosy_now())
    group by a.target_location
), image_rows as (
    select l.registry_id, l.registry, l.registry_name, l.tenant_id, l.resource_group, l.subscription_id, l.repository, l.tags, i.image_key, i.digest,
        case when coalesce(r.findings, o.findings) > 0 then 'Unhealthy' when coalesce(i.last_scanned, r.last_scanned) is not null then 'Healthy' else 'NotApplicable' end as code,
        coalesce(r.findings, o.findings, 0) as findings, coalesce(r.severity, o.severity)::varchar as severity, coalesce(r.first_seen, o.first_seen) as first_seen,
        greatest(i.last_scanned, r.last_scanned) as last_scanned,
        case when i.os = 'windows' then 'UnsupportedOs' else 'NotScanned' end as cause,
        case when i.os = 'windows' then 'operating system windows, and no scan of it is known' else 'no scan of the image is known' end as reason
    from locations l
    join images i on i.image_id = l.image_id
    left join open_findings o on o.location_id = l.location_id
    left join alias_counts r on r.location_id = l.location_id
    where i.kind = 'image' and l.gone_at is null
      and (i.digest is null or i.digest not in (select digest from manifests where kind <> 'image'))
      -- Another name of an image that has a row of its own.
      and (i.digest is not null or i.image_id not in (select source from aliased))
), container_rows as (
    select s.cluster_id, s.cluster, s.namespace, s.workload_kind, s.workload, s.container, s.image, s.registry, s.repository, s.manifest,
        any_value(s.not_applicable) as not_applicable, max(s.last_scanned) as last_scanned, max(s.deleted_at) as deleted_at, count(*) as pods,
        any_value(n.findings) as findings, any_value(n.severity) as severity, min(n.first_seen) as first_seen
    from running_status s
    left join (select manifest, registry, repository, sum(findings)::bigint as findings, max(severity)::varchar as severity, min(first_seen) as first_seen
               from running_counts group by manifest, registry, repository) n
        -- A condition on one side of an outer join makes the engine compare row by row.
        on n.manifest = case when not s.dropped then coalesce(s.manifest, s.config_digest) end and n.registry = s.registry and n.repository is not distinct from s.repository
    group by s.cluster_id, s.cluster, s.namespace, s.workload_kind, s.workload, s.container, s.image, s.registry, s.repository, s.manifest
), rows as (
    select registry_id || '/providers/microsoft.security/securityentitydata/repositories-' || replace(repository, '/', '-') || '-images-' || coalesce(digest, image_key) as resource,
        '33422d8f-ab1e-42be-bc9a-38685bb567b9' as key, 'Container images in registry should have vulnerability findings resolved' as title,
        '.containerimage' as kind, repository as resource_name, registry as source_name, tenant_id, resource_group, subscription_id, code,
        case when code = 'NotApplicable' then cause end as cause, case when code = 'NotApplicable' then reason end as reason,
        findings, severity, first_seen, last_scanned, json_object('registryHost', registry, 'repositoryName', repository, 'digest', digest, 'tags', coalesce(tags, []),
            'findings', findings) as more
    from image_rows
    union all
    select registry_id, 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5',
        'Azure registry container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)',
        'registries', any_value(registry_name), any_value(registry), any_value(tenant_id), any_value(resource_group), any_value(subscription_id),
        case when bool_or(code = 'Unhealthy') then 'Unhealthy' when bool_or(code = 'Healthy') then 'Healthy' else 'NotApplicable' end,
        case when not bool_or(code <> 'NotApplicable') then 'NotScanned' end, case when not bool_or(code <> 'NotApplicable') then 'no scan of any of its images is known' end,
        sum(findings)::bigint, max(severity::severity)::varchar, min(first_seen), max(last_scanned),
        json_object('registryHost', any_value(registry), 'unhealthyImages', count(*) filter (where code = 'Unhealthy'),
            'healthyImages', count(*) filter (where code = 'Healthy'), 'notApplicableImages', count(*) filter (where code = 'NotApplicable'), 'findings', sum(findings)::bigint)
    from image_rows group by registry_id
    union all
    select cluster_id || '/providers/microsoft.security/securityentitydata/' || lower(concat_ws('-', namespace, workload_kind, workload, container)) || '-' || replace(coalesce(manifest, image), '/', '-'),
        'e9acaf48-d2cf-45a3-a6e7-3caa2ef769e0', 'Containers running should have vulnerability findings resolved', 'K8s-container',
        container, cluster, null, null, null,
        case when not_applicable is not null then 'NotApplicable' when findings > 0 then 'Unhealthy' else 'Healthy' end,
        case when not_applicable is not null then split_part(not_applicable, ':', 1) end, not_applicable,
        coalesce(findings, 0), severity, first_seen, last_scanned,
        json_object('clusterName', cluster, 'namespace', namespace, 'controllerKind', workload_kind, 'controllerName', workload, 'containerName', container,
            'image', image, 'registryHost', registry, 'repositoryName', repository, 'digest', manifest, 'pods', pods, 'findings', coalesce(findings, 0),
            'deletedFromRegistry', deleted_at is not null)
    from container_rows
    union all
    select cluster_id, 'c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5',
        'Azure running container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)',
        'managedClusters', any_value(cluster), any_value(cluster), null, null, null,
        case when count(*) filter (where not_applicable is null and findings > 0) > 0 then 'Unhealthy'
             when count(*) filter (where not_applicable is null) > 0 then 'Healthy' else 'NotApplicable' end,
        case when count(*) filter (where not_applicable is null) = 0 then 'NotScanned' end,
        case when count(*) filter (where not_applicable is null) = 0 then 'no scan of any of its images is known' end,
        sum(coalesce(findings, 0))::bigint, max(severity::severity)::varchar, min(first_seen), max(last_scanned),
        json_object('clusterName', any_value(cluster), 'unhealthyContainers', count(*) filter (where not_applicable is null and findings > 0),
            'healthyContainers', count(*) filter (where not_applicable is null and coalesce(findings, 0) = 0),
            'notApplicableContainers', count(*) filter (where not_applicable is not null), 'findings', sum(coalesce(findings, 0))::bigint)
    from container_rows group by cluster_id
), bagged as (
    select *, json_merge_patch(json_object('code', code, 'firstEvaluationDate', azure_time(coalesce(first_seen, last_scanned)), 'statusChangeDate', azure_time(coalesce(first_seen, last_scanned))),
            case when cause is not null then json_object('cause', cause, 'description', reason) else '{}'::json end) as status_bag,
        json_object('displayName', title, 'severity', coalesce(severity, 'High'), 'assessmentType', 'BuiltIn',
            'categories', ['Compute'], 'remediationDescription', 'Update the packages that the findings name, rebuild the image and roll it out.') as metadata_bag,
        json_object('Id', resource, 'ResourceName', resource_name, 'ResourceType', kind, 'Source', 'Azure', 'NativeResourceId', resource) as resource_bag
    from rows
)
select resource || '/providers/Microsoft.Security/assessments/' || key as id, key as name, 'microsoft.security/assessments' as type,
    coalesce(tenant_id, '00000000-0000-0000-0000-000000000000') as "tenantId", '' as kind, '' as location,
    coalesce(resource_group, nullif(regexp_extract(resource, '(?i)/resourceGroups/([^/]+)', 1), ''), '') as "resourceGroup",
    coalesce(subscription_id, nullif(regexp_extract(resource, '(?i)/subscriptions/([^/]+)', 1), ''), '') as "subscriptionId", '' as "managedBy",
    null::json as sku, null::json as plan,
    json_object('displayName', title, 'status', status_bag, 'metadata', metadata_bag, 'resourceDetails', resource_bag, 'additionalData', more)::json as properties,
    null::json as tags, null::json as identity, null::json as zones, null::json as "extendedLocation",
    title as "properties.displayName", status_bag as "properties.status", code as "properties.status.code", metadata_bag as "properties.metadata",
    coalesce(severity, 'High') as "properties.metadata.severity", null::varchar as "properties.metadata.recommendationCategory", resource_bag as "properties.resourceDetails",
    bagged.kind as "properties.resourceDetails.ResourceType", resource_name as "properties.resourceDetails.ResourceName"
from bagged
where lower(resource || '/providers/Microsoft.Security/assessments/' || key) not in (select row_key from resource_rows where not gone);

-- All assessments but the individual ones that are made of findings, whose names are
-- made of what they are for: a query that asks for others by name need not make them.
-- They have a typed column for each path of properties that queries use: of the rows
-- that are told whole it is kept beside their JSON.
create or replace view arg_keyed_assessments as
select * from arg_update_assessments where false
union all
select *, null, null, null, null, null, null, null, null, null from arg_recommendations
union all
select id, name, type, tenant_id, coalesce(kind, ''), coalesce(location, ''), resource_group, subscription_id, coalesce(managed_by, ''),
    sku, plan, properties, tags, identity, zones, extended_location,
    brief.display_name, properties->'$.status', brief.code, properties->'$.metadata', brief.severity, brief.category, properties->'$.resourceDetails',
    brief.resource_type, brief.resource_name, brief.software, brief.fixed_version, properties->'$.additionalData.CvesDetails', brief.cves,
    properties->'$.resourceAdditionalData', brief.repository, brief.registry, brief.digest, brief.image
from resource_rows
where table_name = 'securityresources' and type = 'microsoft.security/assessments' and not gone
  and (not has_findings or row_key in (select source_assessment from findings where fixed_at is null));
create or replace view arg_assessments as
select * from arg_update_assessments
union all
select * from arg_keyed_assessments;
