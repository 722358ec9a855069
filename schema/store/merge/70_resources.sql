-- The newest row of an id wins; an older one arriving late changes nothing.
create temp table m_resources as
select distinct on (row_key) * from stage_resources where file_no in (select file_no from stage_good) order by row_key, seen_at desc, seq desc;
delete from argosy.resource_rows r using m_resources m where m.row_key = r.row_key and m.seen_at >= r.seen_at;
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
            from m_resources)))
where row_key not in (select row_key from argosy.resource_rows);

-- A row that is told as a finding now, and was kept as a row before.
delete from argosy.resource_rows where type = 'microsoft.security/assessments/subassessments'
  and row_key in (select lower(row_id) from stage_details where row_type = 'microsoft.security/assessments/subassessments');

-- A registry whose id is known, from its own row or from another image's, takes
-- the place of the id that was made up: the same registry is not two.
update argosy.locations l set registry_id = r.id, registry_name = string_split(r.id, '/')[-1], tenant_id = coalesce(r.tenant_id, l.tenant_id),
    subscription_id = coalesce(r.subscription_id, l.subscription_id), resource_group = coalesce(r.resource_group, l.resource_group)
from (
    select host, arg_min(id, rank) as id, arg_min(tenant_id, rank) as tenant_id, arg_min(subscription_id, rank) as subscription_id, arg_min(resource_group, rank) as resource_group
    from (
        select lower(properties->>'$.loginServer') as host, id, tenant_id, subscription_id, resource_group, 1 as rank
        from argosy.resource_rows where type = 'microsoft.containerregistry/registries' and not gone
        union all
        select registry, registry_id, tenant_id, subscription_id, resource_group, 2
        from argosy.locations where subscription_id <> '00000000-0000-0000-0000-000000000000')
    where host is not null group by host) r
where r.host = l.registry and l.registry_id <> r.id and l.subscription_id = '00000000-0000-0000-0000-000000000000';
