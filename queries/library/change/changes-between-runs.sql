-- title: What changed between two runs
-- description: What changed between what was known after one ingest run and after another; with what was exempted and which images left or came back by then; run 0 is the empty database, negative numbers count back from the newest run. The severity is today's, as the setting severity_source chose it; severity_before and severity_after are the scanners' words.
-- counts: each finding once for each change; what an exemption sets aside once for each repository
-- severity: {source} (severity_before and severity_after: the scanners' words)
-- param: since long = -1 -- after this run; negative numbers count back from the newest, 0 is the empty database
-- param: until long = 0 -- until this run; 0 is the newest, negative numbers count back from it
-- tags: change
with runs_asked as (
    select case when $since < 0 then greatest(newest_run() + $since, 0) else $since end as after,
        case when $until <= 0 then greatest(newest_run() + $until, 0) else $until end as until
)
select c.change, c.changed_at, v.id as vulnerability, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)::varchar as severity, c.severity_before::varchar as severity_before,
    c.severity_after::varchar as severity_after, f.package_name as package, f.installed_version as installed, f.fixed_version as fixed,
    l.registry, l.repository, array_to_string(l.tags, ', ') as tags, coalesce(l.team, 'unowned') as team, i.digest, f.scanners, f.first_seen, f.finding, e.reason
from changes_between_runs((select after from runs_asked), (select until from runs_asked)) c
join findings f using (finding)
join images i on i.image_id = f.image_id
join locations l on l.image_id = f.image_id and (l.location_id = c.location_id or c.location_id is null and l.is_primary)
join vulnerabilities v using (vulnerability_id)
left join exemptions e on e.exemption_id = c.exemption_id
order by c.changed_at, c.change, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) desc, vulnerability, l.registry, l.repository, i.image_key, package, installed, f.finding, l.location_id
