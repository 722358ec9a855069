-- Scans that are the first and only ones of their image: nothing is known of
-- what they tell, and no two of their rows are one finding. They need no
-- comparison and go in as they were staged. part 0 has those without details; a
-- scan with many is left to the parts of the merge.
create temp table m_fresh as
select s.scan_no, s.image_id, i.image_key, s.scanner, s.seen_at, s.location_id, g.n,
    case when g.size > 0 then 1 + (sum(g.size) over (order by s.scan_no) - g.size) // getvariable('part_rows') else 0 end::ubigint as part
from m_scans s
join m_ids i using (image_id)
join stage_scans t using (scan_no)
join m_staged g using (scan_no)
where getvariable('counted') and s.state = 'merged' and t.finding_count = g.n and i.image_key not in (from m_again) and g.size < getvariable('part_rows')
  and s.image_id not in (select image_id from argosy.scans) and s.image_id not in (select image_id from argosy.findings)
  and s.scan_no not in (select scan_no from stage_rows where gone)
  -- Two names of one vulnerability make one finding of two rows, and so does a
  -- type that is known now.
  and s.scan_no not in (select scan_no from stage_rows where vulnerability in (select id from m_named))
  and s.scan_no not in (select scan_no from stage_rows semi join m_row_types using (row_no));
