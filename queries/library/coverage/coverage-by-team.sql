-- title: Coverage by team
-- description: How many images of each team are scanned in time under a scan policy, and how many are stale, never scanned, unsupported or unknown. fresh_percent is the share of the images whose verdict is known and that can be scanned: unknown and unsupported ones are not in it. Images that no owner rule matches are those of the team unowned.
-- counts: images, once for each repository that holds them
-- param: policy string = mdvm-current -- the scan policy; list them with argosy policy list
-- tags: coverage, ownership, summary
with owners as (
    select l.registry, l.repository, i.image_key, any_value(l.team) as team
    from locations l join images i using (image_id) group by all
)
select coalesce(o.team, 'unowned') as team, count(*) as images, count(*) filter (where c.verdict = 'fresh') as fresh,
    count(*) filter (where c.verdict = 'stale') as stale, count(*) filter (where c.verdict = 'never scanned') as never_scanned,
    count(*) filter (where c.verdict = 'unknown') as unknown, count(*) filter (where c.verdict = 'unsupported') as unsupported,
    round(100.0 * count(*) filter (where c.verdict = 'fresh') / nullif(count(*) filter (where c.verdict not in ('unsupported', 'unknown')), 0), 1) as fresh_percent,
    count(*) filter (where c.verdict = 'never scanned' and c.running_containers > 0) as never_scanned_but_running,
    min(c.last_scanned) as oldest_scan
from coverage($policy) c left join owners o on o.registry = c.registry and o.repository = c.repository and o.image_key = coalesce(c.digest, c.image_key)
group by coalesce(o.team, 'unowned')
order by never_scanned desc, stale desc, team
