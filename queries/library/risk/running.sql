-- title: Findings in running containers
-- description: Every running container with every open finding of its image, and what to do about it; containers whose image was never scanned are in running-coverage. The severity is the one that the setting severity_source chose.
-- counts: a finding once for each container that runs its image
-- param: cluster string = % -- pattern of the cluster; % stands for any text, _ for any character
-- param: namespace string = % -- pattern of the namespace; % stands for any text, _ for any character
-- param: severity string {Critical, High, Medium, Low, Unknown} = Unknown -- the least severity to show
-- tags: risk, running
select cluster, namespace, workload_kind, workload, pod, container, severity::varchar as severity, vulnerability, title, package_name, installed_version,
    fixed_version, action, image, registry, repository, digest, cvss, epss, kev as known_exploited, array_to_string(scanners, ', ') as scanners,
    first_seen, last_scanned, deleted_at, drop_at
from running_findings
where status = 'Unhealthy' and cluster like $cluster and namespace like $namespace and severity >= $severity::severity
order by finding_no(kev, running_findings.severity, cvss, vulnerability_no, container_no), package_name, installed_version
