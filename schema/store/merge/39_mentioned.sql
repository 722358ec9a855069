-- The vulnerabilities that the run speaks of; current says that a scan does
-- which is not late.
create temp table m_mentioned as
select vulnerability, bool_or(m.state <> 'late') as current
from stage_rows r join m_scans m using (scan_no) group by vulnerability;
