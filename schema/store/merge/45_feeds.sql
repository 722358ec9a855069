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
