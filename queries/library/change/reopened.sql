-- title: Reopened findings
-- description: Findings that were fixed, came back and were not fixed again, with how often, the most often first; status says which are set aside now. The severity is the one that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- tags: change, governance
select s.vulnerability, s.severity::varchar as severity, s.status, s.package_name as package, s.installed_version as installed, s.registry, s.repository, array_to_string(s.tags, ', ') as tags,
    s.team, p.times, s.first_seen, s.reopened_at, s.digest
from subassessments s join (select finding, max(no) - 1 as times from spans group by finding having max(no) > 1) p using (finding)
order by p.times desc, s.severity desc, s.vulnerability, s.registry, s.repository, s.image_key, package
