-- title: Changes as rows of SecurityNestedRecommendation
-- description: One row for each finding that changed, with the columns that Defender for Cloud's continuous export fills in Log Analytics. Counts sub-assessments, one for each repository that holds the image; the severity is the one that the setting severity_source chose.
-- counts: sub-assessments: a finding once for each repository that holds its image
-- param: since datetime = 1970-01-01 -- changes after this moment; 1970-01-01 goes by run
-- param: run long = -1 -- changes after this run, where no moment is given; negative numbers count back from the newest
-- param: snapshot bool = false -- every finding there is instead of the changes
-- tags: change, siem
with moment as (
    select case when $since::timestamp > timestamp '1970-01-01' then $since::timestamp else argosy_now()::timestamp end as since,
        case when $since::timestamp > timestamp '1970-01-01' then newest when $run < 0 then greatest(newest + $run, 0) else $run end as run, newest
    from (select coalesce(max(run_id), 0) as newest from runs)
), changed as (
    select finding from changes_between((select since from moment), argosy_now()::timestamp) where not $snapshot
    union
    select finding from changes_between_runs((select run from moment), (select newest from moment)) where not $snapshot
), events as (
    select * from arg_subassessments_ever
    where $snapshot and fixed_at is null and gone_at is null or finding in (select finding from changed)
), opened as (
    select *, "properties.status.code" as status_code, properties->'$.additionalData' as d, properties->'$.additionalData.artifactDetails' as a,
        properties->'$.additionalData.softwareDetails' as s, properties->'$.additionalData.vulnerabilityDetails' as v from events
)
select "tenantId" as "TenantId", argosy_now() as "TimeGenerated", 'SecurityNestedRecommendation' as "Type", 'Azure' as "SourceSystem",
    id_prefix || coalesce(properties->>'$.resourceDetails.id', '') as "AssessedResourceId",
    id_prefix || '/providers/Microsoft.Security/assessments/' || assessment_key as "Id",
    assessment_key as "ParentRecommendationId", name as "NestedRecommendationId", "properties.displayName" as "RecommendationName",
    "properties.id" as "VulnerabilityId", status_code as "RecommendationState", "properties.status.severity" as "RecommendationSeverity",
    properties->>'$.status.cause' as "Cause", properties->>'$.status.description' as "Description", properties->>'$.category' as "Category",
    properties->>'$.impact' as "Impact", properties->>'$.remediation' as "RemediationDescription", properties->>'$.remediation' as "RemidiationDescription",
    'https://portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/' || assessment_key as "RecommendationLink",
    "subscriptionId" as "RecommendationSubscriptionId", "resourceGroup" as "ResourceGroup", nullif(regexp_extract(id_prefix, '(?i)/providers/([^/]+/[^/]+)/', 1), '') as "ResourceProviderType",
    json_object('Source', properties->>'$.resourceDetails.source', 'Id', properties->>'$.resourceDetails.id') as "ResourceDetails",
    try_cast(properties->>'$.timeGenerated' as timestamp) as "SubAssessmentTimeGeneration", $snapshot as "IsSnapshot",
    json_object('AssessedResourceType', d->>'$.assessedResourceType', 'CvssV30Score', d->'$.cvssV30Score', 'Patchable', d->'$.patchable', 'PublishedTime', d->>'$.publishedTime',
        'ArtifactDetails', json_object('RepositoryName', a->>'$.repositoryName', 'RegistryHost', a->>'$.registryHost', 'Digest', a->>'$.digest', 'Tags', a->'$.tags',
            'ArtifactType', a->>'$.artifactType', 'LastPushedToRegistryUTC', a->>'$.lastPushedToRegistryUTC'),
        'SoftwareDetails', json_object('PackageName', s->>'$.packageName', 'Version', s->>'$.version', 'FixedVersion', s->>'$.fixedVersion', 'FixStatus', s->>'$.fixStatus',
            'Vendor', s->>'$.vendor', 'Category', s->>'$.category', 'Language', s->>'$.language',
            'OsDetails', json_object('OsPlatform', s->>'$.osDetails.osPlatform', 'OsVersion', s->>'$.osDetails.osVersion')),
        'VulnerabilityDetails', json_object('CveId', v->>'$.cveId', 'Severity', v->>'$.severity', 'PublishedDate', v->>'$.publishedDate', 'LastModifiedDate', v->>'$.lastModifiedDate')) as "AdditionalData"
from opened
order by coalesce(properties->>'$.status.statusChangeDate', ''), opened.id
