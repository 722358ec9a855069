-- What stands at a place of a row that came from Defender, else what argosy
-- knows: as a text, as JSON, and for a moment either the moment or its words.
create or replace macro given_text(given, place, otherwise) as
    case when given is null or not json_exists(given, place) then otherwise else given->>place end;
create or replace macro given_json(given, place, otherwise) as
    case when given is null or not json_exists(given, place) then otherwise
         else nullif(json_merge_patch(otherwise, json_extract(given, place)), 'null'::json) end;
create or replace macro given_moment(given, place, otherwise) as case when given is null or not json_exists(given, place) then otherwise end;
create or replace macro nested_artifact(a) as
    json_object('RepositoryName', a->>'$.repositoryName', 'RegistryHost', a->>'$.registryHost', 'Digest', a->>'$.digest', 'Tags', json_extract(a, '$.tags'),
        'ArtifactType', a->>'$.artifactType', 'LastPushedToRegistryUTC', a->>'$.lastPushedToRegistryUTC');
create or replace macro nested_software(s) as
    json_object('PackageName', s->>'$.packageName', 'Version', s->>'$.version', 'FixedVersion', s->>'$.fixedVersion', 'FixStatus', s->>'$.fixStatus',
        'Vendor', s->>'$.vendor', 'Category', s->>'$.category', 'Language', s->>'$.language',
        'OsDetails', json_object('OsPlatform', s->>'$.osDetails.osPlatform', 'OsVersion', s->>'$.osDetails.osVersion'));
create or replace macro given_words(given, place) as case when given is not null then given->>place end;

