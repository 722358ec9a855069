-- One row per finding and repository that holds the image: what people mean by
-- "the findings", flat and typed. Findings that are fixed are not in it; they
-- stay in the table findings with fixed_at.
create or replace view subassessments as
select
    f.finding,
    v.id                                   as vulnerability,
    v.aliases,
    v.title,
    severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity,
    f.cvss,
    case when x.finding is not null and f.status = 'Unhealthy' then 'NotApplicable' else f.status end as status,
    case when x.finding is not null and f.status = 'Unhealthy' then 'Exempt' else f.status_cause end as status_cause,
    case when x.finding is not null and f.status = 'Unhealthy' then x.reason else f.status_reason end as status_reason,
    f.kind,
    f.package_type,
    f.package_name,
    f.installed_version,
    f.fixed_version,
    f.fix_status,
    f.fixed_version is not null            as fixable,
    i.kind                                 as resource_kind,
    l.registry,
    l.repository,
    l.tags,
    i.digest,
    i.image_key,
    i.name                                 as image_name,
    i.os,
    i.architecture,
    i.distribution,
    i.distribution_version,
    f.scanners,
    f.severity_raw,
    f.severity_source,
    v.cvss_v3,
    v.cvss_v3_vector,
    v.epss,
    v.kev,
    v.kev_due,
    coalesce(f.published, v.published)     as published,
    v.description,
    f.first_seen,
    f.last_seen,
    f.reopened_at,
    f.fix_since,
    i.last_scanned,
    f.purl,
    f.paths,
    f.layer,
    f.reported_ids,
    l.tenant_id,
    l.subscription_id,
    l.resource_group,
    l.registry_name,
    l.registry_id,
    coalesce(f.assessment_key, case when f.running is not null then running_key() else registry_key() end) as assessment_key,
    -- The primary location carries the finding's own id; further ones get ids derived from it.
    case when f.source_location = l.location_id then f.source_name
         when l.is_primary then f.finding::varchar
         else uuid_text(f.finding::varchar || l.registry || '/' || l.repository) end as name,
    f.running,
    f.extra,
    f.image_id,
    l.location_id,
    f.vulnerability_id,
    x.exemption_id,
    x.until                                as exempt_until,
    coalesce(l.team, 'unowned')            as team,
    l.mail                                 as team_mail,
    l.due_policy,
    due_at(l.due_from, l.due_days, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest), f.first_seen, f.reopened_at, f.fix_since) as due,
    due_state(due_at(l.due_from, l.due_days, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest), f.first_seen, f.reopened_at, f.fix_since), l.due_soon) as due_state
from findings f
join locations l on l.image_id = f.image_id
join images i on i.image_id = f.image_id
join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
left join exempted x on x.finding = f.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy_now())
where f.fixed_at is null and (l.gone_at is null or f.running is not null);

-- The rows of subassessments that are set aside, with what reports count of them:
-- looked for where they can be, for they are few.
create or replace view set_aside_findings as
with apart as (
    select finding, image_id, running, severity_of(severity, severity_vendor, severity_nvd, severity_highest) as severity, status_cause, status_reason
    from findings where fixed_at is null and status = 'NotApplicable'
)
select a.finding, l.location_id, a.severity, a.status_cause, a.status_reason, x.until
from apart a join locations l using (image_id)
left join exempted x on x.finding = a.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy_now())
where l.gone_at is null or a.running is not null
union all
select f.finding, l.location_id, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest), 'Exempt', x.reason, x.until
from exempted x join findings f using (finding) join locations l on l.location_id = x.location_id and l.image_id = f.image_id
where (x.until is null or x.until > argosy_now()) and f.fixed_at is null and f.status = 'Unhealthy' and (l.gone_at is null or f.running is not null);

-- The places of vulnerabilities and of images in the order of their names, and the
-- place of a finding in lists as one number of them: to sort a million rows by one
-- number takes half the time that it takes by five columns. Known exploited ones are
-- first, then the severest, then by score, which has at most two digits behind the
-- point. There is room for 33 million vulnerabilities, and as many places of images.
create or replace view ordered_vulnerabilities as select *, row_number() over (order by id) as vulnerability_no from vulnerabilities;
create or replace view vulnerability_order as select vulnerability_id, vulnerability_no from ordered_vulnerabilities;
create or replace view ordered_locations as
select l.*, i.digest, i.image_key, row_number() over (order by l.registry, l.repository, i.image_key, l.location_id) as location_no
from locations l join images i using (image_id);
create or replace view location_order as select location_id, location_no from ordered_locations;
create or replace macro place_no(vulnerability_no, location_no) as vulnerability_no * 33554432 + location_no;
create or replace macro finding_no(known_exploited, severity, cvss, vulnerability_no, location_no) as
    (case when known_exploited then 0 else 8192 end + (4 - enum_code(severity::severity)) * 1024
        + case when cvss is null then 1023 else 1010 - round(least(greatest(cvss, 0), 10.1) * 100)::integer end)::ubigint * 1125899906842624
    + place_no(vulnerability_no, location_no)::ubigint;

-- Images that lie in several places: only their findings have several rows.
create or replace view images_with_copies as select image_id from locations group by image_id having count(*) > 1;

-- Findings whose severity that counts is not the scanners' word: none, where the
-- scanners' is the one that counts.
create or replace view reworded_findings as
select finding, severity, severity_of(severity, severity_vendor, severity_nvd, severity_highest) as chosen from findings where chosen <> severity;
