-- title: Defender plans by subscription
-- description: For each subscription with registries or with plans known: which Defender plan covers containers, whether the agentless registry assessment is on, when a trial ends, and how many registries depend on it. A subscription whose plans were not ingested is unknown.
-- counts: subscriptions
-- param: trial_days long {0..36500} = 30 -- point out trials that end within so many days
-- tags: posture
with plans as (
    select lower(coalesce(nullif(subscription_id, ''), regexp_extract(id, '(?i)/subscriptions/([^/]+)', 1))) as subscription, lower(coalesce(name, string_split(id, '/')[-1])) as plan,
        properties->>'$.pricingTier' as tier, properties->>'$.freeTrialRemainingTime' as trial, properties, seen_at
    from resource_rows where type = 'microsoft.security/pricings' and not gone
), trials as (
    select *, try_cast(nullif(regexp_extract(trial, 'P(\d+)D', 1), '') as integer) as trial_left from plans
), kept as (
    select subscription, max(tier) filter (where plan = 'containers') as containers, max(tier) filter (where plan = 'containerregistry') as containerregistry,
        max(tier) filter (where plan = 'cloudposture') as cloudposture,
        bool_or(lower(properties::varchar) like '%"containerregistriesvulnerabilityassessments","isenabled":"true"%'
            or lower(properties::varchar) like '%"isenabled":"true","name":"containerregistriesvulnerabilityassessments"%') filter (where tier = 'Standard') as agentless,
        min(trial_left) filter (where tier = 'Standard' and plan in ('containers', 'containerregistry', 'cloudposture') and trial_left > 0) as trial_left, max(seen_at) as as_of
    from trials group by subscription
), registries as (
    select lower("subscriptionId") as subscription, count(*) as registries from resources where type = 'microsoft.containerregistry/registries' group by 1
)
select coalesce(k.subscription, r.subscription) as subscription, coalesce(r.registries, 0) as registries,
    case when k.subscription is null then 'unknown'
         when k.containers = 'Standard' or k.containerregistry = 'Standard' or k.cloudposture = 'Standard' and k.agentless then 'on'
         else 'off' end as plan,
    coalesce(k.containers, 'unknown') as containers, coalesce(k.containerregistry, 'unknown') as container_registry, coalesce(k.cloudposture, 'unknown') as cloud_posture,
    k.agentless as agentless_registry_assessment, k.trial_left as trial_days_left,
    case when k.subscription is null and r.subscription = '00000000-0000-0000-0000-000000000000' then 'these registries lie in no Azure subscription that is known'
         when k.subscription is null then 'its plans were not ingested: az security pricing list, or the pricings of Azure Resource Graph'
         when k.trial_left <= $trial_days then 'the trial ends in ' || k.trial_left || ' days'
         when k.containers = 'Standard' or k.containerregistry = 'Standard' then 'images of its registries are assessed'
         when k.cloudposture = 'Standard' and k.agentless then 'images of its registries are assessed by Defender CSPM'
         when k.cloudposture = 'Standard' then 'Defender CSPM is on, its extension ContainerRegistriesVulnerabilityAssessments is not'
         else 'no plan that covers registries is on' end as why,
    k.as_of
from kept k full join registries r on r.subscription = k.subscription
order by list_position(['off', 'unknown', 'on'], plan), registries desc, subscription