-- Sub-assessments as Azure Resource Graph shows them: the table's columns, and
-- behind them one typed column for each path of properties that queries use.
-- A path column is named by its path. properties itself holds every
-- generation's paths at once, and where the row came from Defender, all that
-- Defender said on top. This view has those that are gone, too, for the stream
-- of changes: Healthy when fixed, NotApplicable when their image left its place.
create or replace view arg_subassessments_ever as
with finding_rows as (
    select
        f.finding, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)::varchar as severity,
        x.finding is not null and f.status = 'Unhealthy' as exempt,
        case when f.fixed_at is not null then 'Healthy' when l.gone_at is not null and f.running is null then 'NotApplicable'
             when x.finding is not null and f.status = 'Unhealthy' then 'NotApplicable' else f.status end as status,
        case when f.fixed_at is not null then null when l.gone_at is not null and f.running is null then 'ImageGone'
             when x.finding is not null and f.status = 'Unhealthy' then 'Exempt' else f.status_cause end as status_cause,
        case when f.fixed_at is not null then null when l.gone_at is not null and f.running is null then 'the repository no longer holds the image'
             when x.finding is not null and f.status = 'Unhealthy' then x.reason else f.status_reason end as status_reason,
        f.fixed_at, case when f.running is null then l.gone_at end as gone_at,
        f.package_type, f.package_name, f.installed_version, f.fixed_version, f.fix_status,
        f.first_seen, f.last_seen, f.reopened_at, f.scanners, f.running, f.extra, f.paths, f.purl,
        f.kind as finding_kind, i.kind as resource_kind,
        coalesce(f.cvss, v.cvss_v3) as score,
        coalesce(f.display_name, v.id) as display_name,
        coalesce(f.published, v.published) as published,
        v.id as cve, v.title, v.description, v.modified, v.cwes, v."references" as links, v.kev, v.epss,
        v.cvss_v2, v.cvss_v2_vector, v.cvss_v3, v.cvss_v3_vector, v.cvss_v4, v.cvss_v4_vector,
        i.digest, i.image_key, i.os, i.distribution, i.distribution_version, i.pushed,
        l.registry, l.repository, l.tags, l.registry_id, l.tenant_id, l.resource_group, l.subscription_id,
        coalesce(f.assessment_key, case when f.running is not null then running_key() else registry_key() end) as assessment,
        case when f.source_location = l.location_id then f.source_name
             when l.is_primary then f.finding::varchar
             else uuid_text(f.finding::varchar || l.registry || '/' || l.repository) end as row_name,
        case when f.source_location = l.location_id then f.source_properties end as given
    from findings f
    join locations l on l.image_id = f.image_id
    join images i on i.image_id = f.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    left join exempted x on x.finding = f.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy_now())
), shaped as (
    select *,
        case when fixed_version is not null and package_name is not null
            then 'Update ' || package_name || ' to ' || fixed_version else 'No remediation exists' end as remediation,
        '/repositories/' || repository || '/images/' || coalesce(digest, image_key) as image_path,
        case when running is not null then 'ContainerImage'
             when resource_kind = 'image' then 'AzureContainerRegistryVulnerability'
             when resource_kind = 'host' then 'ServerVulnerability'
             else 'GeneralVulnerability' end as resource_type,
        json_object(
            '2.0', case when cvss_v2 is not null then json_object('base', cvss_v2, 'cvssVectorString', cvss_v2_vector) end,
            '3.0', case when coalesce(cvss_v3, score) is not null
                        then json_object('base', coalesce(cvss_v3, score), 'cvssVectorString', cvss_v3_vector) end,
            '4.0', case when cvss_v4 is not null then json_object('base', cvss_v4, 'cvssVectorString', cvss_v4_vector) end) as cvss
    from finding_rows
), described as (
    select *,
        json_object('code', status, 'severity', severity, 'cause', coalesce(status_cause, ''),
            'description', coalesce(status_reason, ''), 'firstEvaluationDate', azure_time(first_seen),
            'statusChangeDate', azure_time(coalesce(fixed_at, gone_at, reopened_at, first_seen))) as status_bag,
        json_object('repositoryName', repository, 'registryHost', registry, 'digest', digest,
            'tags', coalesce(tags, []), 'artifactType', 'ContainerImage', 'lastPushedToRegistryUTC', azure_time(pushed)) as artifact_bag,
        json_object('packageName', package_name, 'version', installed_version,
            'fixedVersion', case when package_name is not null then coalesce(fixed_version, '') end, 'fixStatus', fix_status, 'vendor', coalesce(package_type, ''),
            'category', software_category(package_type), 'language', software_language(package_type),
            'osDetails', json_object('osPlatform', coalesce(os, ''),
                'osVersion', concat_ws('_', distribution, distribution_version)), 'evidence', coalesce(paths, [])) as software_bag,
        [json_object('title', cve, 'link', coalesce(links[1], ''))] as cve_list,
        json_object(
            'displayName', display_name, 'id', cve,
            'category', software_category(package_type),
            'description', coalesce(description, title, ''),
            'impact', coalesce(title, ''),
            'remediation', remediation,
            'timeGenerated', azure_time(coalesce(fixed_at, gone_at, last_seen)),
            'status', status_bag,
            'resourceDetails', json_object('source', 'Azure', 'id', coalesce(running, image_path)),
            'additionalData', json_object(
                'assessedResourceType', resource_type, 'type', 'Vulnerability',
                'imageDigest', digest, 'repositoryName', repository, 'registryHost', registry,
                'patchable', fixed_version is not null, 'publishedTime', azure_time(published),
                'cve', cve_list, 'cvss', cvss, 'cvssV30Score', score,
                'vendorReferences', coalesce([json_object('title', r, 'link', r) for r in links], []),
                'packageInformation', case when package_name is not null then [json_object('name', package_name,
                    'installedVersion', installed_version, 'fixedVersion', coalesce(fixed_version, ''))] end,
                'artifactDetails', artifact_bag, 'softwareDetails', software_bag,
                'vulnerabilityDetails', json_object('cveId', cve, 'severity', severity, 'publishedDate', azure_time(published),
                    'lastModifiedDate', azure_time(modified), 'cvss', cvss,
                    'weaknesses', json_object('cwe', coalesce([json_object('id', c) for c in cwes], [])),
                    'references', coalesce([json_object('title', r, 'link', r) for r in links], []),
                    'exploitabilityAssessment', json_object('isInExploitKit', kev, 'exploitStepsPublished', kev,
                        'exploitStepsVerified', kev, 'types', [], 'exploitUris', [])),
                'clusterDetails', json_object('clusterResourceId', running),
                'scanners', scanners, 'epss', epss, 'knownExploited', kev, 'purl', purl, 'details', extra)) as derived
    from shaped
)
select
    registry_id || '/providers/Microsoft.Security/assessments/' || assessment || '/subassessments/' || row_name as id,
    row_name                                  as name,
    'microsoft.security/assessments/subassessments' as type,
    tenant_id                                 as "tenantId",
    ''                                        as kind,
    'global'                                  as location,
    resource_group                            as "resourceGroup",
    subscription_id                           as "subscriptionId",
    ''                                        as "managedBy",
    null::json                                as sku,
    null::json                                as plan,
    (case when given is null then derived
          when fixed_at is not null or gone_at is not null then json_merge_patch(derived, given, json_object('status', json_object('code', status,
              'cause', coalesce(status_cause, ''), 'description', coalesce(status_reason, ''), 'statusChangeDate', azure_time(coalesce(fixed_at, gone_at)))))
          when exempt then json_merge_patch(derived, given, json_object('status', json_object('code', status, 'cause', status_cause,
              'description', coalesce(status_reason, ''))))
          else json_merge_patch(derived, given) end)::json as properties,
    null::json                                as tags,
    null::json                                as identity,
    null::json                                as zones,
    null::json                                as "extendedLocation",

    finding, fixed_at, gone_at,
    registry_id                               as id_prefix,
    assessment                                as assessment_key,
    display_name                              as "properties.displayName",
    coalesce(given->>'$.id', cve)             as "properties.id",
    status                                    as "properties.status.code",
    severity                                  as "properties.status.severity",
    digest                                    as "properties.additionalData.imageDigest",
    repository                                as "properties.additionalData.repositoryName",
    registry                                  as "properties.additionalData.registryHost",
    coalesce(try_cast(given->>'$.additionalData.patchable' as boolean), fixed_version is not null)
                                              as "properties.additionalData.patchable",
    published                                 as "properties.additionalData.publishedTime",
    score                                     as "properties.additionalData.cvssV30Score",
    package_name                              as "properties.additionalData.softwareDetails.packageName",
    installed_version                         as "properties.additionalData.softwareDetails.version",
    case when package_name is not null then coalesce(fixed_version, '') end
                                              as "properties.additionalData.softwareDetails.fixedVersion",
    fix_status                                as "properties.additionalData.softwareDetails.fixStatus",
    repository                                as "properties.additionalData.artifactDetails.repositoryName",
    registry                                  as "properties.additionalData.artifactDetails.registryHost",
    digest                                    as "properties.additionalData.artifactDetails.digest",
    cve                                       as "properties.additionalData.vulnerabilityDetails.cveId",
    severity                                  as "properties.additionalData.vulnerabilityDetails.severity",
    published                                 as "properties.additionalData.vulnerabilityDetails.publishedDate",
    given_text(given, '$.category', software_category(package_type)) as "properties.category",
    given_text(given, '$.description', coalesce(description, title, '')) as "properties.description",
    given_text(given, '$.impact', coalesce(title, '')) as "properties.impact",
    given_text(given, '$.remediation', remediation) as "properties.remediation",
    given_moment(given, '$.timeGenerated', coalesce(fixed_at, gone_at, last_seen)) as "properties.timeGenerated",
    given_words(given, '$.timeGenerated')     as "properties.timeGenerated words",
    case when given is null then status_bag
         when fixed_at is not null or gone_at is not null then json_merge_patch(given_json(given, '$.status', status_bag), json_object('code', status,
             'cause', coalesce(status_cause, ''), 'description', coalesce(status_reason, ''), 'statusChangeDate', azure_time(coalesce(fixed_at, gone_at))))
         when exempt then json_merge_patch(given_json(given, '$.status', status_bag), json_object('code', status, 'cause', status_cause, 'description', coalesce(status_reason, '')))
         else given_json(given, '$.status', status_bag) end as "properties.status",
    given_moment(given, '$.status.firstEvaluationDate', first_seen) as "properties.status.firstEvaluationDate",
    given_words(given, '$.status.firstEvaluationDate') as "properties.status.firstEvaluationDate words",
    coalesce(fixed_at, gone_at, given_moment(given, '$.status.statusChangeDate', coalesce(reopened_at, first_seen))) as "properties.status.statusChangeDate",
    case when fixed_at is null and gone_at is null then given_words(given, '$.status.statusChangeDate') end as "properties.status.statusChangeDate words",
    given_text(given, '$.resourceDetails.source', 'Azure') as "properties.resourceDetails.source",
    given_text(given, '$.resourceDetails.id', coalesce(running, image_path)) as "properties.resourceDetails.id",
    given_json(given, '$.additionalData.cve', to_json(cve_list)) as "properties.additionalData.cve",
    case when given is null then cve_list end as "properties.additionalData.cve[]",
    given_json(given, '$.additionalData.artifactDetails', artifact_bag) as "properties.additionalData.artifactDetails",
    given_json(given, '$.additionalData.softwareDetails', software_bag) as "properties.additionalData.softwareDetails",
    given_text(given, '$.additionalData.softwareDetails.vendor', coalesce(package_type, '')) as "properties.additionalData.softwareDetails.vendor",
    given_text(given, '$.additionalData.softwareDetails.category', software_category(package_type)) as "properties.additionalData.softwareDetails.category",
    given_text(given, '$.additionalData.softwareDetails.language', software_language(package_type)) as "properties.additionalData.softwareDetails.language",
    given_text(given, '$.additionalData.softwareDetails.osDetails.osPlatform', coalesce(os, '')) as "properties.additionalData.softwareDetails.osDetails.osPlatform",
    given_text(given, '$.additionalData.softwareDetails.osDetails.osVersion', concat_ws('_', distribution, distribution_version)) as "properties.additionalData.softwareDetails.osDetails.osVersion",
    -- The part of it that the rows of SecurityNestedRecommendation have.
    json_object('AssessedResourceType', given_text(given, '$.additionalData.assessedResourceType', resource_type),
        'CvssV30Score', given_json(given, '$.additionalData.cvssV30Score', to_json(score)), 'Patchable', given_json(given, '$.additionalData.patchable', to_json(fixed_version is not null)),
        'PublishedTime', given_text(given, '$.additionalData.publishedTime', azure_time(published)),
        'ArtifactDetails', nested_artifact(given_json(given, '$.additionalData.artifactDetails', artifact_bag)),
        'SoftwareDetails', nested_software(given_json(given, '$.additionalData.softwareDetails', software_bag)),
        'VulnerabilityDetails', json_object('CveId', given_text(given, '$.additionalData.vulnerabilityDetails.cveId', cve),
            'Severity', given_text(given, '$.additionalData.vulnerabilityDetails.severity', severity),
            'PublishedDate', given_text(given, '$.additionalData.vulnerabilityDetails.publishedDate', azure_time(published)),
            'LastModifiedDate', given_text(given, '$.additionalData.vulnerabilityDetails.lastModifiedDate', azure_time(modified)))) as nested_data
