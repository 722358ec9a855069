-- A year of weekly scans of 2,000 images by two scanners, written straight into
-- the tables as ingest would have left them. Everything follows from hashes of
-- numbers, so that it is the same each time.
create or replace temp macro week(w) as timestamp '2025-11-17 04:00:00' + to_days((7 * w)::integer);
create or replace temp macro pick(n, salt, of_) as (hash(n, salt) % of_)::integer;

insert into runs select w + 1, week(w) + interval 1 hour, week(w) + interval 2 hours, 'complete', 'bench', 'reports', 4000, 2000000, 1600000, 0 from range(52) t(w);
insert into run_files select w + 1, 'reports/' || w || '/' || s || '-' || i || '.json', s, '1', 'stored', [s], 1, 500, 500, 0, 0, 500000, week(w), null
from range(52) t(w), (values ('trivy'), ('grype')) v(s), range(1, 2001) j(i) where i % 10 = 0;
insert into images (image_id, image_key, kind, name, digest, config_digest, index_digests, "references", os, architecture, variant, distribution, distribution_version, end_of_life, size,
    layers, labels, created, pushed, pulled, first_seen, last_seen, last_scanned, deleted)
select i, 'sha256:' || sha256(i::varchar), 'image', 'registry' || i % 4 || '.example.com/team' || i % 20 || '/app' || i % 400 || ':1.' || i // 400, 'sha256:' || sha256(i::varchar),
    'sha256:' || sha256('config' || i), null, null, 'linux', 'amd64', null, case when i % 400 % 3 = 0 then 'alpine' else 'debian' end, '12', i % 50 = 0, 100000000 + i,
    ['sha256:' || sha256('base' || i % 20), 'sha256:' || sha256('app' || i)], json_object('com.example.team', 'team' || i % 20), week(0) - interval 30 days, week(0) - interval 20 days,
    week(51), week(0), week(51), week(51), null
from range(1, 2001) t(i);
insert into locations (location_id, image_id, is_primary, registry, repository, registry_name, registry_id, tenant_id, subscription_id, resource_group, tags, first_seen, last_seen)
select i + case when second then 2000 else 0 end, i, not second, host, repository, host, '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/argosy/providers/Microsoft.ContainerRegistry/registries/' || host,
    '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 'argosy', ['1.' || i // 400], week(0), week(51)
from (select i, false as second, 'registry' || i % 4 || '.example.com' as host, 'team' || i % 20 || '/app' || i % 400 as repository from range(1, 2001) t(i)
      union all select i, true, 'mirror.example.com', 'team' || i % 20 || '/app' || i % 400 from range(1, 2001) t(i) where i % 10 = 0);
insert into scans
select row_number() over (order by w, s, i), w + 1, 'reports/' || w || '/' || s || '-' || i || '.json', i, s, '1', null, week(w) + case s when 'grype' then interval 1 hour else interval 0 hour end,
    'report', 'merged', false, null, 500, 500
from range(52) t(w), (values ('trivy'), ('grype')) v(s), range(1, 2001) j(i);
insert into vulnerabilities (vulnerability_id, id, aliases, title, description, cvss_v3, cvss_v3_vector, cwes, "references", published, modified, epss, epss_percentile, epss_date, kev, kev_due)
select v, 'CVE-' || 2019 + v % 7 || '-' || 10000 + v, case when v % 5 = 0 then ['GHSA-' || lower(left(sha1(v::varchar), 4)) || '-bbbb-cccc'] end, 'A flaw of kind ' || v % 40 || ' in package' || v % 800,
    repeat('What is written about the flaw and how it is used. ', 8), (v % 100) / 10.0, 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', ['CWE-' || v % 200], ['https://example.org/' || v],
    week(0) - to_days((v % 1500)::integer), week(0), (v % 997) / 1000.0, (v % 997) / 997.0, week(51), v % 100 = 7, case when v % 100 = 7 then week(40) end
from range(1, 6001) t(v);

-- One row per finding: opened, closed, opened again; when the words change. The
-- five images of a repository hold the same packages, each with four flaws.
create temp table g as
select *, argosy.uuid_of(concat_ws(chr(10), 'sha256:' || sha256(image_id::varchar), vulnerability_id, package_type, package_name, installed_version)) as finding,
    (case pick(vulnerability_id, 9, 20) when 0 then 'Critical' when 1 then 'High' when 2 then 'High' when 3 then 'High' when 4 then 'High' when 5 then 'High' when 6 then 'Low' when 7 then 'Low'
        when 8 then 'Low' when 9 then 'Low' when 10 then 'Low' when 11 then 'Unknown' else 'Medium' end)::argosy.severity as severity,
    pick(n, 6, 100) < 60 as by_both, case when pick(n, 5, 100) < 4 then opened + 1 + pick(n, 15, 20) end as changed
