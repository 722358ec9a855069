-- title: Vulnerabilities of container images
-- description: The workbook to forward: a summary with charts on one page, what has changed, every open finding, the images, the teams, and what to update. A finding counts once, however many repositories hold its image. Severities are those that the setting severity_source chose.
-- counts: each finding once; in tables by team or repository once in each
-- param: days long {1..36500} = 7 -- compare with the state so many days before the newest scan
-- param: repository string = % -- pattern of the repository; % stands for any text, _ for any character
-- tags: workbook, summary, change, findings, fix

-- common: times
-- materialized: yes
select max(scanned_at) as as_of, max(scanned_at) - to_days($days::int) as since, greatest(min(scanned_at), kept_from()) as first_scan,
    greatest(min(scanned_at), kept_from()) <= max(scanned_at) - to_days($days::int) as known
from scans where state <> 'late';

-- common: open_rows
-- materialized: yes
select finding, location_id, image_id, vulnerability_id, severity, kev, fixable, due, due_state = 'overdue' as late, due_state = 'due soon' as soon,
    image_id not in (select image_id from images_with_copies) as alone
from subassessments where status = 'Unhealthy' and repository like $repository;

-- common: copies
-- materialized: no
-- description: Findings of images that lie in several places, once for each.
select * from open_rows where not alone;

-- common: cells
-- materialized: yes
-- description: How many findings are alike in each place of an image: a hundred thousand rows where there are a million findings.
select location_id, any_value(image_id) as image_id, bool_and(alone) as alone, severity, kev, fixable, late, soon,
    due is null as undated, count(*) as findings, min(due) filter (where late) as late_since
from open_rows group by location_id, severity, kev, fixable, late, soon, due is null;

-- common: alike
-- materialized: yes
-- description: The same with each finding once, however many places hold its image.
select image_id, severity, kev, fixable, late, findings, late_since from cells where alone
union all
select any_value(image_id), max(severity), bool_or(kev), bool_or(fixable), bool_or(late), 1, min(due) filter (where late) from copies group by finding;

-- common: apart
-- materialized: yes
-- description: Findings that do not count in every place of their image, with the place that stands for the others.
select finding, count(*) as repositories, arg_min(location_id, (registry, repository)) as location_id
from copies join locations using (location_id)
where finding in (select finding from exempted) or finding in (select finding from findings where running is not null)
group by finding;

-- common: touched
-- materialized: yes
-- description: All other findings count now as they did at that time.
select finding from spans, times t where t.known and (opened > t.since or closed > t.since)
union
select finding from sightings, times t where t.known and (valid_from > t.since or valid_to > t.since)
union
select finding from findings, times t where t.known and fix_since > t.since
union
select finding from set_asides
union
select finding from exempted
union
select finding from findings where image_id in (
    select l.image_id from locations l left join absences a using (location_id) cross join times t
    where t.known and (l.first_seen > t.since or a.gone_at > t.since or a.back_at > t.since));

-- common: now_open
-- materialized: yes
-- description: Of these findings, what is open now.
select finding, max(severity) as severity, any_value(image_id) as image_id, bool_or(kev) as kev, bool_or(fixable) as fixable
from open_rows semi join touched using (finding) group by finding;

-- common: then_open
-- materialized: yes
-- description: And what was open at that time, less what was set aside by then. The history is in the scanner's words;
-- description: where that has not changed, the word that counts today is taken.
select s.finding, case when s.severity = f.severity then severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) else s.severity end as severity,
    f.image_id, v.kev, s.fixable
from (
    select finding, max(severity) filter (where status = 'Unhealthy') as severity, bool_or(fixed_version is not null) as fixable
    from (from sightings semi join touched using (finding)) cross join times t
    where t.known and valid_from <= t.since and (valid_to is null or valid_to > t.since)
    group by finding having bool_or(status = 'Unhealthy')
) s
join findings f using (finding)
join vulnerabilities v using (vulnerability_id)
join (
    select l.image_id, count(*) as places, count(*) filter (where a.location_id is null) as held
    from locations l cross join times t
    left join absences a on a.location_id = l.location_id and a.gone_at <= t.since and (a.back_at is null or a.back_at > t.since)
    where l.repository like $repository and coalesce(l.first_seen <= t.since, true) group by l.image_id
) l on l.image_id = f.image_id
left join (
    select x.finding, count(distinct x.location_id) as places, count(distinct x.location_id) filter (where a.location_id is null) as held
    from set_asides x join locations p using (location_id) cross join times t
    left join absences a on a.location_id = x.location_id and a.gone_at <= t.since and (a.back_at is null or a.back_at > t.since)
    where coalesce(p.first_seen <= t.since, true) and x.held_from <= t.since and coalesce(least(x.ended, x.expires) > t.since, true) and p.repository like $repository group by x.finding
) x on x.finding = s.finding
where case when f.running is not null then l.places > coalesce(x.places, 0) else l.held > coalesce(x.held, 0) end;

-- sheet: Summary
-- role: summary