from described;

-- Those that hold, and the sub-assessments that are no findings of images or
-- machines, such as those of databases, as they came in.
create or replace view arg_subassessments as
select * exclude (finding, fixed_at, gone_at, nested_data) from arg_subassessments_ever where fixed_at is null and gone_at is null
union all by name
select
    id, coalesce(name, '') as "name", type, coalesce(tenant_id, '') as "tenantId", coalesce(kind, '') as "kind", coalesce(location, '') as "location",
    coalesce(resource_group, '') as "resourceGroup", coalesce(subscription_id, '') as "subscriptionId", coalesce(managed_by, '') as "managedBy", sku,
    plan, properties, tags, identity, zones, extended_location as "extendedLocation",
    regexp_extract(id, '(?i)^(.*)/providers/Microsoft.Security/assessments/', 1) as "id_prefix",
    lower(regexp_extract(id, '(?i)/providers/Microsoft.Security/assessments/([^/]+)', 1)) as "assessment_key",
    properties->>'$.displayName' as "properties.displayName", properties->>'$.id' as "properties.id",
    properties->>'$.status.code' as "properties.status.code", properties->>'$.status.severity' as "properties.status.severity",
    properties->>'$.additionalData.imageDigest' as "properties.additionalData.imageDigest",
    properties->>'$.additionalData.repositoryName' as "properties.additionalData.repositoryName",
    properties->>'$.additionalData.registryHost' as "properties.additionalData.registryHost",
    try_cast(properties->>'$.additionalData.patchable' as boolean) as "properties.additionalData.patchable",
    try_cast(properties->>'$.additionalData.publishedTime' as timestamp) as "properties.additionalData.publishedTime",
    try_cast(properties->>'$.additionalData.cvssV30Score' as double) as "properties.additionalData.cvssV30Score",
    properties->>'$.additionalData.softwareDetails.packageName' as "properties.additionalData.softwareDetails.packageName",
    properties->>'$.additionalData.softwareDetails.version' as "properties.additionalData.softwareDetails.version",
    properties->>'$.additionalData.softwareDetails.fixedVersion' as "properties.additionalData.softwareDetails.fixedVersion",
    properties->>'$.additionalData.softwareDetails.fixStatus' as "properties.additionalData.softwareDetails.fixStatus",
    properties->>'$.additionalData.artifactDetails.repositoryName' as "properties.additionalData.artifactDetails.repositoryName",
    properties->>'$.additionalData.artifactDetails.registryHost' as "properties.additionalData.artifactDetails.registryHost",
    properties->>'$.additionalData.artifactDetails.digest' as "properties.additionalData.artifactDetails.digest",
    properties->>'$.additionalData.vulnerabilityDetails.cveId' as "properties.additionalData.vulnerabilityDetails.cveId",
    properties->>'$.additionalData.vulnerabilityDetails.severity' as "properties.additionalData.vulnerabilityDetails.severity",
    try_cast(properties->>'$.additionalData.vulnerabilityDetails.publishedDate' as timestamp) as "properties.additionalData.vulnerabilityDetails.publishedDate",
    properties->>'$.category' as "properties.category", properties->>'$.description' as "properties.description",
    properties->>'$.impact' as "properties.impact", properties->>'$.remediation' as "properties.remediation",
    null::TIMESTAMP as "properties.timeGenerated", properties->>'$.timeGenerated' as "properties.timeGenerated words",
    properties->'$.status' as "properties.status", null::TIMESTAMP as "properties.status.firstEvaluationDate",
    properties->>'$.status.firstEvaluationDate' as "properties.status.firstEvaluationDate words",
    null::TIMESTAMP as "properties.status.statusChangeDate", properties->>'$.status.statusChangeDate' as "properties.status.statusChangeDate words",
    properties->>'$.resourceDetails.source' as "properties.resourceDetails.source",
    properties->>'$.resourceDetails.id' as "properties.resourceDetails.id", properties->'$.additionalData.cve' as "properties.additionalData.cve",
    null::JSON[] as "properties.additionalData.cve[]", properties->'$.additionalData.artifactDetails' as "properties.additionalData.artifactDetails",
    properties->'$.additionalData.softwareDetails' as "properties.additionalData.softwareDetails",
    properties->>'$.additionalData.softwareDetails.vendor' as "properties.additionalData.softwareDetails.vendor",
    properties->>'$.additionalData.softwareDetails.category' as "properties.additionalData.softwareDetails.category",
    properties->>'$.additionalData.softwareDetails.language' as "properties.additionalData.softwareDetails.language",
    properties->>'$.additionalData.softwareDetails.osDetails.osPlatform' as "properties.additionalData.softwareDetails.osDetails.osPlatform",
    properties->>'$.additionalData.softwareDetails.osDetails.osVersion' as "properties.additionalData.softwareDetails.osDetails.osVersion"
from resource_rows
where table_name = 'securityresources' and type = 'microsoft.security/assessments/subassessments' and not gone and not has_findings;
