-- title: Changes as Defender's continuous export
-- description: One message for each finding that changed, as Defender for Cloud streams sub-assessments to an Event Hub: the finding as it is now, Healthy when it is fixed, NotApplicable when it is set aside or its image is gone. Counts sub-assessments, one for each repository that holds the image; the severity is the one that the setting severity_source chose.
-- counts: sub-assessments: a finding once for each repository that holds its image
-- param: since datetime = 1970-01-01 -- changes after this moment; 1970-01-01 goes by run
-- param: run long = -1 -- changes after this run, where no moment is given; negative numbers count back from the newest
-- param: snapshot bool = false -- every finding there is instead of the changes
-- tags: change, siem
select json_object('action', case when gone_at is not null then 'Delete' else 'Insert' end, 'apiVersion', '2019-01-01-preview', 'isSnapshot', $snapshot) as "subAssessmentEventDataEnrichment",
    json_object('action', case when gone_at is not null then 'Delete' else 'Insert' end, 'apiVersion', '2019-01-01-preview', 'isSnapshot', $snapshot) as "securityEventDataEnrichment",
    "tenantId", 'Microsoft.Security/assessments/subAssessments' as type, null::varchar as kind, null::varchar as location, id, name, null::json as tags, properties
from exported_changes($since, $run, $snapshot)
order by coalesce("properties.status.statusChangeDate words", azure_time("properties.status.statusChangeDate"), ''), id
