-- The rows of a part.
insert into argosy.resource_rows
select row_key, table_name, id, name, type, tenant_id, kind, location, resource_group, subscription_id, managed_by, sku::json, plan::json,
    properties::json, tags::json, identity::json, zones::json, extended_location::json, seen_at, getvariable('run_id'), gone, has_findings,
    -- Of an assessment what reports read is kept beside its JSON, which is long; the
    -- texts in it that are JSON themselves are read once each.
    case when told is not null then {
        display_name: told[1], code: told[2], severity: told[3], category: told[4], resource_type: told[5], resource_name: told[6], software: told[7], fixed_version: told[8],
        cves: case when json_type(cves) = 'ARRAY' then json_array_length(cves)::bigint end, repository: image[1], registry: image[2], digest: image[3], image: image[4]} end
from (
    select *, json_extract_string(image_text, ['$.RepositoryDetails.RepositoryName', '$.RepositoryDetails.RegistryHost', '$.Digest', '$.ImageUri']) as image
    from (
        select *, case when json_valid(told[9]) then told[9]::json end as cves, case when json_valid(told[10]) then told[10]::json end as image_text
        from (
            select *, case when type = 'microsoft.security/assessments' then json_extract_string(properties::json, ['$.displayName', '$.status.code', '$.metadata.severity',
                '$.metadata.recommendationCategory', '$.resourceDetails.ResourceType', '$.resourceDetails.ResourceName', '$.additionalData.SoftwareName', '$.additionalData.FixedVersion',
                '$.additionalData.CvesDetails', '$.resourceAdditionalData']) end as told
            from stage_resources where seq in (select seq from m_resources where part = getvariable('part')))));
