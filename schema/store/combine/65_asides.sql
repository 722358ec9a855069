-- What exemptions held there, and from when to when. What holds no longer ends
-- when it is found out here.
insert into argosy.set_asides
select distinct on (f.finding, l.location_id, a.exemption_id, o.held_from, o.known_from)
    f.finding, l.location_id, a.exemption_id, o.held_from, o.known_from, o.expires, o.ended
from other.set_asides o
join g_findings f on f.other_finding = o.finding
join g_locations l on l.other_id = o.location_id
join other.exemptions e using (exemption_id)
join argosy.exemptions a on a.exemption_key = e.exemption_key and (a.created = e.created or a.removed is null)
where f.finding in (select finding from argosy.findings)
  and (f.finding, l.location_id, a.exemption_id, o.held_from, o.known_from) not in (select (finding, location_id, exemption_id, held_from, known_from) from argosy.set_asides)
  and (o.ended is not null or (f.finding, l.location_id, a.exemption_id) not in (select (finding, location_id, exemption_id) from argosy.set_asides where ended is null))
order by f.finding, l.location_id, a.exemption_id, o.held_from, o.known_from, (a.created = e.created) desc;
