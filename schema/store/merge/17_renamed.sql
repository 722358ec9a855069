-- Texts follow, unless an advisory's own list names its one CVE.
update argosy.advisories a set canonical = n.canonical
from m_renamed n
where n.id = a.id and a.canonical <> n.canonical
  and len(list_distinct(list_transform(list_filter(coalesce(a.aliases, []), lambda x: x ilike 'CVE-%'), lambda x: upper(x)))) <> 1;
delete from argosy.vulnerabilities
where id in (select id from m_renamed where canonical <> id) and vulnerability_id not in (select vulnerability_id from argosy.findings);
