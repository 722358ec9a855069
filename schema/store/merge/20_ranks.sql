-- Each scan in its place in time among the scans of its image by its scanner.
-- Rank 0 is what the database knows; ranks from 1 are newer scans. A scan of
-- the very same time adds to what is known; an older one changes nothing.
create temp table m_scans as
select s.scan_no, i.image_id, s.scanner, s.scanned_at as seen_at, l.location_id,
    case when k.known is null or s.scanned_at > k.known then 'merged' when s.scanned_at = k.known then 'same' else 'late' end as state,
    bool_or(s.partial) over (partition by i.image_id, s.scanner order by s.scanned_at
        range between interval 24 hours preceding and interval 24 hours following) as partial
from stage_scans s
join m_ids i using (image_key)
left join argosy.locations l on l.image_id = i.image_id and l.registry = s.registry and l.repository = s.repository
left join (select image_id, scanner, max(scanned_at) as known from argosy.scans where state <> 'late' group by all) k
    on k.image_id = i.image_id and k.scanner = s.scanner;

create temp table m_ranks as
select image_id, scanner, rank, seen_at, complete,
    sum(complete::int) over (partition by image_id, scanner order by rank) as completes,
    min(case when complete then seen_at end) over (partition by image_id, scanner order by rank rows between 1 following and unbounded following) as next_complete,
    count(*) over (partition by image_id, scanner) = 1 and rank = 1
        and (image_id, scanner) not in (select (image_id, scanner) from argosy.scans where state <> 'late') as simple
from (
    select image_id, scanner, case when state = 'same' then 0 else dense_rank() over (partition by image_id, scanner, state order by seen_at) end as rank,
        seen_at, not bool_or(partial) as complete
    from m_scans where state <> 'late' group by image_id, scanner, state, seen_at
    union all
    -- The known state stands at rank 0 even when no scan of this run repeats it.
    select k.image_id, k.scanner, 0, k.seen_at, true
    from (select image_id, scanner, max(scanned_at) as seen_at from argosy.scans where state <> 'late' group by all) k
    where (k.image_id, k.scanner) in (select (image_id, scanner) from m_scans where state = 'merged')
      and (k.image_id, k.scanner) not in (select (image_id, scanner) from m_scans where state = 'same')
);

-- Rows by finding. A large run is merged in parts, each with all rows of its
-- findings, so that memory stays flat.
create temp table m_all as
select *, hash(finding) % getvariable('parts') as part from (
select r.row_no, s.image_id, s.scanner, s.location_id, k.rank, k.simple, r.words,
    argosy.uuid_of(concat_ws(chr(10), i.image_key, r.vulnerability, coalesce(r.kind, 'vulnerability'), coalesce(r.package_type, ''),
        coalesce(r.package_name, ''), coalesce(r.installed_version, ''), d.running)) as finding,
    coalesce(d.gone, false) as gone
from stage_rows r
join m_scans s on s.scan_no = r.scan_no and s.state <> 'late'
join m_ids i on i.image_id = s.image_id
join m_ranks k on k.image_id = s.image_id and k.scanner = s.scanner and k.seen_at = s.seen_at
left join stage_details d on d.row_no = r.row_no);
