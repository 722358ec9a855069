-- What the texts that came along say of the severity of findings that were here.
create temp table m_mentioned as
select distinct a.canonical as vulnerability from argosy.advisories a anti join g_advisories_had h on h.id = a.id and h.scanner = a.scanner;
create temp table m_several as
select finding from argosy.findings join argosy.vulnerabilities v using (vulnerability_id)
where fixed_at is null and v.id in (select vulnerability from m_mentioned);
