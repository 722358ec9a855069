-- Rows that state the same finding in the same scan become one; the first one
-- speaks, the places of all are kept. Runs only where rows repeat.
create or replace temp table m_paths as
select m.finding, join_paths(flatten(list(split_list(p.paths)))) as paths
from m_rows m join m_told_rows p using (row_no)
where p.paths is not null and m.finding in (select finding from m_rows group by finding, scanner, seen_at having count(*) > 1)
group by m.finding;
create or replace temp table m_first as select min(row_no) as row_no from m_rows group by finding, scanner, named, seen_at;
delete from m_rows where row_no not in (select row_no from m_first);
