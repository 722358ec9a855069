-- The newest row of an id wins; an older one arriving late changes nothing.
create temp table m_resources as
select distinct on (row_key) * from stage_resources where file_no in (select file_no from stage_good) order by row_key, seen_at desc, seq desc;
delete from argosy.resource_rows r using m_resources m where m.row_key = r.row_key and m.seen_at >= r.seen_at;
insert into argosy.resource_rows
select row_key, table_name, id, name, type, tenant_id, kind, location, resource_group, subscription_id, managed_by, sku::json, plan::json,
    properties::json, tags::json, identity::json, zones::json, extended_location::json, seen_at, getvariable('run_id'), gone, has_findings
from m_resources where row_key not in (select row_key from argosy.resource_rows);
