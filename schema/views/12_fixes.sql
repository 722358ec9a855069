-- The type of packages that a report names without one: what is said of the same
-- package in the same image, else in the same repository. Where that is not one
-- answer there is none.
create or replace view told_package_types as
with bare as (
    select distinct l.location_id, l.registry, l.repository, f.image_id, f.package_name
    from findings f join locations l on l.image_id = f.image_id
    where f.package_type is null and f.package_name is not null and f.fixed_at is null
), typed as (
    select distinct l.registry, l.repository, f.image_id, f.package_name, f.package_type
    from findings f join locations l on l.image_id = f.image_id
    where f.package_type is not null and f.fixed_at is null and f.package_name in (select package_name from bare)
), by_image as (
    select image_id, package_name, any_value(package_type) as package_type from typed group by all having count(distinct package_type) = 1
), by_repository as (
    select registry, repository, package_name, any_value(package_type) as package_type from typed group by all having count(distinct package_type) = 1
)
select b.location_id, b.package_name, coalesce(i.package_type, r.package_type) as package_type
from bare b
left join by_image i on i.image_id = b.image_id and i.package_name = b.package_name
left join by_repository r on r.registry = b.registry and r.repository = b.repository and r.package_name = b.package_name
where coalesce(i.package_type, r.package_type) is not null;

-- Open findings that an update closes, with the version to update to and its
-- place among the versions of the package.
create or replace view fixable_findings as
select s.* replace (coalesce(s.package_type, t.package_type) as package_type), f.target, f.rank, f.above, f.target is null as unordered
from subassessments s
left join told_package_types t on t.location_id = s.location_id and t.package_name = s.package_name and s.package_type is null
left join fixed_versions f on f.package_type = coalesce(s.package_type, t.package_type, '') and f.package_name = s.package_name
    and f.installed_version = coalesce(s.installed_version, '') and f.fixed_version = s.fixed_version
where s.status = 'Unhealthy' and s.fixable and s.package_name is not null;

-- What rows of fixable_findings, grouped by package, are to be updated to, and
-- what that rests on. Where the highest is not above what is installed, the
-- reports contradict themselves.
create or replace macro update_target(target, fixed_version, rank, above) as
    case when count(*) = count(rank) then arg_max(target, (rank, above is false, target))
         else string_agg(distinct coalesce(target, fixed_version), '; ' order by coalesce(target, fixed_version)) end;
create or replace macro update_basis(target, rank, above) as
    case when bool_or(target is null) then 'not ordered yet: ingest a report'
         when count(*) = count(rank) and arg_max(above is false, (rank, above is false, target)) then 'not above the installed version'
         when count(*) = count(rank) then 'ordered'
         when count(distinct target) = 1 and not bool_or(contains(target, ',')) then 'the only one'
         when bool_or(above is false) then 'none above the installed version'
         else 'cannot be ordered' end;
