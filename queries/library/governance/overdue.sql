-- title: Overdue findings
-- description: Open findings that are past their due date, with the team that owns them and by how many days they are late, the latest first. The due date follows from the severity that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- param: team string = % -- pattern of the team; % stands for any text, _ for any character
-- tags: governance, due
select team, team_mail as mail, registry, repository, array_to_string(tags, ', ') as tags, vulnerability, severity::varchar as severity, package_name as package,
    installed_version as installed, fixed_version as fixed, first_seen, due, date_diff('day', due, argosy_now()) as days_late, due_policy as policy, digest
from subassessments join vulnerability_order using (vulnerability_id) join location_order using (location_id)
where status = 'Unhealthy' and due_state = 'overdue' and team like $team
order by days_late desc, finding_no(false, subassessments.severity, null, vulnerability_no, location_no), package_name, installed_version
