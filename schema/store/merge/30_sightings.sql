-- What each scanner said of a finding is kept as spans of time. The spans that
-- the run can touch are taken apart into observations, those of the run are put
-- between them, and all are joined again: an observation holds until the next
-- one of the finding, or until a complete scan does not see it. That comes to
-- the same whatever the order in which scans arrive.
create or replace temp table m_known as
select s.finding, s.image_id, s.scanner, coalesce(s.named, '') as named, s.valid_from, s.valid_to, s.words, s.run_from, s.run_to, r.woven
from argosy.sightings s
join m_here h on h.image_id = s.image_id
join m_reach r on r.image_id = s.image_id and r.scanner = s.scanner
where (s.valid_to is null or s.valid_to >= r.since) and (r.until is null or s.valid_from <= r.until)
  and h.first + hash(s.finding) % h.pieces = getvariable('part');

-- Most of what is scanned again is as it was: the newest scan sees an open span
-- in the same words, and it stays open. Only what is not so needs the rest.
create or replace temp table m_same as
select r.finding, r.image_id, r.scanner, r.named, k.valid_from, r.words, r.row_no, r.seen_at, k.run_from
from m_rows r
join m_known k on k.finding = r.finding and k.scanner = r.scanner and k.named = r.named and k.words = r.words
where k.valid_to is null and k.valid_from < r.seen_at and not r.gone and r.once;

create or replace temp table m_touched as
select k.* from m_known k anti join m_same s on s.finding = k.finding and s.scanner = k.scanner and s.named = k.named;

-- In a scan that adds to a known one, what is known of a finding speaks. (A
-- condition on one side of an outer join would have every row compared with
-- every other.)
create or replace temp table m_spoken as
select r.row_no from m_rows r join m_touched k on k.finding = r.finding and k.scanner = r.scanner and k.named = r.named
where r.same and k.valid_from <= r.seen_at and (k.valid_to is null or k.valid_to > r.seen_at);

create or replace temp table m_observed as
select finding, image_id, scanner, named, valid_from as seen_at, words, null::bigint as row_no, valid_from as source, coalesce(run_from, 0) as run_from, 0 as rank
from m_touched
union all
select finding, image_id, scanner, named, valid_to, null, null, null, null, 2 from m_touched where valid_to is not null
union all
select r.finding, r.image_id, r.scanner, r.named, r.seen_at, case when not r.gone then r.words end, r.row_no, null, null, 1
from m_rows r anti join m_spoken using (row_no) anti join m_same using (row_no)
where not r.simple
union all
-- Where a scan is woven in, what is known at the next one is said again there.
select k.finding, k.image_id, k.scanner, k.named, a.seen_at, k.words, null, k.valid_from, null, 0
from m_touched k join m_anchors a on a.image_id = k.image_id and a.scanner = k.scanner
    and k.valid_from < a.seen_at and (k.valid_to is null or k.valid_to > a.seen_at)
where k.woven
union all
select s.finding, s.image_id, s.scanner, s.named, a.seen_at, null, null, null, null, 2
from (select distinct finding, image_id, scanner, named from m_rows where woven) s join m_anchors a using (image_id, scanner);

create or replace temp table m_worked as
with placed as (
    select *, lead(seen_at) over w as next_seen from (
        select * from m_observed
        qualify lag(seen_at) over (partition by finding, scanner, named order by seen_at, rank, row_no) is distinct from seen_at)
    window w as (partition by finding, scanner, named order by seen_at)
), pieces as (
    select p.*, least(p.next_seen, b.seen_at) as until
    from placed p asof left join m_breaks b on b.image_id = p.image_id and b.scanner = p.scanner and p.seen_at < b.seen_at
    where p.words is not null
), numbered as (
    select *, sum((before_until is distinct from seen_at or before_words <> words)::int) over (partition by finding, scanner, named order by seen_at) as span
    from (select *, lag(until) over w as before_until, lag(words) over w as before_words from pieces
          window w as (partition by finding, scanner, named order by seen_at))
)
select finding, image_id, scanner, named, min(seen_at) as valid_from, nullif(max(coalesce(until, timestamp '9999-12-31')), timestamp '9999-12-31') as valid_to,
    any_value(words) as words, arg_max(row_no, seen_at) as row_no, max(seen_at) filter (where row_no is not null) as last_seen,
    min(source) as source, min(run_from) as run_from, coalesce(min(source) = min(seen_at), false) as kept
