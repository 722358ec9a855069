-- The type of packages that a report names without one: what is said of the same
-- package in the same image, else in the same repository. Where that is not one
-- answer there is none.
create or replace view told_package_types as
with said as (
    select image_id, package_name, min(package_type) as lowest, max(package_type) as highest, count(*) > count(package_type) as bare
    from findings where fixed_at is null and package_name is not null
    group by image_id, package_name
), bare as (
    select image_id, package_name, case when lowest = highest then lowest end as package_type from said where bare
), by_repository as (
    select l.registry, l.repository, s.package_name, min(s.lowest) as package_type
    from said s join locations l on l.image_id = s.image_id
    where s.lowest is not null and s.package_name in (select package_name from bare where package_type is null)
    group by l.registry, l.repository, s.package_name having min(s.lowest) = max(s.highest)
)
select l.location_id, b.package_name, coalesce(b.package_type, r.package_type) as package_type
from bare b
join locations l on l.image_id = b.image_id
left join by_repository r on r.registry = l.registry and r.repository = l.repository and r.package_name = b.package_name
where coalesce(b.package_type, r.package_type) is not null;

-- Which findings of an image are gone when it is built on the newer base: those
-- that lie in a layer of the base, and that the scanners of the finding looked
-- for in the newer one and did not find. Null where nobody looked.
create or replace view rebuilt_findings as
select f.finding, f.image_id, o.origin, r.newer_name,
    case when o.origin = 'base image' and r.newer_image_id is not null and w.image_id is not null then n.image_id is null end as closed
from findings f
join layer_origins o on o.image_id = f.image_id and o.layer = f.layer
left join rebuilds r on r.image_id = f.image_id
left join (select distinct s.image_id, c.image_id as of_image from scans s join rebuilds r on r.newer_image_id = s.image_id
           join scans c on c.image_id = r.image_id and c.scanner = s.scanner) w on w.image_id = r.newer_image_id and w.of_image = f.image_id
left join (select distinct image_id, vulnerability_id, package_name from findings
           where fixed_at is null and image_id in (select newer_image_id from rebuilds)) n
    on n.image_id = r.newer_image_id and n.vulnerability_id = f.vulnerability_id and n.package_name is not distinct from f.package_name
where f.fixed_at is null;

-- The fixed versions of a package in one order, what it rests on included: the
-- last of any of them is what to update to. doubtful are all of a package of
-- which not every one has a rank.
create or replace view placed_versions as
select *, dense_rank() over (partition by package_type, package_name order by rank, above is false, target) as place,
    bool_or(rank is null) over (partition by package_type, package_name) as doubtful
from fixed_versions;

-- The places of images that have registry, repository and team in common: to
-- group by one number is much faster than by three texts.
create or replace view shared_places as
select location_id, min(location_id) over (partition by registry, repository, coalesce(team, 'unowned')) as place_id,
    min(location_id) over (partition by registry, repository) as repository_id
from locations;

-- Open findings that an update closes, with the version to update to and its
-- place among the versions of the package, and what of it a newer base closes.
-- The told types are joined by a key that is null where a type was reported: a
-- condition on one side of an outer join makes the engine compare row by row.
create or replace view fixable_findings as
select s.* replace (coalesce(s.package_type, t.package_type) as package_type), f.target, f.rank, f.above, f.place, coalesce(f.doubtful, true) as doubtful, b.origin, b.newer_name, b.closed as base_closes
from subassessments s
left join rebuilt_findings b on b.finding = s.finding
left join told_package_types t on t.location_id = s.location_id and t.package_name = case when s.package_type is null then s.package_name end
left join placed_versions f on f.package_type = coalesce(s.package_type, t.package_type, '') and f.package_name = s.package_name
    and f.installed_version = coalesce(s.installed_version, '') and f.fixed_version = s.fixed_version
where s.status = 'Unhealthy' and s.fixable and s.package_name is not null;

-- What rows of fixable_findings, grouped by package, are to be updated to, and
-- what that rests on. Where the highest is not above what is installed, the
-- reports contradict themselves. Only what is doubtful is listed, so that lists
-- are made where they are told only.
create or replace macro update_target(target, fixed_version, rank, place, doubtful) as
    case when count(*) = count(rank) then arg_max(target, place)
         else string_agg(distinct coalesce(target, fixed_version), '; ' order by coalesce(target, fixed_version)) filter (where doubtful) end;
create or replace macro update_basis(target, rank, above, place, doubtful) as
    case when bool_or(target is null) then 'not ordered yet: ingest a report'
         when count(*) = count(rank) and arg_max(above is false, place) then 'not above the installed version'
         when count(*) = count(rank) then 'ordered'
         when count(distinct target) filter (where doubtful) = 1 and not bool_or(contains(target, ',')) filter (where doubtful) then 'the only one'
         when bool_or(above is false) then 'none above the installed version'
         else 'cannot be ordered' end;
