-- Each scan in its place in time among the scans of its image by its scanner.
-- One of the very same time adds to what is known; an older one is woven in
-- between, unless history of its time was pruned.
create temp table m_known_scans as
select image_id, scanner, scanned_at as seen_at, not bool_or(partial) as complete
from argosy.scans where state <> 'late' and image_id in (select image_id from m_ids) group by all;

create temp table m_scans as
select s.scan_no, i.image_id, s.scanner, s.scanned_at as seen_at, l.location_id,
    case when s.scanned_at < h.horizon then 'late' when k.seen_at is not null then 'same' when s.scanned_at < n.newest then 'woven' else 'merged' end as state,
    s.time_source = 'pruned' or bool_or(s.partial and s.time_source <> 'pruned') over (partition by i.image_id, s.scanner order by s.scanned_at
        range between interval 24 hours preceding and interval 24 hours following) as partial
from stage_scans s
join m_ids i using (image_key)
cross join (select coalesce(max(horizon), timestamp '1970-01-01') as horizon from argosy.prunings) h
left join argosy.locations l on l.image_id = i.image_id and l.registry = s.registry and l.repository = s.repository
left join m_known_scans k on k.image_id = i.image_id and k.scanner = s.scanner and k.seen_at = s.scanned_at
left join (select image_id, scanner, max(seen_at) as newest from m_known_scans group by all) n on n.image_id = i.image_id and n.scanner = s.scanner;

-- The moments of the run, with the next complete scan that is known already:
-- from there on what is known stands. Those that are complete break off what
-- they do not see.
create temp table m_times as
select t.*, n.seen_at as next_known
from (select image_id, scanner, seen_at, bool_or(state = 'same') as same, not bool_or(partial) and not bool_or(state = 'same') as complete
      from m_scans where state <> 'late' group by all) t
asof left join (select * from m_known_scans where complete) n on n.image_id = t.image_id and n.scanner = t.scanner and t.seen_at < n.seen_at;

create temp table m_breaks as select image_id, scanner, seen_at from m_times where complete;
create temp table m_anchors as select distinct image_id, scanner, next_known as seen_at from m_times where next_known is not null;

-- How far the run reaches into each history. A first scan of all needs no
-- comparison.
create temp table m_reach as
select image_id, scanner, min(seen_at) as since, case when count(*) = count(next_known) then max(next_known) end as until,
    count(next_known) > 0 as woven,
    -- One scan, newer than all that is known and no part of one.
    count(*) = 1 and count(next_known) = 0 and not bool_or(same) as once,
    count(*) = 1 and (image_id, scanner) not in (select (image_id, scanner) from m_known_scans) as simple
from m_times group by image_id, scanner;

-- The staged names that are kept under another id.
create temp table m_named as
select id, canonical from argosy.alias_names where id in (select vulnerability from stage_rows where not starts_with(vulnerability, 'CVE-'));
