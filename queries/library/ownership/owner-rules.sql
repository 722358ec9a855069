-- title: Owner rules
-- description: The assignments by hand and the rules in force, in the order in which they decide, with how many locations each decides; one that decides none is dead and should be mended or removed.
-- counts: rules and assignments; an image once for each repository that holds it
-- tags: ownership
select * from (
    select 'assignment' as kind, assignment_id as number, team, mail, due_policy as due, registry, repository, tag, digest, null::varchar as namespace,
        null::varchar as label, null::varchar as label_value, matched as locations, reason, who, created
    from owner_assignments where removed is null
    union all
    select 'rule', position, team, mail, due_policy, registry, repository, tag, null, namespace, label, label_value, matched, null, null, null
    from owner_rules)
order by kind, digest is null, case when kind = 'rule' then number else -number end
