-- title: What changed between two dates
-- description: Findings that are new, fixed, reopened, whose severity changed, for which a fix came out, that were set aside (by an exemption, a VEX statement or the scanner) or count again, or whose image is gone or back, after one date until another (the last 30 days unless told otherwise); one that came and went in between is told as such. The severity is today's, as the setting severity_source chose it; severity_before and severity_after are the scanners' words.
-- counts: each finding once for each change; what an exemption sets aside once for each repository
-- severity: {source} (severity_before and severity_after: the scanners' words)
-- param: since datetime = 30d -- after this moment: a date, or how long ago; 1970-01-01 is all that is kept
-- param: until datetime = 2199-12-31 -- until this moment: a date, or how long ago
-- tags: change
select c.change, c.changed_at, v.id as vulnerability, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)::varchar as severity, c.severity_before::varchar as severity_before,
    c.severity_after::varchar as severity_after, f.package_name as package, f.installed_version as installed, f.fixed_version as fixed,
    l.registry, l.repository, array_to_string(l.tags, ', ') as tags, coalesce(l.team, 'unowned') as team, i.digest, f.scanners, f.first_seen, f.finding, e.reason
from changes_between($since::timestamp, $until::timestamp) c
join findings f using (finding)
join images i on i.image_id = f.image_id
join locations l on l.image_id = f.image_id and (l.location_id = c.location_id or c.location_id is null and l.is_primary)
join vulnerabilities v using (vulnerability_id)
left join exemptions e on e.exemption_id = c.exemption_id
order by c.changed_at, c.change, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) desc, vulnerability, l.registry, l.repository, i.image_key, package, installed, f.finding, l.location_id
