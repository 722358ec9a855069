-- Which runs and syncs of the other database are here already, under which
-- number, and the numbers of the others. Those that it pruned live on in what
-- was seen in them.
create temp table g_runs as
with listed as (
    select 'ingest' as kind, run_id as other_run, started, true as recorded from other.runs
    union all
    select 'ingest', run_id, null, false
    from (select run_id from other.scans union select run_from from other.sightings union select run_to from other.sightings)
    where run_id is not null and run_id not in (select run_id from other.runs)
    union all
    select 'sync', sync_id, started, true from other.inventory_runs
), told as (
    select l.*, coalesce(m.origin, (select any_value(id) from other.database_origin)) as origin, coalesce(m.origin_run, l.other_run) as origin_run
    from listed l left join other.merged_runs m on m.kind = l.kind and m.run_id = l.other_run
), own as (
    select 'ingest' as kind, run_id, started from argosy.runs
    union all
    select 'sync', sync_id, started from argosy.inventory_runs
), known as (
    select t.*, coalesce(
        min(m.run_id),
        min(case when t.origin = (select any_value(id) from argosy.database_origin)
                  -- One that is no longer here was pruned.
                  and (o.run_id is not null and (t.started is null or o.started = t.started)
                       or o.run_id is null and t.origin_run < (select max(run_id) from argosy.runs)) then t.origin_run end)) as known_as
    from told t
    left join argosy.merged_runs m on m.kind = t.kind and m.origin = t.origin and m.origin_run = t.origin_run
        and (m.started is null or t.started is null or m.started = t.started)
    left join own o on o.kind = t.kind and o.run_id = t.origin_run
    group by all
)
select kind, other_run, started, recorded, origin, origin_run, known_as is not null as known,
    coalesce(known_as, case kind when 'ingest' then (select greatest((select coalesce(max(run_id), 0) from argosy.runs),
                (select coalesce(max(run_id), 0) from argosy.scans), (select coalesce(max(run_id), 0) from argosy.merged_runs where kind = 'ingest')))
            else (select coalesce(max(sync_id), 0) from argosy.inventory_runs) end
        + count(*) filter (where known_as is null) over (partition by kind order by other_run rows unbounded preceding))::integer as run_id
from known;

-- What was here before.
create temp table g_locations_had as select location_id, first_seen, last_seen from argosy.locations;
create temp table g_images_had as select image_id, image_key from argosy.images where image_key in (select image_key from other.images);
create temp table g_advisories_had as select id, scanner from argosy.advisories;

insert into argosy.runs
select g.run_id, r.* exclude (run_id) from other.runs r join g_runs g on g.kind = 'ingest' and g.other_run = r.run_id where not g.known order by g.run_id;
insert into argosy.run_files by name
select g.run_id, f.* exclude (run_id) from other.run_files f join g_runs g on g.kind = 'ingest' and g.other_run = f.run_id where not g.known;
insert into argosy.run_skips by name
select g.run_id, f.* exclude (run_id) from other.run_skips f join g_runs g on g.kind = 'ingest' and g.other_run = f.run_id where not g.known;
insert into argosy.inventory_runs by name
select g.run_id as sync_id, s.* exclude (sync_id) from other.inventory_runs s join g_runs g on g.kind = 'sync' and g.other_run = s.sync_id where not g.known;
insert into argosy.merged_runs
select kind, run_id, origin, origin_run, started, getvariable('merge_source'), getvariable('merged_at')::timestamp from g_runs where not known;

-- History before a pruning is woven in too, and the pruning is kept.
create temp table g_prunings as
select * from argosy.prunings
union
select p.* replace (coalesce(g.run_id, p.horizon_run) as horizon_run) from other.prunings p left join g_runs g on g.kind = 'ingest' and g.other_run = p.horizon_run;
delete from argosy.prunings;
