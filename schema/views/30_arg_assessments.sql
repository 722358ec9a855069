-- The individual recommendations of 2026 ("Update <package>", one row per image
-- and package) made from the findings of every scanner. A finding that an
-- ingested recommendation already lists is not listed again.
create or replace view arg_update_assessments as
with named as (
    -- The names first: a query that asks for other assessments by name, as most
    -- do, then needs no look at what the rest would hold. The limit, which limits
    -- nothing, keeps the engine from working a name out for each name asked for.
    select l.location_id, p.package, p.package_type,
        uuid_text(l.registry || '/' || l.repository || '@' || i.image_key || '#' || coalesce(p.package_type, '') || '/' || p.package) as row_name
    from (select distinct image_id, coalesce(package_name, '') as package, package_type from findings
          where fixed_at is null and source_assessment is null and status = 'Unhealthy' and running is null) p
    join locations l on l.image_id = p.image_id
    join images i on i.image_id = p.image_id
    where l.gone_at is null
    limit 9223372036854775807
), listed as (
    select
        n.row_name, l.location_id, l.registry, l.repository, l.registry_id, l.tenant_id, l.resource_group, l.subscription_id, l.tags,
        i.digest, i.image_key, i.pushed, coalesce(f.package_name, '') as package, f.package_type,
        severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity, f.installed_version, f.fixed_version, f.fix_status, f.first_seen, f.last_seen, f.status, f.cvss,
        v.id as cve, v.description, v.cvss_v3, v.cvss_v3_vector, v.published, v.modified, v.cwes, v."references" as links, v.kev
    from findings f
    join locations l on l.image_id = f.image_id
    join images i on i.image_id = f.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    join named n on n.location_id = l.location_id and n.package = coalesce(f.package_name, '') and n.package_type is not distinct from f.package_type
    left join exempted x on x.finding = f.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy_now())
    where f.fixed_at is null and l.gone_at is null and x.finding is null and f.source_assessment is null and f.status = 'Unhealthy' and f.running is null
), grouped as (
    select
        row_name, package, package_type,
        any_value(registry) as registry, any_value(repository) as repository, any_value(registry_id) as registry_id,
        any_value(tenant_id) as tenant_id, any_value(resource_group) as resource_group,
        any_value(subscription_id) as subscription_id, any_value(tags) as tags, any_value(digest) as digest,
        any_value(image_key) as image_key, any_value(pushed) as pushed,
        max(severity)::varchar as severity, min(first_seen) as first_seen, max(last_seen) as last_seen,
        max(coalesce(nullif(cvss, 0), cvss_v3)) as score, max(fixed_version) as fixed_version,
        list_sort(list(distinct installed_version)) as versions,
        to_json(list(json_object(
            'CveId', cve, 'AdditionalIdentifiers', [], 'Description', coalesce(description, ''),
            'Cvss', [json_object('Key', '3', 'Value', json_object('Base', coalesce(nullif(cvss, 0), cvss_v3), 'CvssVectorString', cvss_v3_vector))],
            'Severity', severity::varchar, 'PublishedDate', azure_time(published), 'LastModifiedDate', azure_time(modified),
            'Weaknesses', coalesce([json_object('Id', c) for c in cwes], []),
            'FixStatus', fix_status, 'FixedVersion', coalesce(fixed_version, ''),
            'ExploitabilityDetails', json_object('IsInExploitKit', kev, 'IsPubliclyDisclosed', kev, 'IsVerified', kev, 'ExploitUris', [], 'Types', []),
            'References', coalesce([json_object('Title', r, 'Url', r) for r in links], []), 'Tags', []) order by cve))::varchar as cves,
        count(*) as cve_count, list_sort(list(distinct cve)) as cve_ids, any_value(fix_status) as fix_status
    from listed
    group by row_name, location_id, package, package_type
), titled as (
    select *,
        registry_id || '/providers/microsoft.security/securityentitydata/repositories-' || replace(repository, '/', '-')
            || '-images-' || coalesce(digest, image_key) as resource,
        'Update ' || case when package = '' then 'image' else package end as title,
        registry || '/' || repository || '@' || coalesce(digest, image_key) as image_uri
    from grouped
), bagged as (
    select *,
        json_object('code', 'Unhealthy', 'firstEvaluationDate', azure_time(first_seen), 'statusChangeDate', azure_time(first_seen)) as status_bag,
        json_object('displayName', title, 'severity', severity, 'recommendationCategory', 'SoftwareUpdate',
            'assessmentType', 'DynamicBuiltIn', 'description', title || ' to a later version to mitigate known vulnerabilities',
            'remediationDescription', case when fixed_version is not null then title || ' to ' || fixed_version else '' end) as metadata_bag,
        json_object('Id', resource, 'ResourceName', repository, 'ResourceType', '.containerimage',
            'ResourceProvider', 'Azure Container Registry', 'NativeResourceId', resource, 'Source', 'Azure') as resource_bag,
        json_object('RepositoryDetails', json_object('RepositoryName', repository, 'RegistryHost', registry, 'LastPushedToRegistryUTC', azure_time(pushed)),
            'Digest', digest, 'ImageUri', image_uri, 'Tags', coalesce(tags, [])) as image_bag
    from titled
)
select
    resource || '/providers/Microsoft.Security/assessments/' || row_name as id,
    row_name as name, 'microsoft.security/assessments' as type, tenant_id as "tenantId", '' as kind, '' as location,
    resource_group as "resourceGroup", subscription_id as "subscriptionId", '' as "managedBy",
    null::json as sku, null::json as plan,
    json_object(
        'displayName', title, 'status', status_bag, 'metadata', metadata_bag, 'resourceDetails', resource_bag,
        'additionalData', json_object('SoftwareName', package, 'SoftwareVendor', coalesce(package_type, ''),
            'PackageType', software_category(package_type), 'Language', software_language(package_type),
            'MaxCvssScore', coalesce(score::varchar, ''), 'FixedVersion', coalesce(fixed_version, ''),
            'DetectedSoftwareVersions', to_json(versions)::varchar, 'CvesDetails', cves,
            'ScannersDetails', json_object('mdvm', json_object('DetectedSoftwareVersions', versions, 'FixedVersion', coalesce(fixed_version, ''),
                'FixStatus', fix_status, 'PackageType', software_category(package_type), 'Language', software_language(package_type),
                'CvesIds', cve_ids))::varchar),
        'resourceAdditionalData', image_bag::varchar)::json as properties,
    null::json as tags, null::json as identity, null::json as zones, null::json as "extendedLocation",
    title                                     as "properties.displayName",
    status_bag                                as "properties.status",
    'Unhealthy'                               as "properties.status.code",
    metadata_bag                              as "properties.metadata",
    severity                                  as "properties.metadata.severity",
    'SoftwareUpdate'                          as "properties.metadata.recommendationCategory",
    resource_bag                              as "properties.resourceDetails",
    '.containerimage'                         as "properties.resourceDetails.ResourceType",
    repository                                as "properties.resourceDetails.ResourceName",
    package                                   as "properties.additionalData.SoftwareName",
    coalesce(fixed_version, '')               as "properties.additionalData.FixedVersion",
    to_json(cves)                             as "properties.additionalData.CvesDetails",
    cve_count                                 as "properties.additionalData.CvesDetails count",
    to_json(image_bag::varchar)               as "properties.resourceAdditionalData",
    repository                                as "properties.resourceAdditionalData RepositoryDetails.RepositoryName",
    registry                                  as "properties.resourceAdditionalData RepositoryDetails.RegistryHost",
    digest                                    as "properties.resourceAdditionalData Digest",
    image_uri                                 as "properties.resourceAdditionalData ImageUri"
from bagged;