-- block: Figures
-- role: tiles
with figures as (
    select coalesce(sum(findings), 0)::bigint as open, coalesce(sum(findings) filter (where severity = 'Critical'), 0)::bigint as critical,
        coalesce(sum(findings) filter (where severity = 'High'), 0)::bigint as high, coalesce(sum(findings) filter (where kev), 0)::bigint as kev,
        coalesce(sum(findings) filter (where fixable), 0)::bigint as fixable, coalesce(sum(findings) filter (where late), 0)::bigint as late,
        date_diff('day', min(late_since), argosy_now()) as days_late
    from alike
), moved as (
    select coalesce(sum(step), 0)::bigint as open, coalesce(sum(step) filter (where severity = 'Critical'), 0)::bigint as critical,
        coalesce(sum(step) filter (where severity = 'High'), 0)::bigint as high, coalesce(sum(step) filter (where kev), 0)::bigint as kev,
        coalesce(sum(step) filter (where fixable), 0)::bigint as fixable
    from (select severity, kev, fixable, 1 as step from now_open union all select severity, kev, fixable, -1 from then_open)
), tiles as (
    select 1 as place, 'Open findings' as label, f.open as value, m.open as change, 'down' as better from figures f, moved m
    union all select 2, 'Critical', f.critical, m.critical, 'down' from figures f, moved m
    union all select 3, 'High', f.high, m.high, 'down' from figures f, moved m
    union all select 4, 'Known exploited', f.kev, m.kev, 'down' from figures f, moved m
    union all select 5, 'Fix available', f.fixable, m.fixable, '' from figures f, moved m
    union all select 6, 'Past due', f.late, null, 'down' from figures f
)
select label, value, case when t.known then tiles.change end as change, better,
    case when t.known then 'Compared with ' || strftime(t.since, '%Y-%m-%d %H:%M') || ' UTC, ' || $days || ' days before the newest scan'
         when t.as_of is null then 'There are no scans'
         else 'No baseline: there is no scan that is ' || $days || ' days older than the newest one' end as compared,
    case when label = 'Past due' then (select coalesce('up to ' || days_late || ' days late', 'none is late') from figures) end as note
from tiles, times t
order by place;

-- block: By severity
-- chart: donut x=severity y=findings title=Open findings by severity
select severity::varchar as severity, sum(findings)::bigint as findings, coalesce(sum(findings) filter (where fixable), 0)::bigint as fixable,
    coalesce(sum(findings) filter (where kev), 0)::bigint as exploited, count(distinct image_id) as images
from alike
group by alike.severity
order by alike.severity desc;

-- block: Trend over twelve weeks
-- chart: line x=week y=open,critical_and_high title=Open findings over time
select strftime(at_time, '%Y-%m-%d') as week, open, critical_high as critical_and_high
from open_by_week('%', '%', $repository)
order by at_time;

-- block: Repositories with the most critical and high findings
-- chart: bar stacked x=repository y=critical,high,medium,low,unknown title=Findings by repository
select registry || '/' || l.repository as repository,
    coalesce(sum(findings) filter (where severity = 'Critical'), 0)::bigint as critical, coalesce(sum(findings) filter (where severity = 'High'), 0)::bigint as high,
    coalesce(sum(findings) filter (where severity = 'Medium'), 0)::bigint as medium, coalesce(sum(findings) filter (where severity = 'Low'), 0)::bigint as low,
    coalesce(sum(findings) filter (where severity = 'Unknown'), 0)::bigint as unknown
from cells c join locations l using (location_id)
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
    from findings f semi join touched using (finding) left join now_open n using (finding) left join then_open b using (finding) cross join times t
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
with /*+ page: likely as (
    -- Vulnerabilities of which a finding may be among the first.
    select vulnerability_id
    from (select vulnerability_id, severity, count(*) filter (where alone) as findings from open_rows group by all) join vulnerabilities v using (vulnerability_id)
    qualify coalesce(sum(findings) over (order by v.kev desc, severity desc, v.epss desc nulls last groups between unbounded preceding and 1 preceding), 0) < {rows}
), */ places as (
    select image_id, count(*) as repositories, arg_min(location_id, (registry, repository)) as location_id
    from locations where gone_at is null and repository like $repository group by image_id
)
select severity::varchar as severity, vulnerability, kev as known_exploited, epss, coalesce(cvss, cvss_v3) as cvss,
    package_name, installed_version, fixed_version, fix_status, team, due, due_state, registry, repository, array_to_string(tags, ', ') as tags,
    coalesce(a.repositories, p.repositories, 1) as repositories, digest, distribution || coalesce(' ' || distribution_version, '') as distribution, package_type,
    array_to_string(scanners, ', ') as scanners, published, first_seen, last_seen, fix_since, title
