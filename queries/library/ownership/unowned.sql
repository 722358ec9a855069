-- title: What nobody owns
-- description: Repositories whose images no owner rule and no assignment by hand gives to a team, with how many images and open findings lie in them. The severity is the one that the setting severity_source chose.
-- counts: images and findings, once for each repository that holds them
-- tags: ownership, governance
select l.registry, l.repository, count(distinct l.image_id) as images, count(s.finding) as findings,
    count(s.finding) filter (where s.severity = 'Critical') as critical
from locations l left join subassessments s on s.location_id = l.location_id and s.status = 'Unhealthy'
where l.team is null and l.gone_at is null
group by l.registry, l.repository
order by findings desc, l.registry, l.repository