from (
    select *, 1 + ((slot * 7 + image_id % 400 % 90 * 31) % 6000)::integer as vulnerability_id, case when image_id % 400 % 3 = 0 then 'apk' else 'deb' end as package_type,
        'package' || (slot // 4 * 7 + image_id % 400 % 90 * 31) % 800 as package_name, '1.' || pick(image_id % 400 % 90, 11, 30) || '.' || slot // 4 % 10 as installed_version,
        case when pick(n, 2, 1000) < 230 then opened + 1 + pick(n, 12, (51 - opened)::ubigint + 1) end as closed
    from (select n, (n % 2000 + 1)::integer as image_id, n // 2000 as slot, case when pick(n, 1, 1000) < 550 then 0 else pick(n, 13, 51) end as opened from range(1280000) t(n)));
update g set closed = null where closed > 51;
create temp table o as
select *, 1 as no from g
union all
select * replace (closed + 1 as opened, null as closed), 2 from g where closed < 50 and pick(n, 3, 100) < 4;
insert into spans select finding, image_id, no, week(opened), week(closed) + case when by_both then interval 1 hour else interval 0 hour end, opened + 1, closed + 1,
    case when word_changed and severity < 'Critical'::argosy.severity then null else severity end,
    case when vulnerability_id % 10 >= 7 then false when word_changed then null else changed is null end
from (select *, coalesce(changed > opened and changed < coalesce(closed, 52), false) as word_changed from o) order by opened, n, no;

create temp table s as
select o.*, scanner, part, case when part = 2 then changed else opened end as since, case when part = 1 and changed < coalesce(closed, 52) and changed > opened then changed else closed end as until
from o, (values ('trivy'), ('grype')) v(scanner), (values (1), (2)) p(part)
where (scanner = 'trivy' or by_both) and (part = 1 or changed > opened and changed < coalesce(closed, 52));
insert into sightings (finding, image_id, scanner, valid_from, valid_to, words, severity, severity_raw, severity_source, cvss, fixed_version, fix_status, status, status_cause, status_reason,
    run_from, run_to, named)
select finding, image_id, scanner, week(since) + hour, week(until) + hour, hash(n, part), case when part = 2 and severity < 'Critical'::argosy.severity then enum_range(null::argosy.severity)[enum_code(severity) + 2] else severity end, upper(severity::varchar), 'nvd', 5.5,
    case when vulnerability_id % 10 < 7 and (part = 2 or changed is null) then '2.' || vulnerability_id % 20 end, case when vulnerability_id % 10 < 7 then 'FixAvailable' else 'Unknown' end, 'Unhealthy', null, null,
    since + 1, until + 1, null
from (select *, case scanner when 'grype' then interval 1 hour else interval 0 hour end as hour from s) order by since, n;

insert into findings (finding, image_id, vulnerability_id, kind, package_type, package_name, installed_version, fixed_version, fix_status, purl, paths, layer, severity, severity_raw, severity_source,
    cvss, status, scanners, first_seen, last_seen, fixed_at, reopened_at, fix_since, severity_nvd, severity_highest)
select g.finding, image_id, vulnerability_id, 'vulnerability', package_type, package_name, installed_version,
    case when vulnerability_id % 10 < 7 and (l.part = 2 or g.changed is null) then '2.' || vulnerability_id % 20 end,
    case when vulnerability_id % 10 < 7 then 'FixAvailable' else 'Unknown' end, 'pkg:' || package_type || '/debian/' || package_name || '@' || installed_version, null, 'sha256:' || sha256('base' || image_id % 20),
    l.severity, upper(l.severity::varchar), 'nvd', 5.5, 'Unhealthy', case when by_both then ['grype', 'trivy'] else ['trivy'] end, week(opened), week(coalesce(l.until, 52) - 1), week(l.until),
    case when l.no = 2 then week(l.since) end, case when vulnerability_id % 10 < 7 then week(opened) end, l.severity, l.severity
from g join (
    select finding, arg_max(sv, since) as severity, arg_max_null(until, since) as until, arg_max(part, since) as part, max(no) as no, max(since) as since
    from (select *, case when part = 2 and severity < 'Critical'::argosy.severity then enum_range(null::argosy.severity)[enum_code(severity) + 2] else severity end as sv from s where scanner = 'trivy') group by finding) l on l.finding = g.finding
order by opened, n;

-- What registries and clusters hold.
insert into registries select 'registry' || r || '.example.com', week(0), week(51), week(51) from range(4) t(r);
insert into repositories select 'registry' || a % 4 || '.example.com', 'team' || a % 20 || '/app' || a, week(0), week(51), week(51), null from range(400) t(a);
insert into manifests (digest, media_type, kind, size, config_digest, os, architecture, created, layer_count, layer_bytes, first_seen)
select 'sha256:' || sha256(i::varchar), 'application/vnd.oci.image.manifest.v1+json', 'image', 1000, 'sha256:' || sha256('config' || i), 'linux', 'amd64', week(0), 2, 100000000, week(0) from range(1, 2501) t(i);
insert into repository_manifests
select 'registry' || i % 4 || '.example.com', 'team' || i % 20 || '/app' || i % 400, 'sha256:' || sha256(i::varchar), week(0), week(51), week(51), week(20), week(50), null from range(1, 2501) t(i);
insert into repository_tags
select 'registry' || i % 4 || '.example.com', 'team' || i % 20 || '/app' || i % 400, '1.' || i // 400, 'sha256:' || sha256(i::varchar), week(0), week(51), null, week(20), week(50) from range(1, 2501) t(i);
insert into clusters select 'cluster' || c, '/subscriptions/0/resourceGroups/k/providers/Microsoft.ContainerService/managedClusters/cluster' || c, week(0), week(51) from range(3) t(c);
insert into containers (cluster, namespace, workload_kind, workload, pod, container, role, image, image_id, registry, repository, tag, digest, state, first_seen, last_seen)
select 'cluster' || c % 3, 'namespace' || c % 30, 'Deployment', 'app' || c % 400, 'app' || c % 400 || '-' || c, 'app', 'container', 'registry' || i % 4 || '.example.com/team' || i % 20 || '/app' || i % 400 || ':1.' || i // 400,
    'sha256:' || sha256(i::varchar), 'registry' || i % 4 || '.example.com', 'team' || i % 20 || '/app' || i % 400, '1.' || i // 400, 'sha256:' || sha256(i::varchar), 'running', week(40), week(51)
from (select c, c % 800 + 1 as i from range(1000) t(c));
