-- What the texts that came along say of the severity of findings that were here.
insert into stage_rows (vulnerability)
select distinct a.canonical from argosy.advisories a anti join g_advisories_had h on h.id = a.id and h.scanner = a.scanner;
create temp table m_several as
select finding from argosy.findings join argosy.vulnerabilities v using (vulnerability_id)
where fixed_at is null and v.id in (select vulnerability from stage_rows);
