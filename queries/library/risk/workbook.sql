-- title: Vulnerabilities of container images
-- description: The workbook to forward: a summary with charts on one page, what has changed, every open finding, the images, the teams, and what to update. A finding counts once, however many repositories hold its image. Severities are those that the setting severity_source chose.
-- counts: each finding once; in tables by team or repository once in each
-- param: days long {1..36500} = 7 -- compare with the state so many days before the newest scan
-- param: repository string = % -- pattern of the repository; % stands for any text, _ for any character
-- tags: workbook, summary, change, findings, fix

-- common: times
select max(scanned_at) as as_of, max(scanned_at) - to_days($days::int) as since, greatest(min(scanned_at), kept_from()) as first_scan,
    greatest(min(scanned_at), kept_from()) <= max(scanned_at) - to_days($days::int) as known
from scans where state <> 'late';

-- common: open_rows
-- materialized: yes
select finding, location_id, image_id, severity, kev, fixable, due, due_state = 'overdue' as late, due_state = 'due soon' as soon,
    image_id not in (select image_id from images_with_copies) as alone
from subassessments where status = 'Unhealthy' and repository like $repository;

-- common: with_copies
-- materialized: yes
-- description: Findings of images that lie in several places, each once.
select finding, max(severity) as severity, any_value(image_id) as image_id, bool_or(kev) as kev, bool_or(fixable) as fixable, min(due) filter (where late) as late_since
from open_rows where not alone group by finding;

-- common: now_open
-- materialized: no
select finding, severity, image_id, kev, fixable, case when late then due end as late_since from open_rows where alone
union all
select finding, severity, image_id, kev, fixable, late_since from with_copies;

-- common: apart
-- materialized: yes
-- description: Findings that do not count in every place of their image, with the place that stands for the others.
select finding, count(*) as repositories, arg_min(location_id, (registry, repository)) as location_id
from open_rows join locations using (location_id)
where not alone and (finding in (select finding from exempted) or finding in (select finding from findings where running is not null))
group by finding;

-- common: then_open
-- materialized: yes
-- description: What was open at that time, less what was set aside by then. The history is in the scanner's words;
-- description: where that has not changed, the word that counts today is taken.
select s.finding, case when s.severity = w.severity then w.chosen else s.severity end as severity, s.image_id, s.fixable, k.finding is not null as kev
from (
    select finding, severity, image_id, fixable from times t join spans on opened <= t.since and (closed is null or closed > t.since)
    where t.known and severity is not null and fixable is not null
    union all
    -- Where not all sightings of the span say the same.
    select finding, max(g.severity), any_value(g.image_id), bool_or(fixed_version is not null)
    from times t join sightings g on valid_from <= t.since and (valid_to is null or valid_to > t.since) and status = 'Unhealthy'
    semi join (
        select finding from times t join spans on opened <= t.since and (closed is null or closed > t.since) where severity is null or fixable is null) using (finding)
    where t.known group by finding
) s
-- Few findings lie where they run or are exploited.
left join (select finding from findings where running is not null) f on f.finding = s.finding
left join (select finding from findings join vulnerabilities using (vulnerability_id) where kev) k on k.finding = s.finding
left join reworded_findings w on w.finding = s.finding
join (
    select l.image_id, count(*) as places, count(*) filter (where a.location_id is null) as held
    from locations l cross join times t
    left join absences a on a.location_id = l.location_id and a.gone_at <= t.since and (a.back_at is null or a.back_at > t.since)
    where l.repository like $repository and coalesce(l.first_seen <= t.since, true) group by l.image_id
) l on l.image_id = s.image_id
left join (
    select x.finding, count(distinct x.location_id) as places, count(distinct x.location_id) filter (where a.location_id is null) as held
    from set_asides x join locations p using (location_id) cross join times t
    left join absences a on a.location_id = x.location_id and a.gone_at <= t.since and (a.back_at is null or a.back_at > t.since)
    where coalesce(p.first_seen <= t.since, true) and x.held_from <= t.since and coalesce(least(x.ended, x.expires) > t.since, true) and p.repository like $repository group by x.finding
) x on x.finding = s.finding
where case when f.finding is not null then l.places > coalesce(x.places, 0) else l.held > coalesce(x.held, 0) end;

