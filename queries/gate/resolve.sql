-- The images behind a reference: by digest, or by what the tag leads to.
with asked as (
    select nullif($digest, '') as digest, $registry as registry, $repository as repository
    where $digest <> ''
    union all
    select t.digest, t.registry, t.repository
    from repository_tags t
    where $digest = '' and t.registry = $registry and t.repository = $repository and t.tag = $tag and t.valid_to is null
), found as (
    select p.digest as key, a.registry, a.repository, p.os, p.architecture
    from asked a join index_images p on p.index_digest = a.digest
    union all
    select m.digest, a.registry, a.repository, m.os, m.architecture
    from asked a join manifests m on m.digest = a.digest or m.config_digest = a.digest
    where m.kind <> 'index'
    union all
    select i.image_key, a.registry, a.repository, i.os, i.architecture
    from asked a join images i on i.digest = a.digest or i.config_digest = a.digest
    where i.kind = 'image' and a.digest not in (select index_digest from index_images) and i.image_key not in (select digest from manifests)
    union all
    -- No inventory knows the tag: the newest image of each platform that a scanner saw under it.
    (select i.image_key, l.registry, l.repository, i.os, i.architecture
    from locations l join images i on i.image_id = l.image_id
    where $digest = '' and (select count(*) from asked) = 0 and l.registry = $registry and l.repository = $repository and list_contains(l.tags, $tag)
      and l.gone_at is null and i.kind = 'image'
    qualify row_number() over (partition by coalesce(i.os, ''), coalesce(i.architecture, ''), coalesce(i.variant, '') order by i.last_scanned desc nulls last, i.image_id desc) = 1)
)
select key, coalesce(nullif(registry, ''), (select any_value(l.registry) from locations l join images i on i.image_id = l.image_id where i.image_key = found.key and l.is_primary)) as registry,
    coalesce(nullif(repository, ''), (select any_value(l.repository) from locations l join images i on i.image_id = l.image_id where i.image_key = found.key and l.is_primary)) as repository
from found
where ($os = '' or os is null or os = $os) and ($architecture = '' or architecture is null or architecture = $architecture)
order by key, registry, repository
