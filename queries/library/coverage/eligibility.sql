-- title: Which images Defender can assess
-- description: Every image, and the registry that holds it, against the conditions of Defender's registry assessment: operating system, kind of artifact, size, the registry's network, its cloud. An image with no obstacle that is known is eligible (yes); those that are not come first, and unknown says what is not known.
-- counts: images, once for each repository that holds them
-- param: max_gb real {0..1000000} = 0 -- size of an image's layers from which it counts as too big, in GB; 0 is no limit
-- param: eligible string {yes, no, unknown, %} = % -- only images of this answer
-- tags: posture, coverage
with registries as (
    select lower(properties->>'$.loginServer') as host,
        coalesce(properties->>'$.publicNetworkAccess', '') as public_access, coalesce(properties->>'$.networkRuleSet.defaultAction', '') as default_action,
        coalesce(properties->>'$.networkRuleBypassOptions', '') as bypass
    from resource_rows where type = 'microsoft.containerregistry/registries' and not gone
), looked as (
    select k.*, case when r.host is null then null
            when r.public_access = 'Disabled' or r.default_action = 'Deny' then case when r.bypass = 'AzureServices' then 'restricted, Azure services allowed' else 'restricted' end
            else 'public' end as network,
        nullif(concat_ws('; ', case when k.kind = 'unsupported' then 'manifest of Docker schema 1' end,
            case when k.kind = 'artifact' then 'no image: ' || coalesce(k.media_type, 'an artifact') end,
            case when k.os is not null and k.os <> 'linux' then 'operating system ' || k.os end,
            case when $max_gb > 0 and k.size > $max_gb * 1e9 then 'larger than ' || format('{:g}', $max_gb) || ' GB' end,
            case when (r.public_access = 'Disabled' or r.default_action = 'Deny') and r.bypass <> 'AzureServices' then 'the registry''s network is closed to Azure services' end,
            case when k.registry like '%.azurecr.us' or k.registry like '%.azurecr.cn' then 'sovereign cloud' end,
            case when k.told is not null then 'Defender: ' || k.told end), '') as obstacles
    from known_images k left join registries r on r.host = k.registry
)
select case when obstacles is not null then 'no' when os is null or kind = 'not read' then 'unknown' else 'yes' end as eligible,
    coalesce(obstacles, case when os is null or kind = 'not read' then 'the operating system is not known' end) as reason,
    registry, repository, digest, kind, os, architecture, media_type, round(size / 1e9, 3) as gb, coalesce(network, 'unknown') as network
from looked
where (case when obstacles is not null then 'no' when os is null or kind = 'not read' then 'unknown' else 'yes' end) like $eligible
order by list_position(['no', 'unknown', 'yes'], eligible), registry, repository, digest, image_key
