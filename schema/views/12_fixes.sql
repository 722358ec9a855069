-- The type of packages that a report names without one: what is said of the same
-- package in the same image, else in the same repository. Where that is not one
-- answer there is none.
create or replace view told_package_types as
with bare as (
    select distinct image_id, package_name from findings where fixed_at is null and package_name is not null and package_type is null
), told as (
    select image_id, package_name, min(package_type) as lowest, max(package_type) as highest
    from findings semi join bare using (image_id, package_name)
    where fixed_at is null
    group by image_id, package_name
), places as (
    select location_id, image_id, min(location_id) over (partition by registry, repository) as repository_id from locations
), asked as (
    select distinct p.repository_id, t.package_name from told t join places p using (image_id) where t.lowest is distinct from t.highest or t.lowest is null
), by_repository as (
    select repository_id, package_name, min(package_type) as package_type
    from (select f.package_name, f.package_type, p.repository_id
          from (select image_id, repository_id from places semi join asked using (repository_id)) p
          join findings f using (image_id) where f.fixed_at is null and f.package_type is not null)
    semi join asked using (repository_id, package_name)
    group by repository_id, package_name having min(package_type) = max(package_type)
)
select p.location_id, t.package_name, coalesce(case when t.lowest = t.highest then t.lowest end, r.package_type) as package_type
from told t
join places p using (image_id)
left join by_repository r on r.repository_id = p.repository_id and r.package_name = t.package_name
where coalesce(case when t.lowest = t.highest then t.lowest end, r.package_type) is not null;

-- The type of packages that a report names without one, where the same package
-- in the same version is told with one type, in whichever image, and no other.
create or replace view known_package_types as
with bare as (
    select distinct package_name, installed_version from findings
    where fixed_at is null and package_type is null and package_name is not null and installed_version is not null
)
select package_name, installed_version, min(package_type) as package_type
from findings semi join bare using (package_name, installed_version)
where fixed_at is null and package_type is not null
group by package_name, installed_version having min(package_type) = max(package_type);

-- Findings for whoever counts by package: one package is one row, whether all
-- reports tell its type or not.
create or replace view typed_subassessments as
select s.* replace (coalesce(s.package_type, k.package_type) as package_type)
from subassessments s
left join known_package_types k on k.package_name = case when s.package_type is null then s.package_name end and k.installed_version = s.installed_version;

-- Which findings of an image are gone when it is built on the newer base: those
-- that lie in a layer of the base, and that the scanners of the finding looked
-- for in the newer one and did not find. Null where nobody looked.
create or replace macro rebuilding_closes(origin, newer, looked, found) as
    case when origin = 'base image' and newer is not null and looked is not null then found is null end;
create or replace view newer_scans as
select distinct s.image_id, c.image_id as of_image from scans s join rebuilds r on r.newer_image_id = s.image_id
join scans c on c.image_id = r.image_id and c.scanner = s.scanner;
create or replace view newer_findings as
select image_id, vulnerability_id, package_name from findings
where fixed_at is null and image_id in (select newer_image_id from rebuilds)
-- Always met, see placed_versions.
group by image_id, vulnerability_id, package_name having count(*) > 0;
create or replace view rebuilt_findings as
select f.finding, f.image_id, o.origin, r.newer_name, rebuilding_closes(o.origin, r.newer_image_id, w.image_id, n.image_id) as closed
from findings f
join layer_origins o on o.image_id = f.image_id and o.layer = f.layer
left join rebuilds r on r.image_id = f.image_id
left join newer_scans w on w.image_id = r.newer_image_id and w.of_image = f.image_id
left join newer_findings n on n.image_id = r.newer_image_id and n.vulnerability_id = f.vulnerability_id and n.package_name is not distinct from f.package_name
where f.fixed_at is null;

-- The fixed versions of a package in one order, what it rests on included: the
-- last of any of them is what to update to. doubtful are all of a package of
-- which not every one has a rank.
create or replace view placed_versions as
select *, dense_rank() over (partition by package_type, package_name order by rank, above is false, target) as place,
    bool_or(rank is null) over (partition by package_type, package_name) as doubtful
