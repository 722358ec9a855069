-- title: What to mend first
-- description: Open findings in the order of the team's priority: known exploited ones, then by severity, probability of exploitation, whether a fix exists and whether the image runs, unless configured otherwise. Known exploited and EPSS are told of any of the ids of a vulnerability; of several scores the highest counts. The severity is the one that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- param: team string = % -- pattern of the team; % stands for any text, _ for any character
-- tags: risk, priority
with running as (
    select distinct image_id from running_images
)
select s.team, s.registry, s.repository, array_to_string(s.tags, ', ') as tags, s.vulnerability, s.severity::varchar as severity, s.kev as known_exploited, s.epss,
    s.package_name as package, s.installed_version as installed, s.fixed_version as fixed, r.image_id is not null as running,
    s.due, s.due_state, s.first_seen, s.digest
from subassessments s join vulnerability_order using (vulnerability_id) join location_order using (location_id) left join running r using (image_id)
where s.status = 'Unhealthy' and s.team like $team
order by priority_no(s.kev, s.severity, s.epss, s.fixable, r.image_id is not null) desc,
    place_no(vulnerability_no, location_no), s.package_name, s.installed_version