-- sheet: Summary
-- role: summary

-- block: Figures
-- role: tiles
with figures as (
    select count(*) as open, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where kev) as kev, count(*) filter (where fixable) as fixable, count(distinct image_id) as images,
        count(late_since) as late, date_diff('day', min(late_since), argosy_now()) as days_late
    from now_open
), before as (
    select count(*) as open, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where kev) as kev, count(*) filter (where fixable) as fixable, count(distinct image_id) as images
    from then_open
), tiles as (
    select 1 as place, 'Open findings' as label, f.open as value, b.open as was, 'down' as better from figures f, before b
    union all select 2, 'Critical', f.critical, b.critical, 'down' from figures f, before b
    union all select 3, 'High', f.high, b.high, 'down' from figures f, before b
    union all select 4, 'Known exploited', f.kev, b.kev, 'down' from figures f, before b
    union all select 5, 'Fix available', f.fixable, b.fixable, '' from figures f, before b
    union all select 6, 'Past due', f.late, null, 'down' from figures f
)
select label, value, case when t.known then value - was end as change, better,
    case when t.known then 'Compared with ' || strftime(t.since, '%Y-%m-%d %H:%M') || ' UTC, ' || $days || ' days before the newest scan'
         when t.as_of is null then 'There are no scans'
         else 'No baseline: there is no scan that is ' || $days || ' days older than the newest one' end as compared,
    case when label = 'Past due' then (select coalesce('up to ' || days_late || ' days late', 'none is late') from figures) end as note
from tiles, times t
order by place;

-- block: By severity
-- chart: donut x=severity y=findings title=Open findings by severity
select severity::varchar as severity, count(*) as findings, count(*) filter (where fixable) as fixable,
    count(*) filter (where kev) as exploited, count(distinct image_id) as images
from now_open
group by now_open.severity
order by now_open.severity desc;

-- block: Trend over twelve weeks
-- chart: line x=week y=open,critical_and_high title=Open findings over time
select strftime(at_time, '%Y-%m-%d') as week, open, critical_high as critical_and_high
from open_by_week('%', '%', $repository)
order by at_time;

-- block: Repositories with the most critical and high findings
-- chart: bar stacked x=repository y=critical,high,medium,low,unknown title=Findings by repository
with counted as (
    select location_id, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where severity = 'Medium') as medium, count(*) filter (where severity = 'Low') as low, count(*) filter (where severity = 'Unknown') as unknown
    from open_rows group by location_id
)
select registry || '/' || l.repository as repository, sum(critical)::bigint as critical, sum(high)::bigint as high, sum(medium)::bigint as medium, sum(low)::bigint as low,
    sum(unknown)::bigint as unknown
from counted c join locations l using (location_id)
group by registry, l.repository
order by critical desc, high desc, medium desc, low desc, repository
limit 10;

-- sheet: Changes
-- role: changes
-- description: One row per finding that changed since the compared date. It is new, reopened, of another severity, has a fix that was not there, is fixed, set aside, or gone with its image. Empty when no scan is that old.
with places as (
    select image_id, registry, repository, tags, bool_and(gone_at is not null) over (partition by image_id) as gone from locations where repository like $repository
    qualify row_number() over (partition by image_id order by is_primary desc, registry, repository) = 1
), changes as (
    select f.finding, f.image_id, f.vulnerability_id, f.package_name, f.installed_version, f.fixed_version, f.first_seen, f.fixed_at, f.reopened_at, f.fix_since,
        coalesce(n.severity, f.severity) as severity, b.severity as severity_before,
        case when n.finding is null and b.finding is null then null
             when n.finding is null and f.fixed_at is not null then 'Fixed'
             when n.finding is null then 'Set aside'
             when b.finding is null and f.first_seen > t.since then 'New'
             when b.finding is null and f.reopened_at > t.since then 'Reopened'
             when b.finding is null then 'Counts again'
             when b.severity <> n.severity then 'Severity changed'
             when f.fix_since > t.since then 'Fix now available' end as change
    from findings f left join now_open n using (finding) left join then_open b using (finding) cross join times t
    where t.known
)
select case when c.change = 'Set aside' and p.gone then 'Image gone' else c.change end as change, c.severity::varchar as severity, case when c.severity_before <> c.severity then c.severity_before::varchar end as severity_before,
    v.id as vulnerability, v.kev as known_exploited, c.package_name, c.installed_version, c.fixed_version, p.registry, p.repository,
    array_to_string(p.tags, ', ') as tags, i.digest, c.first_seen, c.fixed_at, c.reopened_at, c.fix_since
