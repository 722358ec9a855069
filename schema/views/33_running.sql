-- What is known of each running container: whether its image was scanned, what
-- was found, and whether its registry still holds it. A finding in an image
-- that was deleted from its registry is reported until 30 days after the last
-- scan (Microsoft Defender for Containers, running images).
create or replace view running_status as
with scanned as (
    select r.manifest, max(i.last_scanned) as last_scanned
    from running_images r join images i on i.image_id = r.image_id group by r.manifest
), held as (
    select registry, repository, digest, case when count(*) = count(gone_at) then max(gone_at) end as gone_at
    from repository_manifests group by registry, repository, digest
), covered as (
    select registry from registries union select l.registry from locations l join images i on i.image_id = l.image_id where i.last_scanned is not null
)
select c.*, s.last_scanned, h.gone_at as deleted_at,
    case when h.gone_at is not null then s.last_scanned + interval 30 day end as drop_at,
    coalesce(h.gone_at is not null and s.last_scanned + interval 30 day <= argosy_now(), false) as dropped,
    case when s.last_scanned is not null and h.gone_at is not null and s.last_scanned + interval 30 day <= argosy_now()
            then 'deleted from the registry, and the last scan is older than 30 days'
         when s.last_scanned is not null then null
         when c.manifest is null then 'image unknown: ' || c.resolved
         when c.registry not in (select registry from covered) then 'registry not covered: ' || c.registry
         when m.kind = 'unsupported' then 'manifest of Docker schema 1, which scanners do not read'
         when coalesce(m.os, c.node_os) = 'windows' then 'operating system windows, and no scan of it is known'
         else 'never scanned' end as not_applicable,
    rank() over (order by c.cluster, c.namespace, c.workload, c.pod, c.container) as container_no
from running_containers c
left join scanned s on s.manifest = coalesce(c.manifest, c.config_digest)
left join held h on h.registry = c.registry and h.repository = c.repository and h.digest = c.manifest
left join manifests m on m.digest = c.manifest;

-- Where the findings of a running manifest stand: the scanned images that it is, and
-- the repository that the container's image comes from, or else the image's first.
create or replace view running_places as
with asked as (
    select distinct x.manifest, c.registry, c.repository, x.image_id
    from running_containers c join running_images x on x.manifest = coalesce(c.manifest, c.config_digest)
)
select a.manifest, a.registry, a.repository, a.image_id,
    coalesce(max(case when l.registry = a.registry and l.repository = a.repository then l.location_id end),
        max(case when l.is_primary then l.location_id end)) as location_id,
    count(*) over (partition by a.manifest, a.registry, a.repository) as names
from asked a join locations l on l.image_id = a.image_id
group by a.manifest, a.registry, a.repository, a.image_id;

-- Findings of running manifests, once whichever names the scanned image has. A
-- finding is set aside where the exemption holds for the repository that the
-- container's image comes from. Most manifests were scanned under one name: then no
-- two findings are the same, and to look for those among a million takes a second.
create or replace view running_manifest_findings as
with found as not materialized (
    select p.manifest, p.registry, p.repository, p.names, f.vulnerability_id, f.package_type, f.package_name, f.installed_version, f.fixed_version,
        severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity, f.cvss,
        f.status = 'Unhealthy' and x.finding is null as counts, case when x.finding is not null then 'Exempt' end as exempt, f.status_cause, f.status_reason,
        f.scanners, f.first_seen, f.last_seen, f.fix_status
    from running_places p
    join findings f on f.image_id = p.image_id
    left join exempted x on x.finding = f.finding and x.location_id = p.location_id and (x.until is null or x.until > argosy_now())
    where f.fixed_at is null and f.status <> 'Healthy' and f.running is null
), once as (
    select manifest, registry, repository, vulnerability_id, package_type, package_name, installed_version, fixed_version, severity, cvss,
        counts, coalesce(exempt, status_cause, status_reason) as cause, scanners, first_seen, last_seen, fix_status, cvss is null as unscored
    from found where names = 1
    union all
    select manifest, registry, repository, vulnerability_id, package_type, package_name, installed_version, max(fixed_version), max(severity), max(cvss),
        bool_or(counts), coalesce(max(exempt), max(status_cause), max(status_reason)), list_distinct(flatten(list(scanners))), min(first_seen), max(last_seen), max(fix_status), bool_or(cvss is null)
    from found where names > 1
    group by manifest, registry, repository, vulnerability_id, package_type, package_name, installed_version
)
select o.manifest, o.registry, o.repository, v.id as vulnerability, o.package_type, o.package_name, o.installed_version,
    o.fixed_version, o.severity, greatest(o.cvss, case when o.unscored then v.cvss_v3 end) as cvss,
    case when o.counts then 'Unhealthy' else 'NotApplicable' end as status, case when not o.counts then o.cause end as cause,
    list_sort(o.scanners) as scanners, o.first_seen, o.last_seen, v.title, v.kev, v.epss, o.fix_status, o.vulnerability_id, v.vulnerability_no
