-- The findings that break the gate, each under the first rule that it breaks.
with subjects as (
    select unnest(from_json($subjects::json, '[{"key":"VARCHAR","registry":"VARCHAR","repository":"VARCHAR"}]'), recursive := true)
), placed as (
    select s.key, x.image_id, coalesce(max(case when l.registry = s.registry and l.repository = s.repository then l.location_id end),
        max(case when l.is_primary then l.location_id end)) as location_id
    from subjects s
    join (select digest as key, image_id from manifest_images union select image_key, image_id from images) x on x.key = s.key
    join locations l on l.image_id = x.image_id
    group by s.key, x.image_id
), told as (
    select p.key, v.id as vulnerability, any_value(v.title) as title, max(severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)) as severity, max(coalesce(f.cvss, v.cvss_v3)) as cvss,
        f.package_name, f.package_type, f.installed_version, max(f.fixed_version) as fixed_version, min(f.first_seen) as first_seen,
        bool_or(v.kev) as kev, max(v.epss) as epss, bool_or(f.status = 'Unhealthy' and x.finding is null) as open,
        coalesce(max(case when x.finding is not null then 'Exempt' end), max(f.status_cause), 'NotApplicable') as cause
    from placed p
    join findings f on f.image_id = p.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    left join exempted x on x.finding = f.finding and x.location_id = p.location_id and (x.until is null or x.until > argosy_now())
    where f.fixed_at is null and f.status <> 'Healthy' and f.running is null
    group by p.key, v.id, f.package_name, f.package_type, f.installed_version
), ruled as (
    select *,
        $by_severity and severity >= $severity::severity and (not $fixable or fixed_version is not null)
            and first_seen <= argosy_now() - $older * interval 1 second as by_severity,
        $exploited and kev as by_exploit, $epss > 0 and coalesce(epss, 0) >= $epss as by_epss
    from told
)
select key, vulnerability, title, severity::varchar, cvss, package_name, package_type, installed_version, fixed_version, first_seen,
    case when not open then 'exempt' when by_exploit then 'known-exploited' when by_severity then 'severity' else 'epss' end as rule, epss, cause
from ruled
where (by_severity or by_exploit or by_epss) and (open or $exempt)
order by kev desc, ruled.severity desc, cvss desc nulls last, vulnerability, package_name, installed_version
