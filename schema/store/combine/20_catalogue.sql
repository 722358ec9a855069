insert into stage_good values (1, null);
set variable run_id = (select coalesce(min(run_id), 0) from g_runs where not known and kind = 'ingest');

-- What the other database's scanners said of vulnerabilities, staged like the
-- texts of a run.
insert into stage_advisories by name
select 1 as file_no, id, scanner, canonical, nullif(array_to_string(aliases, chr(31)), '') as aliases, title, description, cvss::varchar as cvss,
    cvss_v2, cvss_v2_vector, cvss_v3, cvss_v3_vector, cvss_v4, cvss_v4_vector, nullif(array_to_string(cwes, chr(31)), '') as cwes,
    nullif(array_to_string("references", chr(31)), '') as refs, published, modified, withdrawn, epss, epss_percentile, epss_date, kev, kev_due, extra::varchar as extra, told
from other.advisories
where exists (from g_runs where not known and kind = 'ingest');
create or replace temp table m_mentioned as
select id as vulnerability, true as current from other.vulnerabilities where exists (from g_runs where not known and kind = 'ingest');
