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
