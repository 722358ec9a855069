-- The vulnerabilities that the run speaks of, under the ids that they are kept
-- under.
create temp table m_mentioned as
select distinct coalesce(a.canonical, r.vulnerability) as vulnerability
from stage_rows r join m_scans m using (scan_no) left join m_named a on a.id = r.vulnerability where m.state <> 'late';
