insert into argosy.scans
select (select coalesce(max(scan_id), 0) from argosy.scans) + row_number() over (order by s.path, s.scan_no), getvariable('run_id'), s.path, m.image_id, s.scanner,
    s.scanner_version, s.database_version, s.scanned_at, s.time_source, m.state, s.partial, s.incomplete, s.row_count, s.finding_count
from stage_scans s join m_scans m using (scan_no) where s.time_source <> 'pruned';
