-- The images of a part, and its rows with what their scans say of time.
create or replace temp table m_here as
select image_id, first, pieces from m_parts where getvariable('part') between first and first + pieces - 1;

create or replace temp table m_rows as
select r.row_no, s.image_id, s.scanner, s.location_id, s.seen_at, k.simple, k.woven, s.state = 'same' as same, r.words, r.named, r.finding, r.gone
from m_told_rows r
join m_scans s using (scan_no)
join m_reach k on k.image_id = s.image_id and k.scanner = s.scanner;
