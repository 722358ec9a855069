-- Scans that came too late there are recorded here, too.
insert into argosy.scans by name
select (select coalesce(max(scan_id), 0) from argosy.scans) + row_number() over (order by s.scan_id) as scan_id, getvariable('run_id') as run_id,
    i.image_id, s.* exclude (scan_id, run_id, image_id)
from other.scans s join other.images o using (image_id) join argosy.images i using (image_key)
where s.run_id = getvariable('other_run') and s.state = 'late';
