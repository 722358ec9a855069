-- title: Fix list
-- description: One row per package of a repository: the version to upgrade to so that every finding in it with a known fix is closed, how many findings and images that settles, and from which versions. The target is the highest fixed version needed, by the order of the package's ecosystem; where that order cannot be told, target_basis says so and all the versions that were reported are listed.
-- param: team string = % -- pattern of the team, % for any text
-- param: repository string = % -- pattern of the repository, % for any text
-- tags: fix, packages, ownership
with open as (
    select s.*, f.target, f.rank, f.above, f.target is null as new
    from subassessments s
    left join fixed_versions f on f.package_type = coalesce(s.package_type, '') and f.package_name = s.package_name
        and f.installed_version = coalesce(s.installed_version, '') and f.fixed_version = s.fixed_version
    where s.status = 'Unhealthy' and s.fixable and s.package_name is not null and s.team like $team and s.repository like $repository
)
select team, registry, repository, package_type, package_name as package,
    string_agg(distinct installed_version, ', ' order by installed_version) as installed_versions,
    case when count(*) = count(rank) then arg_max(target, (rank, above is false, target))
         else string_agg(distinct coalesce(target, fixed_version), '; ' order by coalesce(target, fixed_version)) end as target_version,
    -- Where the highest is not above what is installed, the reports contradict themselves.
    case when bool_or(new) then 'not ordered yet: ingest a report'
         when count(*) = count(rank) and arg_max(above is false, (rank, above is false, target)) then 'not above the installed version'
         when count(*) = count(rank) then 'ordered'
         when count(distinct target) = 1 and not bool_or(contains(target, ',')) then 'the only one'
         when bool_or(above is false) then 'none above the installed version'
         else 'cannot be ordered' end as target_basis,
    count(*) as findings, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
    count(distinct vulnerability) as vulnerabilities, count(distinct image_id) as images, count(*) filter (where kev) as known_exploited
from open
group by team, registry, repository, package_type, package_name
order by critical desc, findings desc, team, registry, repository, package_type, package