from changes c join places p using (image_id) join images i using (image_id) join vulnerabilities v using (vulnerability_id)
where c.change is not null
order by array_position(['New', 'Reopened', 'Counts again', 'Severity changed', 'Fix now available', 'Fixed', 'Set aside', 'Image gone'], case when c.change = 'Set aside' and p.gone then 'Image gone' else c.change end), v.kev desc, c.severity desc,
    v.id, p.registry, p.repository, i.digest, c.package_name, c.installed_version, c.finding;

-- sheet: Findings
-- role: findings
-- description: One row per open finding, known exploited ones first, then by severity and by the chance of exploitation (EPSS).
select severity::varchar as severity, vulnerability, kev as known_exploited, epss, coalesce(cvss, cvss_v3) as cvss,
    package_name, installed_version, fixed_version, fix_status, team, due, due_state, registry, repository, array_to_string(tags, ', ') as tags,
    coalesce(a.repositories, p.repositories, 1) as repositories, digest, distribution || coalesce(' ' || distribution_version, '') as distribution, package_type,
    array_to_string(scanners, ', ') as scanners, published, first_seen, last_seen, fix_since, title
from subassessments s join vulnerability_order using (vulnerability_id) join location_order using (location_id)
left join (
    select image_id, count(*) as repositories, arg_min(location_id, (registry, repository)) as location_id
    from locations where gone_at is null and repository like $repository group by image_id
) p on p.image_id = s.image_id
left join apart a on a.finding = s.finding
where status = 'Unhealthy' and repository like $repository and coalesce(a.location_id, p.location_id, s.location_id) = s.location_id
order by s.kev desc, s.severity desc, s.epss desc nulls last, coalesce(s.cvss, s.cvss_v3) desc nulls last, place_no(vulnerability_no, location_no),
    s.package_name, s.installed_version, s.finding;

-- sheet: By image
-- role: images
-- description: One row per image with its open findings by severity, what can be fixed, and when it was last scanned. Images without findings are in it.
with places as (
    select image_id, first(registry order by is_primary desc, registry, repository) as registry,
        first(repository order by is_primary desc, registry, repository) as repository,
        first(tags order by is_primary desc, registry, repository) as tags, count(*) as repositories
    from locations where repository like $repository and gone_at is null group by image_id
), open as (
    select image_id, count(*) as findings, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where severity = 'Medium') as medium, count(*) filter (where severity = 'Low') as low,
        count(*) filter (where severity = 'Unknown') as unknown, count(*) filter (where kev) as known_exploited,
        count(*) filter (where fixable) as fixable
    from now_open group by image_id
), seen as (
    select image_id, all_of(scanner) as scanners from scans where state <> 'late' group by image_id
)
select p.registry, p.repository, array_to_string(p.tags, ', ') as tags, p.repositories, coalesce(o.findings, 0) as findings, coalesce(o.critical, 0) as critical,
    coalesce(o.high, 0) as high, coalesce(o.medium, 0) as medium, coalesce(o.low, 0) as low, coalesce(o.unknown, 0) as unknown,
    coalesce(o.known_exploited, 0) as known_exploited, coalesce(o.fixable, 0) as fixable, i.digest,
    i.distribution || coalesce(' ' || i.distribution_version, '') as distribution, i.os || '/' || i.architecture as platform, i.created, s.scanners, i.last_scanned
