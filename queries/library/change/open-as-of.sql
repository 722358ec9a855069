-- title: What was open on a date
-- description: The findings that were open at a moment in the past, with the severity, fixed version and scanners of that moment. One that was exempt then is NotApplicable; a finding counts once for each repository that holds the image, and severities are the scanners' words of then.
-- counts: a finding once for each repository that holds its image
-- severity: the scanners' words of that moment, whatever severity_source says
-- param: date datetime = now -- the moment; one in the future is now
-- tags: change, history
select o.vulnerability, o.severity::varchar as severity, case when x.finding is not null then 'NotApplicable' else o.status end as status,
    o.package_name as package, o.installed_version as installed, o.fixed_version as fixed, o.registry, o.repository,
    array_to_string(o.tags, ', ') as tags, o.team, o.digest, array_to_string(o.scanners, ', ') as scanners, o.opened
from findings_at(least($date::timestamp, argosy_now())) o
-- By a key that is null where nothing is to be found: a condition on one side of an
-- outer join makes the engine compare row by row.
left join set_aside_at(least($date::timestamp, argosy_now())) x on x.finding = case when o.status = 'Unhealthy' then o.finding end and x.location_id = o.location_id
order by finding_no(false, o.severity, null, o.vulnerability_no, o.location_no), o.package_name, o.installed_version
