-- title: Fix list
-- description: One row per package of a repository: the version to upgrade to so that every finding in it with a known fix is closed, how many findings and images that settles, and from which versions. Findings in a layer of the base image (inferred from the layers) are counted beside, and how many of them building on a newer base closes. The target is the lowest version that has every fix, by the order of the package's ecosystem and its branches; where that order cannot be told, target_basis says so and all the versions that were reported are listed. Only open findings count. Severities are those that the setting severity_source chose.
-- counts: a finding once for each repository that holds its image
-- param: team string = % -- pattern of the team; % stands for any text, _ for any character
-- param: repository string = % -- pattern of the repository; % stands for any text, _ for any character
-- tags: fix, packages, ownership
with updates as (
    select p.place_id, package_type, package_name,
        all_of(installed_version) as installed_versions,
        update_target(target, fixed_version, rank, place, doubtful, gaps) as target_version, update_basis(target, rank, above, place, doubtful) as target_basis,
        count(*) as findings, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(distinct vulnerability_id) as vulnerabilities, count(distinct image_id) as images, count(*) filter (where kev) as known_exploited,
        count(*) filter (where origin = 'base image') as in_base_image, count(*) filter (where origin = 'own layer') as in_own_layers,
        all_of(case when base_closes then newer_name end) as rebuild_on,
        case when count(base_closes) > 0 then count(*) filter (where base_closes) end as rebuild_closes
    from fixable_findings join shared_places p using (location_id)
    where team like $team and repository like $repository
    group by p.place_id, package_type, package_name
)
select coalesce(l.team, 'unowned') as team, l.registry, l.repository, u.package_type, u.package_name as package, u.* exclude (place_id, package_type, package_name)
from updates u join locations l on l.location_id = u.place_id
order by u.critical desc, u.findings desc, team, l.registry, l.repository, u.package_type, package
