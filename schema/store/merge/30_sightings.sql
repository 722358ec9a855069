-- Presence of findings by rank becomes spans of time: a span ends when a later
-- complete scan does not see the finding, or when the scanner's words change.
create or replace temp table m_known as
select s.finding, s.image_id, s.scanner, s.words
from argosy.sightings s
where s.valid_to is null and hash(s.finding) % getvariable('parts') = getvariable('part') and (s.image_id, s.scanner) in (select (image_id, scanner) from m_ranks);

create or replace temp table m_spans as
with presence as (
    select finding, image_id, scanner, rank, words, row_no, gone from m_rows
    where not simple and not (rank = 0 and (finding, scanner) in (select (finding, scanner) from m_known))
    union all
    select finding, image_id, scanner, 0, words, null, false from m_known
), placed as (
    select p.*, k.seen_at, k.completes, k.complete, k.next_complete,
        lag(p.rank) over w as before_rank, lag(p.words) over w as before_words, lag(p.gone) over w as before_gone,
        lag(k.completes) over w as before_completes
    from presence p join m_ranks k on k.image_id = p.image_id and k.scanner = p.scanner and k.rank = p.rank
    window w as (partition by p.finding, p.scanner order by p.rank)
), numbered as (
    select *, sum((before_rank is null or before_words <> words or before_gone or gone
            or completes - complete::int > before_completes)::int)
        over (partition by finding, scanner order by rank) as span
    from placed
), spans as (
    select finding, image_id, scanner, span, min(rank) as first_rank, min(seen_at) as valid_from, max(seen_at) as last_seen,
        arg_max_null(next_complete, rank) as next_complete, any_value(words) as words,
        arg_max(row_no, rank) as row_no, bool_or(gone) as gone, bool_or(rank = 0 and row_no is null) as known
    from numbered group by finding, image_id, scanner, span
)
select *, least(next_complete, lead(valid_from) over (partition by finding, scanner order by span)) as valid_to
from spans
union all
select r.finding, r.image_id, r.scanner, 1, 1, k.seen_at, k.seen_at, null, r.words, r.row_no, r.gone, false, null
from m_rows r join m_ranks k on k.image_id = r.image_id and k.scanner = r.scanner and k.rank = r.rank
where r.simple;

update argosy.sightings s set valid_to = m.valid_to, run_to = getvariable('run_id')
from m_spans m
where m.known and m.valid_to is not null and s.finding = m.finding and s.scanner = m.scanner and s.valid_to is null;

insert into argosy.sightings (finding, image_id, scanner, valid_from, valid_to, words, severity, severity_raw, severity_source, cvss,
    fixed_version, fix_status, status, status_cause, status_reason, run_from, run_to)
select m.finding, m.image_id, m.scanner, m.valid_from, m.valid_to, m.words, r.severity::argosy.severity, r.severity_raw, r.severity_source,
    r.cvss, r.fixed_version, r.fix_status, r.status, d.status_cause, d.status_reason,
    getvariable('run_id'), case when m.valid_to is not null then getvariable('run_id') end
from m_spans m
join stage_rows r on r.row_no = m.row_no
left join stage_details d on d.row_no = m.row_no
where not m.known and not m.gone;
