-- title: Scanned, but no longer there
-- description: Images that scanners reported on and that the registry no longer holds. Their findings are in no count of open findings; while a container still runs the image, the report running has them until 30 days after the last scan.
-- counts: images, once for each repository that holds them
-- tags: coverage, inventory
select l.registry, l.repository, i.digest, l.gone_at, i.last_scanned,
    (select count(*) from running_containers c where c.manifest = i.digest) as running_containers,
    count(f.finding) filter (where f.fixed_at is null and f.status = 'Unhealthy') as findings_at_last_scan
from locations l
join images i on i.image_id = l.image_id
left join findings f on f.image_id = i.image_id
where l.gone_at is not null and i.last_scanned is not null
group by l.registry, l.repository, i.digest, l.gone_at, i.last_scanned
order by running_containers desc, l.gone_at desc, l.registry, l.repository, i.digest
