-- title: Owner rules
-- description: The rules in force with how many locations each decides; one that decides none is dead and should be mended or removed.
-- tags: ownership
select position as rule, team, mail, due_policy as due, registry, repository, tag, namespace, label, label_value, matched as locations
from owner_rules order by position
