-- Rows of Resource Graph tables: the newer one of an id.
create temp table g_resources as
select o.* from other.resource_rows o left join argosy.resource_rows a using (row_key) where a.row_key is null or o.seen_at > a.seen_at;
delete from argosy.resource_rows where row_key in (select row_key from g_resources);
insert into argosy.resource_rows by name
select r.* replace (coalesce(g.run_id, r.run_id) as run_id) from g_resources r left join g_runs g on g.kind = 'ingest' and g.other_run = r.run_id;

-- Feeds: the newer issue.
create temp table g_feeds as
select o.* from other.feeds o left join argosy.feeds a using (feed) where a.feed is null or o.dated > a.dated;
delete from argosy.known_exploited where 'cisa-kev' in (select feed from g_feeds);
insert into argosy.known_exploited by name select * from other.known_exploited where 'cisa-kev' in (select feed from g_feeds);
delete from argosy.exploit_scores where 'first-epss' in (select feed from g_feeds);
insert into argosy.exploit_scores by name select * from other.exploit_scores where 'first-epss' in (select feed from g_feeds);
delete from argosy.feeds where feed in (select feed from g_feeds);
insert into argosy.feeds by name
select f.* replace (coalesce(g.run_id, f.run_id) as run_id) from g_feeds f left join g_runs g on g.kind = 'ingest' and g.other_run = f.run_id;

-- Exemptions and assignments, by what they say and when it was said. One that
-- was taken back there holds here no longer.
create temp table g_exemptions as
select o.* from other.exemptions o
where (o.exemption_key, o.created) not in (select (exemption_key, created) from argosy.exemptions)
  and (o.removed is not null or o.exemption_key not in (select exemption_key from argosy.exemptions where removed is null));
insert into argosy.exemptions by name
select (select coalesce(max(exemption_id), 0) from argosy.exemptions) + row_number() over (order by exemption_id) as exemption_id, * exclude (exemption_id) from g_exemptions;
update argosy.exemptions a set removed = o.removed, removed_by = o.removed_by
from other.exemptions o where o.exemption_key = a.exemption_key and o.created = a.created and a.removed is null and o.removed is not null;
-- Of a VEX document the newest issue holds that either knows.
update argosy.exemptions a set issued = o.issued
from other.exemptions o where o.exemption_key = a.exemption_key and a.removed is null and o.removed is null and (a.issued is null or o.issued > a.issued);
update argosy.exemptions a set removed = getvariable('merged_at')::timestamp, removed_by = 'a newer issue of the document'
from (select origin, max(issued) as issued from argosy.exemptions where source = 'vex' group by origin) d
where a.source = 'vex' and a.origin = d.origin and a.removed is null and a.issued < d.issued;

create temp table g_assignments as
select o.* from other.owner_assignments o
where not exists (from argosy.owner_assignments a where a.created = o.created and a.team = o.team
    and (a.registry, a.repository, a.tag, a.digest) is not distinct from (o.registry, o.repository, o.tag, o.digest));
insert into argosy.owner_assignments by name
select (select coalesce(max(assignment_id), 0) from argosy.owner_assignments) + row_number() over (order by assignment_id) as assignment_id, * exclude (assignment_id) from g_assignments;
update argosy.owner_assignments a set removed = o.removed, removed_by = o.removed_by
from other.owner_assignments o
where a.created = o.created and a.team = o.team and (a.registry, a.repository, a.tag, a.digest) is not distinct from (o.registry, o.repository, o.tag, o.digest)
  and a.removed is null and o.removed is not null;

-- Settings stay as they are here, and those that differ are told; a database
-- that was given none takes over the other's.
create temp table g_settings as
with here as (
    select 'setting' as kind, name, value as said from argosy.settings
    union all select 'due policy', policy, row(critical, high, medium, low, unknown, grace, counts_from, soon)::varchar from argosy.due_policies
    union all select 'owner rules', 'all', list(row(team, mail, due_policy, registry, repository, tag, namespace, label, label_value)::varchar order by position)::varchar from argosy.owner_rules
    union all select 'scan policy', policy, row(description, pushed_within_days, pulled_within_days, running, rescan_hours, first_scan_hours, operating_systems)::varchar from argosy.own_scan_policies
), there as (
    select 'setting' as kind, name, value as said from other.settings
    union all select 'due policy', policy, row(critical, high, medium, low, unknown, grace, counts_from, soon)::varchar from other.due_policies
    union all select 'owner rules', 'all', list(row(team, mail, due_policy, registry, repository, tag, namespace, label, label_value)::varchar order by position)::varchar from other.owner_rules
    union all select 'scan policy', policy, row(description, pushed_within_days, pulled_within_days, running, rescan_hours, first_scan_hours, operating_systems)::varchar from other.own_scan_policies
)
select t.kind, t.name, (select count(*) from argosy.settings) = 0 and t.kind <> 'scan policy' or h.kind is null and t.kind = 'scan policy' as taken
from there t left join here h using (kind, name)
where t.said is not null and h.said is distinct from t.said
  -- Without settings there is nothing that could differ.
  and (t.kind = 'scan policy' or (select count(*) from other.settings) > 0);

delete from argosy.due_policies where exists (from g_settings where taken and kind <> 'scan policy');
insert into argosy.due_policies by name select * from other.due_policies where exists (from g_settings where taken and kind <> 'scan policy');
delete from argosy.owner_rules where exists (from g_settings where taken and kind <> 'scan policy');
insert into argosy.owner_rules by name select * from other.owner_rules where exists (from g_settings where taken and kind <> 'scan policy');
insert into argosy.settings by name select * from other.settings where exists (from g_settings where taken and kind = 'setting');
insert into argosy.own_scan_policies by name select * from other.own_scan_policies where policy in (select name from g_settings where taken and kind = 'scan policy');

insert into argosy.prunings by name select * from g_prunings;
