-- The newest row of an id wins; an older one arriving late changes nothing. The
-- rows themselves, which are long, follow part by part.
create temp table m_resources as
select *, ((row_number() over (order by seq) - 1) // getvariable('part_resources'))::ubigint as part
from (
    select row_key, arg_max(seq, (seen_at, seq)) as seq, max(seen_at) as seen_at
    from stage_resources where file_no in (select file_no from stage_good) group by row_key) s
where not exists (from argosy.resource_rows r where r.row_key = s.row_key and r.seen_at > s.seen_at);
delete from argosy.resource_rows where row_key in (select row_key from m_resources);
