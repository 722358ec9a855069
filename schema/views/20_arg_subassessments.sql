-- Sub-assessments as Azure Resource Graph shows them: the table's columns, and
-- behind them one typed column for each path of properties that queries use.
-- A path column is named by its path. properties itself holds every
-- generation's paths at once, and where the row came from Defender, all that
-- Defender said on top.
create or replace view arg_subassessments as
with rows as (
    select
        f.*, l.*, i.*, v.*,
        f.published as row_published, v.published as catalogue_published,
        l.tags as image_tags, v.id as cve, f.finding::varchar as finding_name, f.extra as finding_extra,
        f.severity::varchar as severity_word,
        case when f.running is not null then running_key()
             else coalesce(f.assessment_key, registry_key()) end as assessment,
        case when f.source_location = l.location_id then f.source_name
             when l.is_primary then f.finding::varchar
             else uuid_of(f.finding::varchar || l.registry || '/' || l.repository)::varchar end as row_name,
        case when f.source_location = l.location_id then f.source_properties end as given
    from findings f
    join locations l on l.image_id = f.image_id
    join images i on i.image_id = f.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    where f.fixed_at is null
), shaped as (
    select *,
        coalesce(row_published, catalogue_published) as published_time,
        coalesce(nullif(cvss, 0), cvss_v3, cvss_v4, cvss_v2) as score,
        coalesce(display_name, cve) as title_shown,
        '/repositories/' || repository || '/images/' || coalesce(digest, image_key) as image_path,
        case when running is not null then 'ContainerImage' when kind_1 = 'image' then 'AzureContainerRegistryVulnerability'
             when kind_1 = 'host' then 'ServerVulnerability' else 'GeneralVulnerability' end as resource_type
    from rows
)
select
    registry_id || '/providers/Microsoft.Security/assessments/' || assessment || '/subassessments/' || row_name as id,
    row_name                                  as name,
    'microsoft.security/assessments/subassessments' as type,
    tenant_id                                 as tenantId,
    ''                                        as kind,
    'global'                                  as location,
    resource_group                            as resourceGroup,
    subscription_id                           as subscriptionId,
    ''                                        as managedBy,
    null::json                                as sku,
    null::json                                as plan,
    subassessment_json(given, title_shown, cve, severity_word, status, status_cause, status_reason, first_seen, reopened_at, last_seen,
        resource_type, registry, repository, digest, image_tags, image_path, package_type, package_name, installed_version, fixed_version,
        fix_status, distribution, distribution_version, os, score, cvss_v2, cvss_v2_vector, cvss_v3, cvss_v3_vector, cvss_v4, cvss_v4_vector,
        published_time, modified, pushed, title, description, cwes, "references", scanners, kev, epss, running, finding_extra) as properties,
    null::json                                as tags,
    null::json                                as identity,
    null::json                                as zones,
    null::json                                as extendedLocation,

    registry_id                               as id_prefix,
    assessment                                as assessment_key,
    title_shown                               as "properties.displayName",
    coalesce(given->>'$.id', cve)             as "properties.id",
    status                                    as "properties.status.code",
    severity_word                             as "properties.status.severity",
    first_seen                                as "properties.status.firstEvaluationDate",
    last_seen                                 as "properties.timeGenerated",
    resource_type                             as "properties.additionalData.assessedResourceType",
    digest                                    as "properties.additionalData.imageDigest",
    repository                                as "properties.additionalData.repositoryName",
    registry                                  as "properties.additionalData.registryHost",
    fixed_version is not null                 as "properties.additionalData.patchable",
    published_time                            as "properties.additionalData.publishedTime",
    score                                     as "properties.additionalData.cvssV30Score",
    case when package_name is not null then 1 else 0 end as "properties.additionalData.packageInformation",
    package_name                              as "properties.additionalData.softwareDetails.packageName",
    installed_version                         as "properties.additionalData.softwareDetails.version",
    coalesce(fixed_version, '')               as "properties.additionalData.softwareDetails.fixedVersion",
    fix_status                                as "properties.additionalData.softwareDetails.fixStatus",
    software_category(package_type)           as "properties.additionalData.softwareDetails.category",
    software_language(package_type)           as "properties.additionalData.softwareDetails.language",
    repository                                as "properties.additionalData.artifactDetails.repositoryName",
    registry                                  as "properties.additionalData.artifactDetails.registryHost",
    digest                                    as "properties.additionalData.artifactDetails.digest",
    pushed                                    as "properties.additionalData.artifactDetails.lastPushedToRegistryUTC",
    cve                                       as "properties.additionalData.vulnerabilityDetails.cveId",
    severity_word                             as "properties.additionalData.vulnerabilityDetails.severity",
    published_time                            as "properties.additionalData.vulnerabilityDetails.publishedDate",
    modified                                  as "properties.additionalData.vulnerabilityDetails.lastModifiedDate"
from shaped;
