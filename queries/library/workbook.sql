-- title: Vulnerabilities of container images
-- description: The workbook to forward: a summary with charts on one page, what has changed, every open finding, the images, and what to update. A finding counts once, however many repositories hold its image.
-- param: days long = 7 -- compare with the state so many days before the newest scan
-- param: repository string = % -- pattern of the repository, % for any text
-- tags: workbook, summary, change, findings, fix

-- sheet: Summary
-- role: summary

-- block: Figures
-- role: tiles
with times as (
    select max(scanned_at) as as_of, max(scanned_at) - to_days($days::int) as since, min(scanned_at) <= max(scanned_at) - to_days($days::int) as known
    from scans where state <> 'late'
), scope as (
    select distinct image_id from locations where repository like $repository
), now_open as (
    select f.finding, f.severity, f.image_id, v.kev, f.fixed_version is not null as fixable
    from findings f join scope using (image_id) join vulnerabilities v using (vulnerability_id)
    where f.fixed_at is null and f.status = 'Unhealthy'
), then_open as (
    select s.finding, max(s.severity) as severity, any_value(s.image_id) as image_id, any_value(v.kev) as kev, bool_or(s.fixed_version is not null) as fixable
    from sightings s join scope using (image_id) cross join times t
    join findings f using (finding) join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    where s.valid_from <= t.since and (s.valid_to is null or s.valid_to > t.since) and s.status = 'Unhealthy'
    group by s.finding
), figures as (
    select count(*) as open, count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
        count(*) filter (where kev) as kev, count(*) filter (where fixable) as fixable, count(distinct image_id) as images
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
    union all select 6, 'Images affected', f.images, b.images, 'down' from figures f, before b
)
select label, value, case when t.known then value - was end as change, better,
    case when t.known then 'Compared with ' || strftime(t.since, '%Y-%m-%d %H:%M') || ' UTC, ' || $days || ' days before the newest scan'
         when t.as_of is null then 'There are no scans'
         else 'No baseline: there is no scan that is ' || $days || ' days older than the newest one' end as compared
from tiles, times t
order by place;

-- block: By severity
-- chart: donut x=severity y=findings title=Open findings by severity
with scope as (select distinct image_id from locations where repository like $repository)
select f.severity::varchar as severity, count(*) as findings, count(*) filter (where f.fixed_version is not null) as fixable,
    count(*) filter (where v.kev) as exploited, count(distinct f.image_id) as images
from findings f join scope using (image_id) join vulnerabilities v using (vulnerability_id)
where f.fixed_at is null and f.status = 'Unhealthy'
group by f.severity
order by f.severity desc;

-- block: Trend over twelve weeks
-- chart: line x=week y=open,critical_high title=Open findings over time
with times as (
    select max(scanned_at) as as_of, min(scanned_at) as first_scan from scans where state <> 'late'
), weeks as (
    select t.as_of - to_days((7 * k)::int) as at_time from times t, range(12) r(k) where t.as_of - to_days((7 * k)::int) >= t.first_scan
), scope as (
    select distinct image_id from locations where repository like $repository
), spans as (
    select s.finding, s.severity, s.valid_from, s.valid_to from sightings s join scope using (image_id) where s.status = 'Unhealthy'
)
select strftime(w.at_time, '%Y-%m-%d') as week, count(distinct s.finding) as open,
    count(distinct s.finding) filter (where s.severity >= 'High') as critical_high
from weeks w left join spans s on s.valid_from <= w.at_time and (s.valid_to is null or s.valid_to > w.at_time)
group by w.at_time
order by w.at_time;

-- block: Repositories with the most critical and high findings
-- chart: bar stacked x=repository y=critical,high,medium,low title=Findings by repository
select registry || '/' || repository as repository,
    count(*) filter (where severity = 'Critical') as critical, count(*) filter (where severity = 'High') as high,
    count(*) filter (where severity = 'Medium') as medium, count(*) filter (where severity = 'Low') as low
from subassessments
where status = 'Unhealthy' and repository like $repository
group by all
order by critical desc, high desc, medium desc, low desc, repository
limit 10;

-- sheet: Changes
-- role: changes
-- description: One row per finding that changed since the compared date: new, fixed, reopened, of another severity, or with a fix that was not there. Empty when no scan is that old.
with times as (
    select max(scanned_at) as as_of, max(scanned_at) - to_days($days::int) as since, min(scanned_at) <= max(scanned_at) - to_days($days::int) as known
    from scans where state <> 'late'
), places as (
    select image_id, registry, repository, tags from locations where repository like $repository
    qualify row_number() over (partition by image_id order by is_primary desc, registry, repository) = 1
), before as (
    select s.finding, max(s.severity) as severity
    from sightings s cross join times t
    where t.known and s.valid_from <= t.since and (s.valid_to is null or s.valid_to > t.since) and s.status = 'Unhealthy'
    group by s.finding
), changes as (
    select f.*, b.severity as severity_before, t.since,
        case when f.fixed_at is not null then case when b.finding is not null then 'Fixed' end
             when f.status <> 'Unhealthy' then case when b.finding is not null then 'Set aside' end
             when b.finding is null and f.first_seen > t.since then 'New'
             when b.finding is null then 'Reopened'
             when b.severity <> f.severity then 'Severity changed'
             when f.fix_since > t.since then 'Fix now available' end as change
    from findings f left join before b using (finding) cross join times t
    where t.known and (f.fixed_at is null or f.fixed_at > t.since)
)
select c.change, c.severity::varchar as severity, case when c.severity_before <> c.severity then c.severity_before::varchar end as severity_before,
    v.id as vulnerability, v.kev as known_exploited, c.package_name, c.installed_version, c.fixed_version, p.registry, p.repository,
    array_to_string(p.tags, ', ') as tags, i.digest, c.first_seen, c.fixed_at, c.reopened_at, c.fix_since
