-- What reports read of an assessment that is told whole, so that they need not
-- read its JSON, which is long. Null for rows of other types.
alter table resource_rows add column brief struct(display_name varchar, code varchar, severity varchar, category varchar, resource_type varchar, resource_name varchar,
    software varchar, fixed_version varchar, cves bigint, repository varchar, registry varchar, digest varchar, image varchar);
update resource_rows set brief = {
    display_name: properties->>'$.displayName', code: properties->>'$.status.code', severity: properties->>'$.metadata.severity',
    category: properties->>'$.metadata.recommendationCategory', resource_type: properties->>'$.resourceDetails.ResourceType',
    resource_name: properties->>'$.resourceDetails.ResourceName', software: properties->>'$.additionalData.SoftwareName',
    fixed_version: properties->>'$.additionalData.FixedVersion',
    cves: case when json_valid(properties->>'$.additionalData.CvesDetails') and json_type((properties->>'$.additionalData.CvesDetails')::json) = 'ARRAY'
        then json_array_length((properties->>'$.additionalData.CvesDetails')::json)::bigint end,
    repository: case when json_valid(properties->>'$.resourceAdditionalData') then (properties->>'$.resourceAdditionalData')::json->>'$.RepositoryDetails.RepositoryName' end,
    registry: case when json_valid(properties->>'$.resourceAdditionalData') then (properties->>'$.resourceAdditionalData')::json->>'$.RepositoryDetails.RegistryHost' end,
    digest: case when json_valid(properties->>'$.resourceAdditionalData') then (properties->>'$.resourceAdditionalData')::json->>'$.Digest' end,
    image: case when json_valid(properties->>'$.resourceAdditionalData') then (properties->>'$.resourceAdditionalData')::json->>'$.ImageUri' end}
where type = 'microsoft.security/assessments' and properties is not null;
