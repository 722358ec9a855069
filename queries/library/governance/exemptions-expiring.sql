-- title: Exemptions that end soon
-- description: Exemptions that expire within the given days, and those that expired in the same time before; their findings count again from then on.
-- counts: exemptions; each finding once
-- param: days long {1..36500} = 30 -- how many days to look ahead and back
-- tags: governance, exemptions
select exemption_id as id, case when expires <= argosy_now() then 'expired' else 'expires' end as state, expires,
    date_diff('day', argosy_now(), expires) as days, vulnerability, coalesce(purl, package_name) as package,
    concat_ws('', case when registry is not null then registry || '/' end, repository, case when tag is not null then ':' || tag end,
        case when digest is not null then '@' || digest end) as image, team, reason, who, matched as findings
from exemptions
where removed is null and expires between argosy_now() - to_days($days::integer) and argosy_now() + to_days($days::integer)
order by expires, id
