-- Who owns what: an assignment by hand, else the first rule that matches a
-- location decides.
-- Images that run in namespaces are in x_there, if a rule speaks of any.
create or replace temp table x_owned as
select l.location_id, min(r.position) as position
from argosy.locations l
join argosy.images i using (image_id)
join argosy.owner_rules r on (r.registry is null or l.registry glob argosy.rule_pattern(r.registry))
    and (r.repository is null or l.repository glob argosy.rule_pattern(r.repository))
where (r.tag is null or len(list_filter(l.tags, lambda t: t glob argosy.rule_pattern(r.tag))) > 0)
  and (r.label is null or (i.labels->>argosy.json_member(r.label)) glob coalesce(argosy.rule_pattern(r.label_value), '?*'))
  and (r.namespace is null or exists (
        select 1 from x_there c
        where c.namespace glob argosy.rule_pattern(r.namespace)
          and (c.image_id = l.image_id or c.image_id is null and c.registry = l.registry and c.repository = l.repository and list_contains(l.tags, c.tag))))
group by l.location_id;

create or replace temp table x_assigned as
select l.location_id, coalesce(max(a.assignment_id) filter (where a.digest is not null), max(a.assignment_id)) as assignment_id
from argosy.locations l
join argosy.images i using (image_id)
join argosy.owner_assignments a on (a.registry is null or l.registry glob argosy.rule_pattern(a.registry))
    and (a.repository is null or l.repository glob argosy.rule_pattern(a.repository))
where a.removed is null
  and (a.tag is null or len(list_filter(l.tags, lambda t: t glob argosy.rule_pattern(a.tag))) > 0)
  and (a.digest is null or a.digest = i.digest or a.digest = i.config_digest or list_contains(i.index_digests, a.digest))
group by l.location_id;

delete from x_owned where location_id in (select location_id from x_assigned);

-- A place that its image has left keeps its owner, for what was, and is not counted.
create or replace temp table x_held as select location_id from argosy.locations where gone_at is null;

update argosy.owner_rules r set matched = coalesce(m.n, 0)
from argosy.owner_rules o left join (select position, count(*) as n from x_owned semi join x_held using (location_id) group by position) m using (position)
where o.position = r.position and r.matched <> coalesce(m.n, 0);

update argosy.owner_assignments a set matched = coalesce(m.n, 0)
from argosy.owner_assignments o left join (select assignment_id, count(*) as n from x_assigned semi join x_held using (location_id) group by assignment_id) m using (assignment_id)
where o.assignment_id = a.assignment_id and a.removed is null and a.matched <> coalesce(m.n, 0);

-- What an assignment leaves open is as in the first rule of its team.
create or replace temp table x_given as
select a.assignment_id, a.team, coalesce(a.mail, r.mail) as mail, coalesce(a.due_policy, r.due_policy) as due_policy
from argosy.owner_assignments a
left join (select distinct on (team) * from argosy.owner_rules order by team, position) r using (team)
where a.removed is null;

update argosy.locations l set team = w.team, mail = w.mail, owner_rule = w.position, owner_assignment = w.assignment_id, due_policy = w.policy,
    due_days = w.days, due_from = w.counts_from, due_soon = w.soon
from (
    select l.location_id, coalesce(g.team, r.team) as team, case when g.team is null then r.mail else g.mail end as mail, r.position, g.assignment_id,
        p.policy, p.counts_from, p.soon,
        [p.unknown + p.grace, p.low + p.grace, p.medium + p.grace, p.high + p.grace, p.critical + p.grace] as days
    from argosy.locations l
    left join x_owned x using (location_id)
    left join argosy.owner_rules r using (position)
    left join x_assigned using (location_id)
    left join x_given g using (assignment_id)
    join argosy.due_policies p on p.policy = coalesce(g.due_policy, r.due_policy, 'default')) w
where w.location_id = l.location_id
  and (l.team is distinct from w.team or l.mail is distinct from w.mail or l.owner_rule is distinct from w.position
       or l.owner_assignment is distinct from w.assignment_id or l.due_policy is distinct from w.policy
       or l.due_days is distinct from w.days or l.due_from is distinct from w.counts_from or l.due_soon is distinct from w.soon);
