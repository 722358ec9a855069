-- title: Changes as rows of SecurityNestedRecommendation
-- description: One row for each finding that changed, with the columns that Defender for Cloud's continuous export fills in Log Analytics. Counts sub-assessments, one for each repository that holds the image; the severity is the one that the setting severity_source chose.
-- counts: sub-assessments: a finding once for each repository that holds its image
-- param: since datetime = 1970-01-01 -- changes after this moment; 1970-01-01 goes by run
-- param: run long = -1 -- changes after this run, where no moment is given; negative numbers count back from the newest
-- param: snapshot bool = false -- every finding there is instead of the changes
-- tags: change, siem
select "tenantId" as "TenantId", argosy_now() as "TimeGenerated", 'SecurityNestedRecommendation' as "Type", 'Azure' as "SourceSystem",
    id_prefix || coalesce("properties.resourceDetails.id", '') as "AssessedResourceId",
    id_prefix || '/providers/Microsoft.Security/assessments/' || assessment_key as "Id",
    assessment_key as "ParentRecommendationId", name as "NestedRecommendationId", "properties.displayName" as "RecommendationName",
    "properties.id" as "VulnerabilityId", "properties.status.code" as "RecommendationState", "properties.status.severity" as "RecommendationSeverity",
    "properties.status"->>'$.cause' as "Cause", "properties.status"->>'$.description' as "Description", "properties.category" as "Category",
    "properties.impact" as "Impact", "properties.remediation" as "RemediationDescription", "properties.remediation" as "RemidiationDescription",
    'https://portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/' || assessment_key as "RecommendationLink",
    "subscriptionId" as "RecommendationSubscriptionId", "resourceGroup" as "ResourceGroup", nullif(regexp_extract(id_prefix, '(?i)/providers/([^/]+/[^/]+)/', 1), '') as "ResourceProviderType",
    json_object('Source', "properties.resourceDetails.source", 'Id', "properties.resourceDetails.id") as "ResourceDetails",
    coalesce("properties.timeGenerated", try_cast("properties.timeGenerated words" as timestamp)) as "SubAssessmentTimeGeneration", $snapshot as "IsSnapshot",
    nested_data as "AdditionalData"
from exported_changes($since, $run, $snapshot) as opened
order by coalesce("properties.status.statusChangeDate words", azure_time("properties.status.statusChangeDate"), ''), opened.id
