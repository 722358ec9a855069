-- A newer issue of a feed takes the place of the older; an older one arriving
-- late changes nothing.
create temp table m_feeds as
select feed, arg_max(version, dated) as version, max(dated) as dated, arg_max(file_no, dated) as file_no
from stage_feeds where file_no in (select file_no from stage_good)
group by feed
having max(dated) >= coalesce((select max(f.dated) from argosy.feeds f where f.feed = stage_feeds.feed), timestamp '1970-01-01');

delete from argosy.known_exploited where 'cisa-kev' in (select feed from m_feeds);
insert into argosy.known_exploited
select distinct on (upper(s.id)) upper(s.id), s.added, s.due, s.ransomware, s.name, s.action
from stage_feeds s join m_feeds m using (feed, file_no) where feed = 'cisa-kev' order by upper(s.id);

delete from argosy.exploit_scores where 'first-epss' in (select feed from m_feeds);
insert into argosy.exploit_scores
select distinct on (upper(s.id)) upper(s.id), s.epss, s.percentile
from stage_feeds s join m_feeds m using (feed, file_no) where feed = 'first-epss' order by upper(s.id);

delete from argosy.feeds where feed in (select feed from m_feeds);
insert into argosy.feeds
select m.feed, m.version, m.dated, getvariable('run_started')::timestamp, getvariable('run_id'), count(*)
from m_feeds m join stage_feeds s using (feed, file_no) group by all;

-- What the newest issue of a feed no longer tells is as the scanners say.
create temp table m_known_as as
select vulnerability_id, upper(id) as id from argosy.vulnerabilities
union
select vulnerability_id, upper(unnest(aliases)) from argosy.vulnerabilities;
update argosy.vulnerabilities v set kev = a.kev, kev_due = a.kev_due
from (select v.vulnerability_id, coalesce(bool_or(a.kev), false) as kev, min(a.kev_due) as kev_due
      from argosy.vulnerabilities v left join argosy.advisories a on a.canonical = v.id where v.kev group by v.vulnerability_id) a
where a.vulnerability_id = v.vulnerability_id and 'cisa-kev' in (select feed from m_feeds)
  and v.vulnerability_id not in (select vulnerability_id from m_known_as join argosy.known_exploited using (id))
  and (v.kev is distinct from a.kev or v.kev_due is distinct from a.kev_due);
update argosy.vulnerabilities v set epss = a.epss, epss_percentile = a.percentile, epss_date = a.dated
from (select v.vulnerability_id, arg_max(a.epss, a.epss_date) as epss, arg_max(a.epss_percentile, a.epss_date) as percentile, max(a.epss_date) as dated
      from argosy.vulnerabilities v left join argosy.advisories a on a.canonical = v.id where v.epss is not null group by v.vulnerability_id) a
where a.vulnerability_id = v.vulnerability_id and 'first-epss' in (select feed from m_feeds)
  and v.vulnerability_id not in (select vulnerability_id from m_known_as join argosy.exploit_scores using (id))
  and (v.epss is distinct from a.epss or v.epss_date is distinct from a.dated);
