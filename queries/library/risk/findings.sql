-- title: All open findings
-- description: One row per finding and repository, everything that matters for a decision. The severity is the one that the setting severity_source chose; scanners names who reports it.
-- counts: a finding once for each repository that holds its image
-- param: severity string {Critical, High, Medium, Low, Unknown} = Unknown -- the least severity to show
-- tags: findings
select severity::varchar as severity, vulnerability, title, package_type, package_name, installed_version, fixed_version, fix_status,
    registry, repository, array_to_string(tags, ', ') as tags, digest, cvss, epss, kev as known_exploited,
    array_to_string(scanners, ', ') as scanners, published, first_seen, last_seen
from subassessments join vulnerability_order using (vulnerability_id) join location_order using (location_id)
where status = 'Unhealthy' and severity >= $severity::severity
order by finding_no(kev, subassessments.severity, cvss, vulnerability_no, location_no), package_name, installed_version, finding
