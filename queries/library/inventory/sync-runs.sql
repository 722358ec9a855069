-- title: Inventory syncs
-- description: When registries, lists and clusters were last read, and what that came to.
-- counts: syncs
-- param: runs long {1..1000000} = 20 -- how many to show
-- tags: inventory, coverage
select sync_id, kind, source, started, finished, state, repositories, tags, manifests, containers, requests, error
from inventory_runs
order by sync_id desc
limit $runs