from changes c join places p using (image_id) join images i using (image_id) join vulnerabilities v using (vulnerability_id)
where c.change is not null
order by array_position(['New', 'Reopened', 'Severity changed', 'Fix now available', 'Fixed', 'Set aside'], c.change), v.kev desc, c.severity desc,
    v.id, p.registry, p.repository, i.digest, c.package_name, c.installed_version;

-- sheet: Findings
-- role: findings
-- description: One row per open finding, known exploited ones first, then by severity and by the chance of exploitation (EPSS).
with places as (
    select image_id, first(registry order by is_primary desc, registry, repository) as registry,
        first(repository order by is_primary desc, registry, repository) as repository,
        first(tags order by is_primary desc, registry, repository) as tags, count(*) as repositories
    from locations where repository like $repository group by image_id
)
select f.severity::varchar as severity, v.id as vulnerability, v.kev as known_exploited, v.epss, coalesce(f.cvss, v.cvss_v3) as cvss,
    f.package_name, f.installed_version, f.fixed_version, f.fix_status, p.registry, p.repository, array_to_string(p.tags, ', ') as tags,
    p.repositories, i.digest, i.distribution || coalesce(' ' || i.distribution_version, '') as distribution, f.package_type,
    array_to_string(f.scanners, ', ') as scanners, coalesce(f.published, v.published) as published, f.first_seen, f.last_seen, f.fix_since, v.title
from findings f join places p using (image_id) join images i using (image_id) join vulnerabilities v using (vulnerability_id)
where f.fixed_at is null and f.status = 'Unhealthy'
order by v.kev desc, f.severity desc, v.epss desc nulls last, cvss desc nulls last, v.id, p.registry, p.repository, i.digest, f.package_name, f.installed_version, f.finding;

-- sheet: By image
-- role: images
-- description: One row per image with its open findings by severity, what can be fixed, and when it was last scanned. Images without findings are in it.
with places as (
    select image_id, first(registry order by is_primary desc, registry, repository) as registry,
        first(repository order by is_primary desc, registry, repository) as repository,
        first(tags order by is_primary desc, registry, repository) as tags, count(*) as repositories
    from locations where repository like $repository group by image_id
), open as (
    select f.image_id, count(*) as findings, count(*) filter (where f.severity = 'Critical') as critical, count(*) filter (where f.severity = 'High') as high,
        count(*) filter (where f.severity = 'Medium') as medium, count(*) filter (where f.severity = 'Low') as low,
        count(*) filter (where f.severity = 'Unknown') as unknown, count(*) filter (where v.kev) as known_exploited,
        count(*) filter (where f.fixed_version is not null) as fixable
    from findings f join vulnerabilities v using (vulnerability_id)
    where f.fixed_at is null and f.status = 'Unhealthy'
    group by f.image_id
), seen as (
    select image_id, string_agg(distinct scanner, ', ' order by scanner) as scanners from scans where state <> 'late' group by image_id
)
select p.registry, p.repository, array_to_string(p.tags, ', ') as tags, coalesce(o.findings, 0) as findings, coalesce(o.critical, 0) as critical,
    coalesce(o.high, 0) as high, coalesce(o.medium, 0) as medium, coalesce(o.low, 0) as low, coalesce(o.unknown, 0) as unknown,
    coalesce(o.known_exploited, 0) as known_exploited, coalesce(o.fixable, 0) as fixable, i.digest,
    i.distribution || coalesce(' ' || i.distribution_version, '') as distribution, i.os || '/' || i.architecture as platform, i.created, s.scanners, i.last_scanned
from images i join places p using (image_id) left join open o using (image_id) left join seen s using (image_id)
where i.kind = 'image'
order by critical desc, high desc, findings desc, p.registry, p.repository, i.digest;

-- sheet: Fix list
-- role: fixes
-- description: One row per update of a package in a repository, with the open findings that it closes, most urgent first. Where scanners name several fixed versions each has its row.
select l.registry, l.repository, f.package_name as package, f.installed_version, f.fixed_version as update_to, f.package_type,
    count(distinct f.finding) as closes, count(distinct f.finding) filter (where f.severity = 'Critical') as critical,
    count(distinct f.finding) filter (where f.severity = 'High') as high, count(distinct f.finding) filter (where v.kev) as known_exploited,
    count(distinct f.image_id) as images, max(f.severity)::varchar as worst_severity, min(f.fix_since) as fix_since,
    string_agg(distinct v.id, ', ' order by v.id) as vulnerabilities
from findings f join locations l using (image_id) join vulnerabilities v using (vulnerability_id)
where f.fixed_at is null and f.status = 'Unhealthy' and f.fixed_version is not null and f.package_name is not null and l.repository like $repository
group by l.registry, l.repository, f.package_name, f.installed_version, f.fixed_version, f.package_type
order by known_exploited desc, critical desc, high desc, closes desc, l.registry, l.repository, package, installed_version, update_to;
