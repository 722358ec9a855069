-- title: Registries with vulnerable images (AZR-000003)
-- description: Azure.ACR.ImageHealth of PSRule for Azure, Critical, for every known registry: it passes when every image that was assessed is Healthy or NotApplicable. Each failure names the worst image and what to do about it; in Azure cli and powershell are the commands that remove it once a mended one is deployed. Severities are those that the setting severity_source chose, or Defender's words where Defender itself lists the image.
-- counts: registries; an image once for each repository that holds it
-- param: result string {Pass, Fail, None, %} = % -- only this result
-- tags: posture, risk
with images_of as (
    select lower(regexp_extract(id, '(?i)^(.*/registries/[^/]+)/', 1)) as key, properties->>'$.status.code' as code,
        properties->>'$.additionalData.registryHost' as host, properties->>'$.additionalData.repositoryName' as repository,
        properties->>'$.additionalData.digest' as digest, (properties->>'$.additionalData.findings')::bigint as findings,
        properties->>'$.metadata.severity' as severity
    from arg_recommendations where name = '33422d8f-ab1e-42be-bc9a-38685bb567b9'
), counted as (
    select key, count(*) filter (where code = 'Unhealthy') as unhealthy, count(*) filter (where code = 'Healthy') as healthy, count(*) filter (where code = 'NotApplicable') as not_applicable,
        sum(findings) filter (where code = 'Unhealthy') as findings, max(severity::severity) filter (where code = 'Unhealthy')::varchar as worst_severity,
        arg_max(struct_pack(repository, digest), (severity::severity, findings, repository, digest)) filter (where code = 'Unhealthy') as worst
    from images_of group by key
), decided as (
    select r.name as registry, r."subscriptionId" as subscription, lower(coalesce(r.properties->>'$.loginServer', '')) as host, c.*,
        case when c.unhealthy > 0 then 'Fail' when c.healthy > 0 then 'Pass' else 'None' end as result
    from resources r left join counted c on c.key = lower(r.id)
    where r.type = 'microsoft.containerregistry/registries'
)
select result, registry, host, subscription,
    case result when 'Fail' then unhealthy || ' of ' || (unhealthy + healthy) || ' assessed images have open findings (' || findings || '), the worst ' || worst_severity
                when 'Pass' then 'all ' || healthy || ' assessed images are healthy'
                else 'no image was assessed' end as why,
    coalesce(unhealthy, 0) as unhealthy, coalesce(healthy, 0) as healthy, coalesce(not_applicable, 0) as not_applicable,
    case when result = 'Fail' then worst.repository || '@' || worst.digest end as worst_image,
    'AZR-000003' as rule, 'Critical' as level, 'Security' as pillar, 'SE:02 Secured development lifecycle' as recommendation,
    case when result = 'Fail' then 'update what the report fixable names, build, push, deploy; then delete ' || host || '/' || worst.repository || '@' || worst.digest end as action,
    case when result = 'Fail' and ends_with(host, '.azurecr.io') then 'az acr repository delete --name ' || registry || ' --image ' || worst.repository || '@' || worst.digest end as cli,
    case when result = 'Fail' and ends_with(host, '.azurecr.io') then 'Remove-AzContainerRegistryManifest -RegistryName ' || registry || ' -RepositoryName ' || worst.repository || ' -Manifest ' || worst.digest end as powershell
from decided
where result like $result
order by list_position(['Fail', 'None', 'Pass'], result), worst_severity::severity desc nulls last, registry
