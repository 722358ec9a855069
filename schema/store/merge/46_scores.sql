-- Feeds reach vulnerabilities by their id and their aliases. A feed knows
-- better than a scanner's database which is older than it.
create temp table m_called as
select vulnerability_id, upper(id) as id from argosy.vulnerabilities
union
select vulnerability_id, upper(unnest(aliases)) from argosy.vulnerabilities;

update argosy.vulnerabilities v set kev = true, kev_due = coalesce(k.due, v.kev_due)
from (select vulnerability_id, min(due) as due from m_called join argosy.known_exploited using (id) group by vulnerability_id) k
where k.vulnerability_id = v.vulnerability_id and (not v.kev or v.kev_due is distinct from coalesce(k.due, v.kev_due));

update argosy.vulnerabilities v set epss = s.epss, epss_percentile = s.percentile, epss_date = s.dated
from (select vulnerability_id, max(epss) as epss, max(percentile) as percentile, any_value(dated) as dated
      from m_called join argosy.exploit_scores using (id), (select max(dated) as dated from argosy.feeds where feed = 'first-epss')
      group by vulnerability_id) s
where s.vulnerability_id = v.vulnerability_id and (v.epss_date is null or v.epss_date <= s.dated) and (v.epss is distinct from s.epss or v.epss_date is distinct from s.dated);
