-- One run of the other database, staged as if its reports were read again: each
-- scan with the findings that were open by what its scanner said then. Of scans
-- that were pruned there is left what began and what ended with them: partial
-- looks, which are not recorded.
create or replace temp table g_turns as
select distinct image_id, scanner, unnest([valid_from, valid_to]) as scanned_at, unnest([coalesce(run_from, 0), coalesce(run_to, 0)]) as run_id
from other.sightings where exists (from other.prunings);
create or replace temp table g_scans as
select row_number() over (order by scan_id, image_id, scanner, scanned_at)::integer as scan_no, * from (
    select * from other.scans where run_id = getvariable('other_run') and state <> 'late'
    union all by name
    select *, '' as path, 'pruned' as time_source, 'merged' as state, true as partial, 0 as rows_read, 0 as findings
    from (select * replace (case when run_id = 0 then (select min(other_run) from g_runs where kind = 'ingest' and not known) else run_id end as run_id) from g_turns
          where scanned_at is not null)
    where run_id = getvariable('other_run') and (image_id, scanner, scanned_at) not in (select (image_id, scanner, scanned_at) from other.scans where state <> 'late'));

insert into stage_scans by name
select s.scan_no, s.path, i.kind, i.image_key, i.name, l.registry, l.repository, nullif(array_to_string(l.tags, chr(31)), '') as tag, i.digest, i.config_digest,
    nullif(array_to_string(i.index_digests, chr(31)), '') as index_digests, nullif(array_to_string(i."references", chr(31)), '') as refs,
    i.os, i.architecture, i.variant, i.distribution, i.distribution_version, i.end_of_life, i.size,
    nullif(array_to_string(i.layers, chr(31)), '') as layers, nullif(array_to_string(i.diff_ids, chr(31)), '') as diff_ids, i.labels::varchar as labels,
    i.created, i.pushed, i.pulled, l.registry_id, l.subscription_id, l.resource_group, l.tenant_id,
    s.scanner, s.scanner_version, s.database_version, s.scanned_at, s.time_source, s.partial, s.incomplete, s.rows_read as row_count, s.findings as finding_count
from g_scans s join other.images i using (image_id) join other.locations l on l.image_id = i.image_id and l.is_primary;

-- A complete scan saw what was open then; one that was partial saw what begins,
-- and took away what ends.
create or replace temp table g_looks as
select distinct on (image_id, scanner, scanned_at) * from g_scans order by image_id, scanner, scanned_at, partial, scan_no;
create or replace temp table g_seen as
select z.scan_no, false as gone, g.*
from g_looks z join other.sightings g on g.image_id = z.image_id and g.scanner = z.scanner
where g.valid_from <= z.scanned_at and (g.valid_to is null or g.valid_to > z.scanned_at) and (not z.partial or g.valid_from = z.scanned_at)
union all
select z.scan_no, true, g.*
from g_looks z join other.sightings g on g.image_id = z.image_id and g.scanner = z.scanner and g.valid_to = z.scanned_at
where z.partial and not exists (from other.sightings n where n.finding = g.finding and n.scanner = g.scanner and n.named is not distinct from g.named and n.valid_from = g.valid_to);

create or replace temp table g_rows as
select row_number() over () - 1 as row_no, s.*, f.kind, f.package_type, argosy.canonical_name(f.package_type, f.package_name, f.purl) as package_name,
    argosy.canonical_version(f.package_type, f.installed_version) as installed_version, f.purl, f.paths, f.layer, f.running, f.vulnerability_id
from g_seen s join other.findings f on f.finding = s.finding;

insert into stage_rows by name
select r.row_no, r.scan_no, coalesce(r.named, v.id) as vulnerability, r.kind, r.package_type, r.package_name, r.installed_version, r.fixed_version, r.fix_status, r.purl,
    nullif(array_to_string(r.paths, chr(31)), '') as paths, r.layer, r.severity::varchar as severity, r.severity_raw, r.severity_source, r.cvss, r.status, r.words, r.running, r.gone
from g_rows r join other.vulnerabilities v using (vulnerability_id);
insert into stage_details by name
select row_no, scan_no, 0 as bytes, status_cause, status_reason from g_rows where coalesce(status_cause, status_reason) is not null;
