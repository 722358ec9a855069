-- title: Findings that an update fixes
-- description: Open findings for which a fixed version is known, of at least the given severity, in the repositories that match. The severity is the one that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- param: severity string {Critical, High, Medium, Low, Unknown} = High -- the least severity to show
-- param: repository string = % -- pattern of the repository; % stands for any text, _ for any character
-- tags: fix, findings
select severity::varchar as severity, vulnerability, package_name, installed_version, fixed_version, registry, repository,
    array_to_string(tags, ', ') as tags, digest, cvss, kev as known_exploited, first_seen, fix_since
from subassessments
where status = 'Unhealthy' and fixable and severity >= $severity::severity and repository like $repository
order by kev desc, subassessments.severity desc, cvss desc nulls last, vulnerability, registry, repository, digest, package_name, installed_version, finding, location_id
