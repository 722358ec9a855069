-- title: What was open on a date
-- description: The findings that were open at a moment in the past, with the severity, fixed version and scanners of that moment.
-- param: date datetime = 2199-12-31 -- the moment
-- tags: change, history
select vulnerability, severity::varchar as severity, status, package_name as package, installed_version as installed, fixed_version as fixed,
    registry, repository, tags, team, digest, scanners, opened
from findings_at($date::timestamp)
order by severity desc, vulnerability, registry, repository, image_key, package, installed
