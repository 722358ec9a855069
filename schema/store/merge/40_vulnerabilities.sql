-- The catalogue: one row per canonical id, filled from what the scanners say.
-- Runs for a part of the ids at a time, for their texts are long.
create or replace temp macro m_told() as table
select s.* replace (coalesce(a.canonical, s.canonical) as canonical)
from stage_advisories s left join argosy.alias_names a on a.id = s.canonical;

create or replace temp table m_canonical as
select canonical from m_told() where hash(canonical) % getvariable('parts') = getvariable('part')
union select canonical from m_moved where hash(canonical) % getvariable('parts') = getvariable('part');

insert into argosy.advisories
select id, scanner, canonical, split_list(aliases), title, description, cvss::json, cvss_v2, cvss_v2_vector, cvss_v3, cvss_v3_vector,
    cvss_v4, cvss_v4_vector, split_list(cwes), split_list(refs), published, modified, withdrawn, epss, epss_percentile, epss_date,
    coalesce(kev, false), kev_due, extra::json
from (select distinct on (id, scanner) * from m_told() where hash(canonical) % getvariable('parts') = getvariable('part') order by id, scanner, file_no)
where canonical in (select vulnerability from m_mentioned) and (id, scanner) not in (select (id, scanner) from argosy.advisories);

insert into argosy.vulnerabilities (vulnerability_id, id, kev)
select (select coalesce(max(vulnerability_id), 0) from argosy.vulnerabilities) + row_number() over (order by id), id, false
from (select vulnerability as id from m_mentioned where hash(vulnerability) % getvariable('parts') = getvariable('part')
      union select canonical from argosy.advisories where canonical in (select canonical from m_canonical))
where id not in (select id from argosy.vulnerabilities);

update argosy.vulnerabilities v set
    aliases = b.aliases, title = b.title, description = b.description,
    cvss_v2 = b.cvss_v2, cvss_v2_vector = b.cvss_v2_vector, cvss_v3 = b.cvss_v3, cvss_v3_vector = b.cvss_v3_vector,
    cvss_v4 = b.cvss_v4, cvss_v4_vector = b.cvss_v4_vector, cwes = b.cwes, "references" = b.refs,
    published = b.published, modified = b.modified, withdrawn = b.withdrawn,
    epss = b.epss, epss_percentile = b.epss_percentile, epss_date = b.epss_date, kev = b.kev or v.kev, kev_due = coalesce(b.kev_due, v.kev_due)
from (
    select canonical,
        -- Another CVE is another vulnerability, whatever a list says.
        list_sort(list_distinct(list_filter(list_concat(list(id), flatten(list(coalesce(aliases, [])))),
            lambda x: x <> canonical and not (starts_with(canonical, 'CVE-') and x ilike 'CVE-%')))) as aliases,
        arg_min(title, rank) as title, arg_min(description, rank) as description,
        arg_min(cvss_v2, rank) as cvss_v2, arg_min(cvss_v2_vector, rank) as cvss_v2_vector,
        arg_min(cvss_v3, rank) as cvss_v3, arg_min(cvss_v3_vector, rank) as cvss_v3_vector,
        arg_min(cvss_v4, rank) as cvss_v4, arg_min(cvss_v4_vector, rank) as cvss_v4_vector,
        arg_min(cwes, rank) as cwes, arg_min("references", rank) as refs, min(published) as published, max(modified) as modified,
        max(withdrawn) as withdrawn, arg_max(epss, epss_date) as epss, arg_max(epss_percentile, epss_date) as epss_percentile,
        max(epss_date) as epss_date, bool_or(kev) as kev, min(kev_due) as kev_due
    from (select *, case when id = canonical then 0 else 10 end
              + case scanner when 'trivy' then 1 when 'grype' then 2 when 'defender' then 3 else 4 end as rank
          from argosy.advisories where canonical in (select canonical from m_canonical))
    group by canonical) b
where b.canonical = v.id;
