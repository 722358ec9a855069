-- Who owns what: the first rule that matches a location decides.
create or replace temp table x_there as
select distinct c.namespace, x.image_id, null::varchar as registry, null::varchar as repository, null::varchar as tag
from argosy.present_containers c join argosy.container_images x on x.manifest = coalesce(c.manifest, c.config_digest)
where exists (from argosy.owner_rules where namespace is not null)
union all
-- Where the runtime gives no digest there is the tag.
select distinct namespace, null, registry, repository, tag from argosy.present_containers
where coalesce(manifest, config_digest) is null and exists (from argosy.owner_rules where namespace is not null);

create or replace temp table x_owned as
select l.location_id, min(r.position) as position
from argosy.locations l
join argosy.images i using (image_id)
join argosy.owner_rules r on (r.registry is null or l.registry glob r.registry)
    and (r.repository is null or l.repository glob r.repository)
where (r.tag is null or len(list_filter(l.tags, lambda t: t glob r.tag)) > 0)
  and (r.label is null or coalesce(i.labels->>('$."' || r.label || '"'), '') glob coalesce(r.label_value, '?*'))
  and (r.namespace is null or exists (
        select 1 from x_there c
        where c.namespace glob r.namespace
          and (c.image_id = l.image_id or c.image_id is null and c.registry = l.registry and c.repository = l.repository and list_contains(l.tags, c.tag))))
group by l.location_id;

update argosy.owner_rules r set matched = coalesce(m.n, 0)
from argosy.owner_rules o left join (select position, count(*) as n from x_owned group by position) m using (position)
where o.position = r.position and r.matched <> coalesce(m.n, 0);

update argosy.locations l set team = w.team, mail = w.mail, owner_rule = w.position, due_policy = w.policy, due_days = w.days,
    due_from = w.counts_from, due_soon = w.soon
from (
    select l.location_id, r.team, r.mail, r.position, p.policy, p.counts_from, p.soon,
        [p.unknown + p.grace, p.low + p.grace, p.medium + p.grace, p.high + p.grace, p.critical + p.grace] as days
    from argosy.locations l
    left join x_owned x using (location_id)
    left join argosy.owner_rules r using (position)
    join argosy.due_policies p on p.policy = coalesce(r.due_policy, 'default')) w
where w.location_id = l.location_id
  and (l.team is distinct from w.team or l.mail is distinct from w.mail or l.owner_rule is distinct from w.position or l.due_policy is distinct from w.policy
       or l.due_days is distinct from w.days or l.due_from is distinct from w.counts_from or l.due_soon is distinct from w.soon);
