-- A vulnerability answers to all names that it goes by.
update argosy.vulnerabilities v set aliases = list_sort(list_distinct(list_concat(coalesce(v.aliases, []), n.ids)))
from (select canonical, list(id) as ids from argosy.alias_names group by canonical) n
where n.canonical = v.id and not list_has_all(coalesce(v.aliases, []), n.ids);
