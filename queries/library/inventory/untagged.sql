-- title: Manifests without a tag
-- description: Images that their repository still holds and that no tag leads to, by themselves or through an index: candidates for deletion, unless something runs them.
-- counts: manifests, once for each repository that holds them
-- tags: inventory
select r.registry, r.repository, r.digest, m.kind, m.os, m.architecture, m.created, r.pushed, r.pulled,
    (select max(t.valid_to) from repository_tags t where t.registry = r.registry and t.repository = r.repository and t.digest = r.digest) as lost_its_tag,
    (select any_value(t.tag order by t.valid_to desc) from repository_tags t where t.registry = r.registry and t.repository = r.repository and t.digest = r.digest) as last_tag,
    m.layer_bytes as size, i.last_scanned, (select count(*) from running_containers c where c.manifest = r.digest) as running_containers
from repository_manifests r
join manifests m on m.digest = r.digest
left join images i on i.digest = r.digest
where r.gone_at is null and m.kind in ('image', 'index')
  and (r.registry, r.repository, r.digest) not in (
    select (registry, repository, digest) from repository_tags where valid_to is null
    union all
    select (t.registry, t.repository, p.digest) from repository_tags t join manifest_platforms p on p.index_digest = t.digest where t.valid_to is null)
order by running_containers desc, size desc nulls last, r.registry, r.repository, r.digest
