-- title: What was ingested
-- description: Every input file of the last runs with what became of it; refused files first.
-- counts: input files
-- param: runs long {1..1000000} = 5 -- how many runs to show
-- tags: coverage, inventory
select f.run_id, r.started, f.state, f.path, f.format, f.images, f.rows_read as rows, f.findings, f.merged, f.skipped, f.error
from run_files f join runs r using (run_id)
where f.run_id > (select max(run_id) from runs) - $runs
order by f.run_id desc, f.state in ('stored', 'empty'), f.path
