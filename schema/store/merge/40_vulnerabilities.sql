-- The catalogue: one row per canonical id, filled from what the scanners say.
-- Runs for a part of the ids at a time, for their texts are long.
create or replace temp macro m_told() as table
select s.* replace (coalesce(a.canonical, s.canonical) as canonical, coalesce(s.told, g.told) as told)
from stage_advisories s left join argosy.alias_names a on a.id = s.canonical join stage_good g on g.file_no = s.file_no;

create or replace temp table m_canonical as
select canonical from m_told() where hash(canonical) % getvariable('parts') = getvariable('part')
union select canonical from m_moved where hash(canonical) % getvariable('parts') = getvariable('part');

create or replace temp table m_texts as
select distinct on (id, scanner) * from m_told()
where hash(canonical) % getvariable('parts') = getvariable('part') and canonical in (select vulnerability from m_mentioned)
order by id, scanner, told desc nulls last, file_no;

-- Scores of a report that names no source of them (Trivy's SARIF) do not take the place
-- of those of one that does, nor its details the place of the vendors' words.
create or replace temp macro m_sourced(cvss) as coalesce(contains(cvss::varchar, '"source"'), false);
create or replace temp macro m_better(cvss, than) as cvss is not null and (than is null or m_sourced(cvss) and not m_sourced(than));
create or replace temp macro m_extra(newer, older) as
    case when newer is null or older is null or not contains(older::varchar, '"VendorSeverity"') or contains(newer::varchar, '"VendorSeverity"') then coalesce(newer::json, older::json)
         else json_merge_patch(newer::json, json_object('VendorSeverity', json_extract(older::json, '$.VendorSeverity'))) end;

-- Reports of several forms in one run say together what they would say one by one.
create or replace temp table m_together as
select id, scanner, arg_max(title, told) as title, arg_max(description, told) as description, arg_max(cwes, told) as cwes, arg_max(refs, told) as refs,
    arg_max(published, told) as published, arg_max(modified, told) as modified,
    arg_max({cvss: cvss, cvss_v2: cvss_v2, cvss_v2_vector: cvss_v2_vector, cvss_v3: cvss_v3, cvss_v3_vector: cvss_v3_vector, cvss_v4: cvss_v4, cvss_v4_vector: cvss_v4_vector},
        (m_sourced(cvss), told)) filter (where cvss is not null) as scores,
    arg_max(extra, (contains(extra, '"VendorSeverity"'), told)) as extra
from m_told()
where hash(canonical) % getvariable('parts') = getvariable('part') and (id, scanner) in (select (id, scanner) from m_texts)
group by id, scanner having count(*) > 1;
update m_texts t set title = coalesce(t.title, r.title), description = coalesce(t.description, r.description), cwes = coalesce(t.cwes, r.cwes), refs = coalesce(t.refs, r.refs),
    published = coalesce(t.published, r.published), modified = coalesce(t.modified, r.modified), extra = m_extra(t.extra, r.extra)
from m_together r where r.id = t.id and r.scanner = t.scanner;
update m_texts t set cvss = r.scores.cvss, cvss_v2 = r.scores.cvss_v2, cvss_v2_vector = r.scores.cvss_v2_vector, cvss_v3 = r.scores.cvss_v3,
    cvss_v3_vector = r.scores.cvss_v3_vector, cvss_v4 = r.scores.cvss_v4, cvss_v4_vector = r.scores.cvss_v4_vector
from m_together r where r.id = t.id and r.scanner = t.scanner and m_better(r.scores.cvss, t.cvss);

-- What a newer report says takes the place of what an older one said, as far as
-- it says it; an older report that comes late fills what is missing.
update argosy.advisories a set
    title = coalesce(a.title, n.title), description = coalesce(a.description, n.description),
    cwes = coalesce(a.cwes, split_list(n.cwes)), "references" = coalesce(a."references", split_list(n.refs)),
    published = coalesce(a.published, n.published), modified = coalesce(a.modified, n.modified), extra = m_extra(a.extra, n.extra)
from m_texts n
where n.id = a.id and n.scanner = a.scanner and (n.told is null or n.told <= a.told)
  and (a.title is null and n.title is not null or a.description is null and n.description is not null
       or a.cwes is null and n.cwes is not null or a."references" is null and n.refs is not null or a.published is null and n.published is not null
       or a.modified is null and n.modified is not null or m_extra(a.extra, n.extra) is distinct from a.extra);
update argosy.advisories a set
    aliases = coalesce(split_list(n.aliases), a.aliases), title = coalesce(n.title, a.title), description = coalesce(n.description, a.description),
    cwes = coalesce(split_list(n.cwes), a.cwes), "references" = coalesce(split_list(n.refs), a."references"),
    published = coalesce(n.published, a.published), modified = coalesce(n.modified, a.modified), withdrawn = coalesce(n.withdrawn, a.withdrawn),
    epss = coalesce(n.epss, a.epss), epss_percentile = coalesce(n.epss_percentile, a.epss_percentile), epss_date = coalesce(n.epss_date, a.epss_date),
    kev = coalesce(n.kev, a.kev), kev_due = coalesce(n.kev_due, a.kev_due), extra = m_extra(n.extra, a.extra)
from m_texts n
where n.id = a.id and n.scanner = a.scanner and n.told > coalesce(a.told, timestamp '0001-01-01')
  and (n.title <> coalesce(a.title, '') or n.description <> coalesce(a.description, '')
       or n.aliases is distinct from array_to_string(a.aliases, chr(31)) or n.cwes is distinct from array_to_string(a.cwes, chr(31))
       or n.refs is distinct from array_to_string(a."references", chr(31)) or n.published is distinct from a.published
       or n.modified is distinct from a.modified or n.withdrawn is distinct from a.withdrawn or n.epss is distinct from a.epss
       or n.epss_date is distinct from a.epss_date or coalesce(n.kev, false) <> a.kev or n.kev_due is distinct from a.kev_due
       or n.extra is distinct from a.extra::varchar);
update argosy.advisories a set cvss = n.cvss::json, cvss_v2 = n.cvss_v2, cvss_v2_vector = n.cvss_v2_vector, cvss_v3 = n.cvss_v3,
    cvss_v3_vector = n.cvss_v3_vector, cvss_v4 = n.cvss_v4, cvss_v4_vector = n.cvss_v4_vector
from m_texts n
where n.id = a.id and n.scanner = a.scanner and n.cvss is distinct from a.cvss::varchar
  and case when n.told > coalesce(a.told, timestamp '0001-01-01') then not m_better(a.cvss, n.cvss)
           when n.told is null or n.told <= a.told then m_better(n.cvss, a.cvss) else false end;
update argosy.advisories a set told = n.told
from m_texts n where n.id = a.id and n.scanner = a.scanner and n.told > coalesce(a.told, timestamp '0001-01-01');

insert into argosy.advisories
select id, scanner, canonical, split_list(aliases), title, description, cvss::json, cvss_v2, cvss_v2_vector, cvss_v3, cvss_v3_vector,
    cvss_v4, cvss_v4_vector, split_list(cwes), split_list(refs), published, modified, withdrawn, epss, epss_percentile, epss_date,
    coalesce(kev, false), kev_due, extra::json, told
from m_texts where (id, scanner) not in (select (id, scanner) from argosy.advisories);

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