from fixed_versions
-- Both conditions are always met: with each the engine expects a fifth, and takes
-- these for fewer than the findings, which it would gather otherwise.
where length(fixed_version) >= 0 qualify place > 0;

-- The places of images that have registry, repository and team in common: to
-- group by one number is much faster than by three texts. only_team is null where
-- those of a repository are of several teams.
create or replace view shared_places as
select location_id, min(location_id) over (partition by registry, repository, coalesce(team, 'unowned')) as place_id,
    min(location_id) over r as repository_id,
    case when min(coalesce(team, 'unowned')) over r = max(coalesce(team, 'unowned')) over r then coalesce(team, 'unowned') end as only_team
from locations window r as (partition by registry, repository);

-- Open findings that an update closes. Those whose type is reported are apart: few
-- lack it, and the engine would gather all findings to look up what is known of them.
create or replace view typed_fixable as
select * from subassessments where status = 'Unhealthy' and fixable and package_name is not null and package_type is not null
union all
select s.* replace (coalesce(t.package_type, k.package_type) as package_type)
from subassessments s
left join told_package_types t on t.location_id = s.location_id and t.package_name = s.package_name
left join known_package_types k on k.package_name = s.package_name and k.installed_version = s.installed_version
where s.status = 'Unhealthy' and s.fixable and s.package_name is not null and s.package_type is null;

-- The same with the version to update to and its place among the versions of the
-- package, and what of it a newer base closes: told by image and layer, which are
-- few, and not by finding.
create or replace view fixable_findings as
select s.*, f.target, f.rank, f.above, f.place, f.gaps, coalesce(f.doubtful, true) as doubtful, o.origin,
    case when o.origin is not null then r.newer_name end as newer_name, rebuilding_closes(o.origin, r.newer_image_id, w.image_id, n.image_id) as base_closes
from typed_fixable s
left join layer_origins o on o.image_id = s.image_id and o.layer = s.layer
left join rebuilds r on r.image_id = s.image_id
left join newer_scans w on w.image_id = r.newer_image_id and w.of_image = s.image_id
left join newer_findings n on n.image_id = r.newer_image_id and n.vulnerability_id = s.vulnerability_id and n.package_name = s.package_name
left join placed_versions f on f.package_type = coalesce(s.package_type, '') and f.package_name = s.package_name
    and f.installed_version = coalesce(s.installed_version, '') and f.fixed_version = s.fixed_version;

-- The version at or above a target that lies in no gap of a fix of several
-- branches. To raise it once in the order of the gaps is enough: a gap that begins
-- higher than it was cannot end below one that raised it.
create or replace macro across_branches(rank, target, gaps) as
    list_reduce([{'low': rank, 'high': rank, 'target': target}] || list_sort(gaps),
        lambda version, gap: case when gap.low <= version.high and version.high < gap.high then gap else version end).target;

-- What rows of fixable_findings, grouped by package, are to be updated to, and
-- what that rests on. Where the highest is not above what is installed, the
-- reports contradict themselves. Only what is doubtful is listed, so that lists
-- are made where they are told only.
create or replace macro update_target(target, fixed_version, rank, place, doubtful, gaps) as
    case when count(*) = count(rank) and count(gaps) = 0 then arg_max(target, place)
         when count(*) = count(rank) then across_branches(max(rank), arg_max(target, place), flatten(list(gaps) filter (where gaps is not null)))
         else array_to_string(list_sort(list(distinct coalesce(target, fixed_version)) filter (where doubtful)), '; ') end;
create or replace macro update_basis(target, rank, above, place, doubtful) as
    case when bool_or(target is null) then 'not ordered yet: ingest a report'
         when count(*) = count(rank) and arg_max(above is false, place) then 'not above the installed version'
         when count(*) = count(rank) then 'ordered'
         when count(distinct target) filter (where doubtful) = 1 and not bool_or(contains(target, ',')) filter (where doubtful) then 'the only one'
         when bool_or(above is false) then 'none above the installed version'
         else 'cannot be ordered' end;
