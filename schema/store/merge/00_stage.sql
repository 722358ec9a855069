-- The staging tables: what the decoded documents of one run hold, before it is
-- known what is new. They live in memory (and spill beside the database).
create table stage_scans (
    scan_no integer, file_no bigint, path varchar, kind varchar, image_key varchar, name varchar,
    registry varchar, repository varchar, tag varchar, digest varchar, config_digest varchar,
    index_digests varchar, refs varchar, os varchar, architecture varchar, variant varchar,
    distribution varchar, distribution_version varchar, end_of_life boolean, size bigint,
    layers varchar, diff_ids varchar, labels varchar, created timestamp, pushed timestamp, pulled timestamp,
    registry_id varchar, subscription_id varchar, resource_group varchar, tenant_id varchar,
    scanner varchar, scanner_version varchar, database_version varchar, scanned_at timestamp,
    time_source varchar, partial boolean, incomplete varchar, row_count bigint, finding_count bigint
);
create type finding_kind as enum ('vulnerability', 'secret', 'misconfiguration');
create type fix_state as enum ('Unknown', 'FixAvailable', 'NoFixAvailable', 'Scheduled', 'WontFix');
create type finding_severity as enum ('Unknown', 'Low', 'Medium', 'High', 'Critical');
create type finding_state as enum ('Unhealthy', 'Healthy', 'NotApplicable');
create table stage_rows (
    row_no bigint, scan_no integer, finding uuid, vulnerability varchar, kind finding_kind,
    package_type varchar, package_name varchar, installed_version varchar, fixed_version varchar,
    fix_status fix_state, purl varchar, paths varchar, layer varchar, severity finding_severity,
    severity_raw varchar, severity_source varchar, cvss double, status finding_state, words ubigint, running varchar, gone boolean
);
create table stage_details (
    row_no bigint, scan_no integer, bytes bigint, reported_id varchar, aliases varchar, status_cause varchar, status_reason varchar,
    assessment_key varchar, display_name varchar, published timestamp,
    row_id varchar, row_name varchar, row_type varchar, row_properties varchar, extra varchar
);
create table stage_advisories (
    file_no bigint, id varchar, scanner varchar, canonical varchar, aliases varchar, title varchar, description varchar,
    cvss varchar, cvss_v2 double, cvss_v2_vector varchar, cvss_v3 double, cvss_v3_vector varchar,
    cvss_v4 double, cvss_v4_vector varchar, cwes varchar, refs varchar,
    published timestamp, modified timestamp, withdrawn timestamp,
    epss double, epss_percentile double, epss_date timestamp, kev boolean, kev_due timestamp, extra varchar, told timestamp
);
create table stage_resources (
    seq bigint, file_no bigint, row_key varchar, table_name varchar, id varchar, name varchar, type varchar, tenant_id varchar,
    kind varchar, location varchar, resource_group varchar, subscription_id varchar, managed_by varchar,
    sku varchar, plan varchar, properties varchar, tags varchar, identity varchar, zones varchar,
    extended_location varchar, seen_at timestamp, gone boolean, has_findings boolean
);
-- told is the time of the newest scan in the file.
create table stage_good (file_no bigint, told timestamp);
create macro split_list(s) as case when s is null then null else string_split(s, chr(31)) end;
-- Paths joined of several rows. Some scanners write the paths of an image from its root, some without the slash.
create macro join_paths(l) as list_sort(list_filter(list_distinct(l), lambda p: not list_contains(l, '/' || p)));
create table stage_statements (
    statement_no bigint, file_no bigint, document varchar, author varchar, stated timestamp, issued timestamp, place varchar,
    vulnerability varchar, aliases varchar, status varchar, justification varchar, impact varchar, action varchar,
    product varchar, digest varchar, registry varchar, repository varchar, tag varchar,
    purl varchar, package_type varchar, package_name varchar, package_version varchar
);
create table stage_feeds (
    file_no bigint, feed varchar, version varchar, dated timestamp, id varchar, epss double, percentile double,
    added timestamp, due timestamp, ransomware boolean, name varchar, action varchar
);
