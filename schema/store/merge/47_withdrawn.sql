-- What the newest issue of a feed no longer tells is as the scanners say.
update argosy.vulnerabilities v set kev = a.kev, kev_due = a.kev_due
from (select v.vulnerability_id, coalesce(bool_or(a.kev), false) as kev, min(a.kev_due) as kev_due
      from argosy.vulnerabilities v left join argosy.advisories a on a.canonical = v.id where v.kev group by v.vulnerability_id) a
where a.vulnerability_id = v.vulnerability_id and 'cisa-kev' in (select feed from m_feeds)
  and v.vulnerability_id not in (select vulnerability_id from m_called join argosy.known_exploited using (id))
  and (v.kev is distinct from a.kev or v.kev_due is distinct from a.kev_due);
update argosy.vulnerabilities v set epss = a.epss, epss_percentile = a.percentile, epss_date = a.dated
from (select v.vulnerability_id, arg_max(a.epss, a.epss_date) as epss, arg_max(a.epss_percentile, a.epss_date) as percentile, max(a.epss_date) as dated
      from argosy.vulnerabilities v left join argosy.advisories a on a.canonical = v.id where v.epss is not null group by v.vulnerability_id) a
where a.vulnerability_id = v.vulnerability_id and 'first-epss' in (select feed from m_feeds)
  and v.vulnerability_id not in (select vulnerability_id from m_called join argosy.exploit_scores using (id))
  and (v.epss is distinct from a.epss or v.epss_date is distinct from a.dated);
