-- VEX statements of this run. A newer issue of a document takes back what it
-- no longer says; an older one that comes late says nothing more.
create temp table m_statements as
select * exclude (origin, known), md5(concat_ws(chr(31), 'vex', document, coalesce(vulnerability, ''), coalesce(product, ''), coalesce(digest, ''), coalesce(registry, ''),
    coalesce(repository, ''), coalesce(tag, ''), coalesce(purl, ''), coalesce(package_type, ''), coalesce(package_name, ''),
    coalesce(package_version, ''), status, coalesce(justification, ''), coalesce(impact, ''), stated::varchar)) as key
from (
    select distinct on (s.statement_no, product, digest, registry, repository, tag, purl, package_name, package_version)
        -- One that has no id is known by what it says: another without an id is another.
        s.* replace (coalesce(s.document, 'unnamed ' || u.word) as document,
            greatest(s.issued, max(s.stated) over (partition by s.file_no, s.document)) as issued)
    from stage_statements s
    left join (
        select file_no, left(md5(string_agg(concat_ws(chr(31), coalesce(vulnerability, ''), coalesce(product, ''), coalesce(digest, ''), coalesce(repository, ''),
            coalesce(purl, ''), coalesce(package_name, ''), coalesce(package_version, ''), status, coalesce(justification, ''), coalesce(impact, '')), chr(30)
            order by statement_no, product, purl, package_name)), 12) as word
        from stage_statements where document is null group by file_no) u using (file_no)
    where file_no in (select file_no from stage_good))
left join (select origin, max(issued) as known from argosy.exemptions where source = 'vex' group by origin) k on k.origin = document
qualify issued = max(issued) over (partition by document) and coalesce(issued >= known, true);

update argosy.exemptions e set removed = getvariable('run_started')::timestamp, removed_by = 'a newer issue of the document'
from (select distinct document, issued from m_statements) d
where e.source = 'vex' and e.removed is null and e.origin = d.document and coalesce(e.issued, e.stated) <= d.issued
  and e.exemption_key not in (select key from m_statements);
update argosy.exemptions e set issued = m.issued
from (select distinct key, issued from m_statements) m
where e.exemption_key = m.key and e.removed is null and e.issued is distinct from m.issued;

insert into argosy.exemptions
select (select coalesce(max(exemption_id), 0) from argosy.exemptions) + row_number() over (order by statement_no, product, purl, package_name),
    key, 'vex', document, place, vulnerability, split_list(aliases), product, digest, registry, repository, tag, purl, package_type,
    package_name, package_version, null, null, status, justification, coalesce(impact, action, justification, status),
    coalesce(author, document), stated, getvariable('run_started')::timestamp, null, null, null, 0, issued
from (select distinct on (key) * from m_statements order by key, statement_no)
where key not in (select exemption_key from argosy.exemptions where removed is null);
