-- What is known of each vulnerability, as Defender's CVE catalogue.
create or replace view arg_cvedetails as
select
    '/providers/Microsoft.Security/cveDetails/' || lower(v.id) as id, lower(v.id) as name, 'microsoft.security/cvedetails' as type,
    '' as "tenantId", '' as kind, '' as location, '' as "resourceGroup", '' as "subscriptionId", '' as "managedBy",
    null::json as sku, null::json as plan,
    json_object('cveId', v.id, 'description', coalesce(v.description, v.title, ''), 'publishedDate', azure_time(v.published),
        'lastModifiedDate', azure_time(v.modified), 'status', case when v.withdrawn is not null then 'Reject' else 'Published' end,
        'severity', case when v.cvss_v3 >= 9 then 'Critical' when v.cvss_v3 >= 7 then 'High' when v.cvss_v3 >= 4 then 'Medium'
            when v.cvss_v3 > 0 then 'Low' else 'Unknown' end,
        'cvss', json_object(
            '2.0', case when v.cvss_v2 is not null then json_object('base', v.cvss_v2, 'cvssVectorString', v.cvss_v2_vector) end,
            '3.0', case when v.cvss_v3 is not null then json_object('base', v.cvss_v3, 'cvssVectorString', v.cvss_v3_vector) end,
            '4.0', case when v.cvss_v4 is not null then json_object('base', v.cvss_v4, 'cvssVectorString', v.cvss_v4_vector) end),
        'weaknesses', coalesce(v.cwes, []), 'references', coalesce(v."references", []),
        'exploitabilityDetails', json_object('isInExploitKit', v.kev, 'epss', json_object('score', v.epss, 'percentile', v.epss_percentile)))::json as properties,
    null::json as tags, null::json as identity, null::json as zones, null::json as "extendedLocation"
from vulnerabilities v
where not exists (select 1 from resource_rows r
    where r.type = 'microsoft.security/cvedetails' and not r.gone and lower(r.name) = lower(v.id));

-- Every row of the table as Azure Resource Graph has it. The constant type of
-- each branch lets the planner read only the branches that a query asks for.
create or replace view securityresources as
select id, name, type, "tenantId", kind, location, "resourceGroup", "subscriptionId", "managedBy", sku, plan, properties,
    tags, identity, zones, "extendedLocation"
from arg_subassessments
union all
select id, name, type, "tenantId", kind, location, "resourceGroup", "subscriptionId", "managedBy", sku, plan, properties,
    tags, identity, zones, "extendedLocation"
from arg_assessments
union all select * from arg_cvedetails
union all
select id, coalesce(name, ''), type, coalesce(tenant_id, ''), coalesce(kind, ''), coalesce(location, ''), coalesce(resource_group, ''),
    coalesce(subscription_id, ''), coalesce(managed_by, ''), sku, plan, properties, tags, identity, zones, extended_location
from resource_rows
where table_name = 'securityresources' and not gone and not has_findings
  and type not in ('microsoft.security/assessments', 'microsoft.security/assessments/subassessments');

-- Resources that the security tables refer to: what was ingested, and the
-- registries that the images name.
create or replace view resources as
select id, coalesce(name, '') as name, type, coalesce(tenant_id, '') as "tenantId", coalesce(kind, '') as kind,
    coalesce(location, '') as location, coalesce(resource_group, '') as "resourceGroup",
    coalesce(subscription_id, '') as "subscriptionId", coalesce(managed_by, '') as "managedBy",
    sku, plan, properties, tags, identity, zones, extended_location as "extendedLocation"
from resource_rows
where arg_table(table_name, type) = 'resources' and not gone
union all
select registry_id, any_value(registry_name), 'microsoft.containerregistry/registries', any_value(tenant_id), '', 'global',
    any_value(resource_group), any_value(subscription_id), '', null::json, null::json,
    json_object('loginServer', any_value(registry))::json, null::json, null::json, null::json, null::json
from locations l
where not exists (select 1 from resource_rows r where r.row_key = lower(l.registry_id) and not r.gone)
  and l.registry_id ilike '%/registries/%' -- those of Defender's machines are the machines
group by registry_id
union all
-- The clusters of the inventory, so that recommendations join to them.
select c.resource_id, c.cluster, lower(coalesce(nullif(regexp_extract(c.resource_id, '(?i)/providers/([^/]+/[^/]+)/[^/]+$', 1), ''), 'microsoft.containerservice/managedclusters')),
    '00000000-0000-0000-0000-000000000000', '', 'global', coalesce(regexp_extract(c.resource_id, '(?i)/resourceGroups/([^/]+)', 1), ''),
    coalesce(regexp_extract(c.resource_id, '(?i)/subscriptions/([^/]+)', 1), ''), '', null::json, null::json, json_object()::json, null::json, null::json, null::json, null::json
from clusters c
where not exists (select 1 from resource_rows r where r.row_key = lower(c.resource_id) and not r.gone);
