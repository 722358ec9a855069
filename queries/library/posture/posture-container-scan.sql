-- title: Registries whose images are not scanned (AZR-000002)
-- description: Azure.ACR.ContainerScan of PSRule for Azure, Critical, for every known registry: whether Defender assesses its images, whether the plan is on, and, which that rule cannot see, whether any scanner looks at them. assessed_images are those that Defender assesses, scanned_images those that any scanner, Defender among them, looked at. Each failure comes with what mends it.
-- counts: registries
-- param: result string {Pass, Fail, Unknown, %} = % -- only this result
-- tags: posture
with plans as (
    select lower(coalesce(nullif(subscription_id, ''), regexp_extract(id, '(?i)/subscriptions/([^/]+)', 1))) as subscription,
        bool_or((properties->>'$.pricingTier') = 'Standard') filter (where lower(coalesce(name, string_split(id, '/')[-1])) in ('containers', 'containerregistry')) as standard
    from resource_rows where type = 'microsoft.security/pricings' and not gone group by 1
), registries as (
    select lower(id) as key, id, name, "subscriptionId" as subscription, lower(coalesce(properties->>'$.loginServer', '')) as host
    from resources where type = 'microsoft.containerregistry/registries'
), assessed as (
    select lower(l.registry_id) as key, count(distinct i.image_id) as images, list_sort(list(distinct s.scanner)) as scanners, max(s.scanned_at) as last_scanned
    from locations l join images i on i.image_id = l.image_id join scans s on s.image_id = i.image_id
    where l.gone_at is null group by 1
), rows as (
    select lower(regexp_extract(id, '(?i)^(.*/registries/[^/]+)/', 1)) as key, brief.code as code,
        coalesce(brief.digest, nullif(regexp_extract(id, 'sha256:[0-9a-f]{64}'), '')) as digest
    from resource_rows where type like 'microsoft.security/assessments%' and not gone and id ilike '%/registries/%'
), by_defender as (
    -- An image counts once, whether its scan is known or a recommendation about
    -- it; one that Defender calls not applicable it did not assess.
    select key, count(distinct image) as images from (
        select lower(l.registry_id) as key, i.image_key as image
        from locations l join images i on i.image_id = l.image_id join scans s on s.image_id = i.image_id
        where l.gone_at is null and s.scanner = 'defender'
        union all
        select key, case when code <> 'NotApplicable' then digest end from rows)
    group by key
), judged as (
    select g.*, p.standard, coalesce(d.images, 0) as assessed_images, d.key is not null as by_defender, coalesce(a.images, 0) as scanned_images, a.scanners, a.last_scanned,
        g.subscription = '00000000-0000-0000-0000-000000000000' and not ends_with(g.host, '.azurecr.io') as elsewhere
    from registries g left join plans p on p.subscription = lower(g.subscription) left join assessed a on a.key = g.key left join by_defender d on d.key = g.key
), decided as (
    select *, case when by_defender or scanned_images > 0 then 'Pass' when standard is null and not elsewhere then 'Unknown' else 'Fail' end as result from judged
)
select result, name as registry, host, subscription,
    case when assessed_images > 0 then 'Defender assesses ' || assessed_images || case when assessed_images = 1 then ' image' else ' images' end
         when by_defender then 'Defender assesses the registry; assessments of its images are not known'
         when scanned_images > 0 then scanned_images || case when scanned_images = 1 then ' image' else ' images' end || ' scanned by ' || array_to_string(scanners, ', ')
            || case when elsewhere then '' else '; Defender assesses none, so that the published rule fails' end
         when elsewhere then 'no scan of any of its images is known'
         when standard then 'the plan is on, but no image was assessed yet'
         when standard is null then 'no scan is known, and the plans of the subscription were not ingested'
         else 'the plan is off, and no scan of any of its images is known' end as why,
    case when by_defender then 'Pass' when elsewhere then 'NotApplicable' when standard is null and scanned_images = 0 then 'Unknown' else 'Fail' end as published_rule,
    case when standard then 'Standard' when standard is null then 'unknown' else 'Free' end as plan, assessed_images, scanned_images, last_scanned,
    'AZR-000002' as rule, 'Critical' as level, 'Security' as pillar, 'SE:10 Monitoring and threat detection' as recommendation,
    case when result = 'Pass' then null when elsewhere then 'scan its images with any scanner and bring the reports in: argosy ingest'
         else 'turn on the plan Containers of Defender for the subscription' end as action,
    case when result <> 'Pass' and not elsewhere then 'az security pricing create --name Containers --tier Standard --subscription ' || subscription end as cli,
    case when result <> 'Pass' and not elsewhere then 'Set-AzContext -Subscription ' || subscription || '; Set-AzSecurityPricing -Name Containers -PricingTier Standard' end as powershell,
    case when result <> 'Pass' and not elsewhere then 'resource defenderForContainers ''Microsoft.Security/pricings@2024-01-01'' = { name: ''Containers'', properties: { pricingTier: ''Standard'' } }' end as bicep,
    case when result <> 'Pass' and not elsewhere then '{"type":"Microsoft.Security/pricings","apiVersion":"2024-01-01","name":"Containers","properties":{"pricingTier":"Standard"}}' end as arm
from decided
where result like $result
order by list_position(['Fail', 'Unknown', 'Pass'], result), registry
