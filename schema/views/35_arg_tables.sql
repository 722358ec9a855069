-- The table of Azure Resource Graph that a resource type belongs to (Microsoft
-- Learn, "Azure Resource Graph table and resource type reference").
create or replace macro arg_table(table_name, type) as (case
    when table_name <> 'resources' then table_name
    when type = 'microsoft.resources/subscriptions' or type = 'microsoft.resources/subscriptions/resourcegroups'
      or type = 'microsoft.management/managementgroups' then 'resourcecontainers'
    when starts_with(type, 'microsoft.advisor/') then 'advisorresources'
    when starts_with(type, 'microsoft.alertsmanagement/alerts') then 'alertsmanagementresources'
    when starts_with(type, 'microsoft.authorization/role') or type = 'microsoft.authorization/classicadministrators' then 'authorizationresources'
    when starts_with(type, 'microsoft.authorization/policy') or starts_with(type, 'microsoft.policyinsights/') then 'policyresources'
    when starts_with(type, 'microsoft.guestconfiguration/') then 'guestconfigurationresources'
    when starts_with(type, 'microsoft.kubernetesconfiguration/') then 'kubernetesconfigurationresources'
    when starts_with(type, 'microsoft.maintenance/') and type <> 'microsoft.maintenance/maintenanceconfigurations' then 'maintenanceresources'
    when type = 'microsoft.resourcehealth/events' or type = 'microsoft.resourcehealth/events/impactedresources' then 'servicehealthresources'
    when starts_with(type, 'microsoft.resourcehealth/') then 'healthresources'
    when contains(type, '/patchassessmentresults') then 'patchassessmentresources'
    when contains(type, '/patchinstallationresults') then 'patchinstallationresources'
    when starts_with(type, 'microsoft.iotsecurity/') then 'iotsecurityresources'
    when starts_with(type, 'microsoft.support/') then 'supportresources'
    else 'resources' end);

-- The rows of the tables that argosy fills from what was ingested only, told
-- apart by the column arg_table.
create or replace view arg_other as
select id, coalesce(name, '') as name, type, coalesce(tenant_id, '') as "tenantId", coalesce(kind, '') as kind,
    coalesce(location, '') as location, coalesce(resource_group, '') as "resourceGroup",
    coalesce(subscription_id, '') as "subscriptionId", coalesce(managed_by, '') as "managedBy",
    sku, plan, properties, tags, identity, zones, extended_location as "extendedLocation",
    arg_table(table_name, type) as arg_table
from resource_rows
where not gone;
