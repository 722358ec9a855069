-- A large run is merged in parts, so that memory stays flat. A part has all
-- that is told and known of its images; one image too large for a part is cut
-- into pieces by finding. The table says in which part an image begins.
create temp table m_parts as
with told as (
    select s.image_id, sum(g.n + g.size) as n from m_staged g join m_scans s using (scan_no) where s.state <> 'late' group by s.image_id
), known as (
    select s.image_id, count(*) as n from argosy.sightings s join m_reach r on r.image_id = s.image_id and r.scanner = s.scanner
    where (s.valid_to is null or s.valid_to >= r.since) and (r.until is null or s.valid_from <= r.until)
    group by s.image_id
), sized as (
    select image_id, greatest(coalesce(t.n, 0), coalesce(k.n, 0)) as n
    from (select image_id from m_ids where image_id not in (select image_id from m_fresh) union select image_id from m_moved) left join told t using (image_id) left join known k using (image_id)
)
select image_id, (coalesce(sum(n) over (order by image_id rows between unbounded preceding and 1 preceding), 0) // getvariable('part_rows'))::ubigint as first,
    greatest(1, (n + getvariable('part_rows') - 1) // getvariable('part_rows'))::ubigint as pieces
from sized;