from numbered group by finding, image_id, scanner, named, span;

create or replace temp table m_spans as
from m_worked
union all
select finding, image_id, scanner, named, valid_from, null, words, row_no, seen_at, valid_from, run_from, true from m_same
union all
select r.finding, r.image_id, r.scanner, r.named, r.seen_at, null, r.words, r.row_no, r.seen_at, null, null, false
from m_rows r where r.simple and not r.gone;

-- The findings whose spans are others than before.
create or replace temp table m_changed as
select finding from m_spans where not kept
union
select m.finding from m_worked m
left join m_touched k on k.finding = m.finding and k.scanner = m.scanner and k.named = m.named and k.valid_from = m.valid_from
where m.kept and (k.finding is null or k.valid_to is distinct from m.valid_to)
union
select k.finding from m_touched k
anti join (select * from m_worked where kept) m on m.finding = k.finding and m.scanner = k.scanner and m.named = k.named and m.valid_from = k.valid_from;

create or replace temp table m_ended as
select m.finding, m.scanner, m.named, m.valid_from, m.valid_to,
    case when m.valid_to is not null then coalesce(k.run_to, getvariable('run_id')) end as run_to
from m_worked m
join m_touched k on k.finding = m.finding and k.scanner = m.scanner and k.named = m.named and k.valid_from = m.valid_from
where m.kept and k.valid_to is distinct from m.valid_to;

update argosy.sightings s set valid_to = m.valid_to, run_to = m.run_to
from m_ended m
where s.finding = m.finding and s.scanner = m.scanner and coalesce(s.named, '') = m.named and s.valid_from = m.valid_from;

-- What a scan that is woven in moves or cuts is taken out and put in anew.
create or replace temp table m_taken as
select s.* from argosy.sightings s
join (select k.* from m_touched k where k.woven) k on k.finding = s.finding and k.scanner = s.scanner and k.named = coalesce(s.named, '') and k.valid_from = s.valid_from
where (s.finding, s.scanner, coalesce(s.named, ''), s.valid_from) in (select (finding, scanner, named, source) from m_worked where not kept and source is not null);

delete from argosy.sightings s using m_touched k
where k.woven and s.finding = k.finding and s.scanner = k.scanner and coalesce(s.named, '') = k.named and s.valid_from = k.valid_from
  and not exists (select 1 from m_worked m where m.kept and m.finding = k.finding and m.scanner = k.scanner and m.named = k.named and m.valid_from = k.valid_from);

insert into argosy.sightings (finding, image_id, scanner, valid_from, valid_to, words, severity, severity_raw, severity_source, cvss,
    fixed_version, fix_status, status, status_cause, status_reason, run_from, run_to, named)
select m.finding, m.image_id, m.scanner, m.valid_from, m.valid_to, m.words, r.severity::argosy.severity, r.severity_raw, r.severity_source,
    r.cvss, r.fixed_version, r.fix_status, r.status, d.status_cause, d.status_reason,
    getvariable('run_id'), case when m.valid_to is not null then getvariable('run_id') end, nullif(m.named, '')
from m_spans m
join m_told_rows r on r.row_no = m.row_no
left join m_told_details d on d.row_no = m.row_no
where not m.kept and m.source is null
union all
select m.finding, m.image_id, m.scanner, m.valid_from, m.valid_to, m.words, t.severity, t.severity_raw, t.severity_source,
    t.cvss, t.fixed_version, t.fix_status, t.status, t.status_cause, t.status_reason,
    coalesce(m.run_from, getvariable('run_id')),
    case when m.valid_to is not null then greatest(coalesce(m.run_from, getvariable('run_id')), coalesce(e.run_to, getvariable('run_id'))) end, t.named
from m_spans m
join m_taken t on t.finding = m.finding and t.scanner = m.scanner and coalesce(t.named, '') = m.named and t.valid_from = m.source
left join m_touched e on e.finding = m.finding and e.scanner = m.scanner and e.named = m.named and e.valid_to = m.valid_to
where not m.kept;
