-- title: Feeds on exploitation
-- description: Which issue of CISA's known exploited vulnerabilities and of FIRST's exploit prediction scores is stored, how old it is, and how many open findings it speaks of.
-- tags: risk, feeds
select f.feed, f.version, f.dated, date_diff('day', f.dated, argosy_now()) as days_old, f.loaded, f.entries,
    (select count(*) from subassessments s where s.status = 'Unhealthy'
        and case f.feed when 'cisa-kev' then s.kev else s.epss is not null end) as open_findings
from feeds f
order by f.feed
