-- title: Running containers and what is known of them
-- description: Each container of each workload once, with its image, its state and its findings by severity, as the setting severity_source chose it. NotApplicable says why: registry not covered, never scanned, no digest.
-- counts: containers of workloads; a finding once for each image
-- param: cluster string = % -- pattern of the cluster; % stands for any text, _ for any character
-- tags: coverage, running
with counts as (
    select manifest, registry, repository, sum(findings)::bigint as findings, coalesce(sum(findings) filter (where severity = 'Critical'), 0)::bigint as critical,
        coalesce(sum(findings) filter (where severity = 'High'), 0)::bigint as high, coalesce(sum(findings) filter (where severity = 'Medium'), 0)::bigint as medium,
        coalesce(sum(findings) filter (where severity = 'Low'), 0)::bigint as low, coalesce(sum(findings) filter (where severity = 'Unknown'), 0)::bigint as unknown,
        sum(fixable)::bigint as fixable
    from running_counts group by manifest, registry, repository
)
select s.cluster, s.namespace, s.workload_kind, s.workload, s.container,
    case when s.not_applicable is not null then 'NotApplicable' when coalesce(c.findings, 0) > 0 then 'Unhealthy' else 'Healthy' end as state,
    s.not_applicable as reason, s.image, s.manifest as digest, s.resolved, count(*) as pods,
    case when s.not_applicable is null then coalesce(c.findings, 0) end as findings, case when s.not_applicable is null then coalesce(c.critical, 0) end as critical,
    case when s.not_applicable is null then coalesce(c.high, 0) end as high, case when s.not_applicable is null then coalesce(c.medium, 0) end as medium,
    case when s.not_applicable is null then coalesce(c.low, 0) end as low, case when s.not_applicable is null then coalesce(c.unknown, 0) end as unknown,
    case when s.not_applicable is null then coalesce(c.fixable, 0) end as fixable,
    s.last_scanned, s.deleted_at, s.drop_at
from running_status s
left join counts c on c.manifest = coalesce(s.manifest, s.config_digest) and c.registry = s.registry and c.repository is not distinct from s.repository
where s.cluster like $cluster
group by all
order by critical desc nulls last, high desc nulls last, findings desc nulls last, state, s.cluster, s.namespace, s.workload, s.container, s.manifest
