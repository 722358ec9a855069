-- title: Exemptions and VEX statements
-- description: Who said of which findings that they do not count, why, until when, and how many open findings that concerns now. Expired and removed ones are listed when asked for.
-- counts: exemptions; each finding once
-- param: state string {holds, expired, removed, all} = holds -- only those in this state
-- tags: governance, exemptions
with told as (
    select *, case when removed is not null then 'removed' when expires <= argosy_now() then 'expired' else 'holds' end as state
    from exemptions
)
select exemption_id as id, state, source, status, vulnerability, coalesce(purl, package_name) as package, package_version as version,
    concat_ws('', case when registry is not null then registry || '/' end, repository, case when tag is not null then ':' || tag end,
        case when digest is not null then '@' || digest end) as image, team, path, reason, who, created, expires, matched as findings, origin, removed
from told
where $state = 'all' or state = $state
order by id