from subassessments s join vulnerability_order using (vulnerability_id) join location_order using (location_id)
left join places p on p.image_id = s.image_id
left join apart a on a.finding = s.finding
where status = 'Unhealthy' and repository like $repository and coalesce(a.location_id, p.location_id, s.location_id) = s.location_id
    /*+ page: and s.vulnerability_id in (select unnest(list(vulnerability_id)) from likely) */
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
    select image_id, sum(findings)::bigint as findings, sum(findings) filter (where severity = 'Critical')::bigint as critical,
        sum(findings) filter (where severity = 'High')::bigint as high, sum(findings) filter (where severity = 'Medium')::bigint as medium,
        sum(findings) filter (where severity = 'Low')::bigint as low, sum(findings) filter (where severity = 'Unknown')::bigint as unknown,
        sum(findings) filter (where kev)::bigint as known_exploited, sum(findings) filter (where fixable)::bigint as fixable
    from alike group by image_id
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
with open as (
    select coalesce(l.team, 'unowned') as team, l.mail, c.*
    from (
        select location_id, any_value(image_id) as image_id, sum(findings) as findings, sum(findings) filter (where severity = 'Critical') as critical,
            sum(findings) filter (where severity = 'High') as high, sum(findings) filter (where kev) as known_exploited, sum(findings) filter (where fixable) as fixable,
            sum(findings) filter (where late) as overdue, sum(findings) filter (where soon) as due_soon, sum(findings) filter (where undated) as no_due_date,
            min(late_since) as late_since
        from cells where alone group by location_id) c
    join locations l using (location_id)
    union all
    -- A finding in several repositories of a team counts once.
    select team, mail, null, image_id, 1, (severity = 'Critical')::int, (severity = 'High')::int, kev::int, fixable::int, late::int, soon::int, (due is null)::int,
        case when late then due end
    from (
        select coalesce(l.team, 'unowned') as team, any_value(l.mail) as mail, any_value(o.image_id) as image_id, max(severity) as severity, bool_or(kev) as kev,
            bool_or(fixable) as fixable, bool_or(late) as late, bool_or(soon) as soon, min(due) as due
        from copies o join locations l using (location_id) group by coalesce(l.team, 'unowned'), finding)
)
select team, any_value(mail) as mail, count(distinct image_id) as images, sum(findings)::bigint as findings, coalesce(sum(critical), 0)::bigint as critical,
    coalesce(sum(high), 0)::bigint as high, coalesce(sum(known_exploited), 0)::bigint as known_exploited, coalesce(sum(fixable), 0)::bigint as fixable,
    coalesce(sum(overdue), 0)::bigint as overdue, coalesce(sum(due_soon), 0)::bigint as due_soon,
    coalesce(sum(no_due_date), 0)::bigint as no_due_date, date_diff('day', min(late_since), argosy_now()) as days_late_at_most
from open
group by team
order by overdue desc, findings desc, team;

-- sheet: Fix list
-- role: fixes
-- description: One row per package of a repository: the version to update to, with the open findings that it closes, most urgent first. The version is the lowest that has every fix, by the order of the package's ecosystem and its branches; where there is no order all are listed and basis says so.
with /*+ page: urgent as (
    select u.repository_id, package_name, package_type
    from (
        select p.repository_id, package_name, package_type, count(*) as closes, count(*) filter (where severity = 'Critical') as critical,
            count(*) filter (where severity = 'High') as high, count(*) filter (where kev) as known_exploited
        from typed_fixable join shared_places p using (location_id) where repository like $repository
        group by p.repository_id, package_name, package_type) u
    join locations l on l.location_id = u.repository_id
    order by known_exploited desc, critical desc, high desc, closes desc, l.registry, l.repository, package_name, package_type
    limit {rows}
), */ updates as (
    select p.repository_id, f.package_name as package, all_of(installed_version) as installed_versions,
        update_target(target, fixed_version, rank, place, doubtful, gaps) as update_to, update_basis(target, rank, above, place, doubtful) as basis, f.package_type,
        count(*) as closes, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where kev) as known_exploited, count(distinct image_id) as images, max(f.severity)::varchar as worst_severity,
        count(*) filter (where origin = 'base image') as in_base_image, all_of(case when base_closes then newer_name end) as rebuild_on,
        case when count(base_closes) > 0 then count(*) filter (where base_closes) end as rebuild_closes,
        min(fix_since) as fix_since, list_sort(list(distinct vulnerability_no)) as numbers, all_of(case when only_team is null then team end) as teams
    from fixable_findings f join shared_places p using (location_id) join vulnerability_order using (vulnerability_id)
    where repository like $repository
        /*+ page: and f.package_name in (select unnest(list(package_name)) from urgent)
            and exists (from urgent u where u.repository_id = p.repository_id and u.package_name = f.package_name and u.package_type is not distinct from f.package_type) */
    group by p.repository_id, f.package_name, f.package_type
)
select l.registry, l.repository, coalesce(p.only_team, u.teams) as team, u.* exclude (repository_id, numbers, teams),
    array_to_string(list_select(v.ids, u.numbers), ', ') as vulnerabilities
from updates u join locations l on l.location_id = u.repository_id join shared_places p on p.location_id = u.repository_id
cross join (select list(id order by vulnerability_no) as ids from ordered_vulnerabilities) v
order by u.known_exploited desc, u.critical desc, u.high desc, u.closes desc, l.registry, l.repository, u.package, u.package_type;