from once o join ordered_vulnerabilities v using (vulnerability_id);

-- How many findings of a running manifest count, by severity. Those of an image are
-- counted once for each repository that it is asked for in, before the names of
-- manifests are put beside them: a running image has a thousand findings.
create or replace view running_counts as
with places as materialized (
    from running_places
), counted as (
    select f.image_id, p.location_id, count(*) as findings, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity,
        count(f.fixed_version) as fixable, bool_or(v.kev) as kev, min(f.first_seen) as first_seen
    from (select distinct image_id, location_id from places where names = 1) p
    join findings f on f.image_id = p.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    left join exempted x on x.finding = f.finding and x.location_id = p.location_id and (x.until is null or x.until > argosy_now())
    -- One condition: the engine would expect a fifth for each, and gather the findings.
    where case when f.fixed_at is null and f.status = 'Unhealthy' and f.running is null then x.finding is null else false end
    group by f.image_id, p.location_id, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)
)
select p.manifest, p.registry, p.repository, c.severity, c.findings, c.fixable, c.kev, c.first_seen
from places p join counted c on c.image_id = p.image_id and c.location_id is not distinct from p.location_id
where p.names = 1
union all
select manifest, registry, repository, severity, count(*), count(fixed_version), bool_or(kev), min(first_seen)
from (
    select p.manifest, p.registry, p.repository, max(severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest)) as severity,
        max(f.fixed_version) as fixed_version, bool_or(v.kev) as kev, min(f.first_seen) as first_seen
    from (select * from places where names > 1) p
    join findings f on f.image_id = p.image_id
    join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
    left join exempted x on x.finding = f.finding and x.location_id = p.location_id and (x.until is null or x.until > argosy_now())
    where f.fixed_at is null and f.status <> 'Healthy' and f.running is null
    group by p.manifest, p.registry, p.repository, f.vulnerability_id, f.package_type, f.package_name, f.installed_version
    having bool_or(f.status = 'Unhealthy' and x.finding is null))
group by manifest, registry, repository, severity;

-- The recommendation of running images: running container x finding.
create or replace view running_findings as
select s.cluster, s.namespace, s.workload_kind, s.workload, s.pod, s.container, s.role, s.node, s.image, s.registry, s.repository, s.tag,
    s.manifest as digest, f.severity, f.vulnerability, f.title, f.package_type, f.package_name, f.installed_version, f.fixed_version,
    f.status, f.cause, f.cvss, f.epss, f.kev, f.scanners, f.first_seen, f.last_seen, s.last_scanned, s.deleted_at, s.drop_at,
    case when s.deleted_at is not null then 'the image is no longer in its registry: deploy one that is; '  else '' end
        || case when f.status = 'NotApplicable' then 'nothing: ' || coalesce(f.cause, 'set aside')
                when f.fixed_version is not null and f.package_name is not null
                    then 'update ' || f.package_name || ' from ' || coalesce(f.installed_version, '?') || ' to ' || f.fixed_version
                        || ' in ' || coalesce(s.repository, s.image) || ' and roll out ' || lower(s.workload_kind) || ' ' || s.workload
                when f.fix_status = 'WontFix' then 'there will be no fix: replace the package or accept the risk'
                else 'no fix is known yet: scan again, or replace the package' end as action,
    f.vulnerability_no, s.container_no
from running_status s
join running_manifest_findings f on f.manifest = coalesce(s.manifest, s.config_digest) and f.registry = s.registry and f.repository is not distinct from s.repository
where not s.dropped;
