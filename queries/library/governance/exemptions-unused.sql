-- title: Exemptions that match nothing
-- description: Exemptions and VEX statements that no open finding answers to: the finding is gone, or the scope has a mistake. Candidates for removal.
-- counts: exemptions
-- tags: governance, exemptions
select exemption_id as id, source, status, vulnerability, product, coalesce(purl, package_name) as package, package_version as version,
    concat_ws('', case when registry is not null then registry || '/' end, repository, case when tag is not null then ':' || tag end,
        case when digest is not null then '@' || digest end) as image, team, path, reason, who, created, expires, origin, place
from exemptions
where removed is null and (expires is null or expires > argosy_now()) and matched = 0
order by id
