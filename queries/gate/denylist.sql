-- Every known image that breaks the policy, and every index that leads to one:
-- a pod may name either.
with judged as (
    select distinct image_key as key, registry, repository, digest, tags, verdict, reason from coverage($policy) where digest is not null
    union all
    -- Images that their registry no longer holds, while something runs them.
    select distinct s.manifest, s.registry, s.repository, s.manifest, '', 'unknown', 'its registry no longer holds it'
    from running_status s where s.deleted_at is not null and s.manifest is not null
), placed as (
    select j.key, j.registry, j.repository, x.image_id, coalesce(max(case when l.registry = j.registry and l.repository = j.repository then l.location_id end),
        max(case when l.is_primary then l.location_id end)) as location_id
    from judged j
    join (select digest as key, image_id from manifest_images union select image_key, image_id from images) x on x.key = j.key
    join locations l on l.image_id = x.image_id
    group by j.key, j.registry, j.repository, x.image_id
), told as (
    select p.key, p.registry, p.repository, f.vulnerability_id, f.package_name, f.package_type, f.installed_version, max(severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)) as severity,
        max(f.fixed_version) as fixed_version, min(f.first_seen) as first_seen, bool_or(v.kev) as kev, max(v.epss) as epss,
        bool_or(f.status = 'Unhealthy' and x.finding is null) as open
    from placed p
    join findings f on f.image_id = p.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    left join exempted x on x.finding = f.finding and x.location_id = p.location_id and (x.until is null or x.until > argosy_now())
    where f.fixed_at is null and f.status <> 'Healthy' and f.running is null
    group by p.key, p.registry, p.repository, f.vulnerability_id, f.package_name, f.package_type, f.installed_version
), counted as (
    select key, registry, repository, count(*) as findings, count(*) filter (where kev) as exploited, max(severity)::varchar as worst
    from told
    where (open or $exempt)
      and ($by_severity and severity >= $severity::severity and (not $fixable or fixed_version is not null)
            and first_seen <= argosy_now() - $older * interval 1 second
        or $exploited and kev or $epss > 0 and coalesce(epss, 0) >= $epss)
    group by key, registry, repository
), denied as (
    select j.digest, j.registry, j.repository, j.tags, coalesce(c.findings, 0) as findings,
        concat_ws('; ', case when c.findings > 0 then 'findings: ' || c.findings || ', the worst ' || c.worst || case when c.exploited > 0 then ', ' || c.exploited || ' known to be exploited' else '' end end,
            case when list_contains(string_split($verdicts, ','), j.verdict) then j.verdict || ': ' || j.reason end) as reason
    from judged j left join counted c on c.key = j.key and c.registry = j.registry and c.repository = j.repository
    where c.findings > 0 or list_contains(string_split($verdicts, ','), j.verdict)
)
select digest, registry, repository, tags, findings, reason from denied
union all
select p.index_digest, d.registry, d.repository, any_value(d.tags), max(d.findings),
    'it leads to ' || string_agg(distinct coalesce(p.os || '/', '') || coalesce(p.architecture, p.digest), ', ' order by coalesce(p.os || '/', '') || coalesce(p.architecture, p.digest)) || ', which is denied'
from denied d join index_images p on p.digest = d.digest
join repository_manifests r on r.digest = p.index_digest and r.registry = d.registry and r.repository = d.repository and r.gone_at is null
group by p.index_digest, d.registry, d.repository
order by registry, repository, digest