from images i join places p using (image_id) left join open o using (image_id) left join seen s using (image_id)
where i.kind = 'image'
order by critical desc, high desc, findings desc, p.registry, p.repository, i.digest, i.image_key;

-- sheet: By team
-- role: teams
-- description: One row per team that owns images with open findings, the one with most overdue first. Images that no rule gives to a team are those of the team unowned.
with placed as (
    select location_id, image_id, count(*) as findings, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where kev) as known_exploited, count(*) filter (where fixable) as fixable, count(*) filter (where late) as overdue,
        count(*) filter (where soon) as due_soon, count(*) filter (where due is null) as no_due_date, min(due) filter (where late) as late_since
    from open_rows where alone group by location_id, image_id
), open as (
    select coalesce(l.team, 'unowned') as team, l.mail, p.* from placed p join locations l using (location_id)
    union all
    -- A finding in several repositories of a team counts once.
    select team, mail, null, image_id, 1, (severity = 'Critical')::int, (severity = 'High')::int, kev::int, fixable::int, late::int, soon::int, (due is null)::int,
        case when late then due end
    from (
        select coalesce(l.team, 'unowned') as team, any_value(l.mail) as mail, any_value(o.image_id) as image_id, max(severity) as severity, bool_or(kev) as kev,
            bool_or(fixable) as fixable, bool_or(late) as late, bool_or(soon) as soon, min(due) as due
        from open_rows o join locations l using (location_id) where not alone group by coalesce(l.team, 'unowned'), finding)
)
select team, any_value(mail) as mail, count(distinct image_id) as images, sum(findings)::bigint as findings, sum(critical)::bigint as critical, sum(high)::bigint as high,
    sum(known_exploited)::bigint as known_exploited, sum(fixable)::bigint as fixable, sum(overdue)::bigint as overdue, sum(due_soon)::bigint as due_soon,
    sum(no_due_date)::bigint as no_due_date, date_diff('day', min(late_since), argosy_now()) as days_late_at_most
from open
group by team
order by overdue desc, findings desc, team;

-- sheet: Fix list
-- role: fixes
-- description: One row per package of a repository: the version to update to, with the open findings that it closes, most urgent first. The version is the highest that is needed by the order of the package's ecosystem; where there is no order all are listed and basis says so.
with updates as (
    select p.repository_id, package_name as package, all_of(installed_version) as installed_versions,
        update_target(target, fixed_version, rank, place, doubtful) as update_to, update_basis(target, rank, above, place, doubtful) as basis, package_type,
        count(*) as closes, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where kev) as known_exploited, count(distinct image_id) as images, max(fixable_findings.severity)::varchar as worst_severity,
        count(*) filter (where origin = 'base image') as in_base_image, all_of(case when base_closes then newer_name end) as rebuild_on,
        case when count(base_closes) > 0 then count(*) filter (where base_closes) end as rebuild_closes,
        min(fix_since) as fix_since, list_sort(list(distinct vulnerability_no)) as numbers, all_of(case when only_team is null then team end) as teams
    from fixable_findings join shared_places p using (location_id) join vulnerability_order using (vulnerability_id)
    where repository like $repository
    group by p.repository_id, package_name, package_type
)
select l.registry, l.repository, coalesce(p.only_team, u.teams) as team, u.* exclude (repository_id, numbers, teams),
    array_to_string(list_select(v.ids, u.numbers), ', ') as vulnerabilities
from updates u join locations l on l.location_id = u.repository_id join shared_places p on p.location_id = u.repository_id
cross join (select list(id order by vulnerability_no) as ids from ordered_vulnerabilities) v
order by u.known_exploited desc, u.critical desc, u.high desc, u.closes desc, l.registry, l.repository, u.package, u.package_type;
