-- How each image that is asked for is covered. One that its registry no longer
-- holds has no verdict of coverage: what is known of its scans is told.
with subjects as (
    select unnest(from_json($subjects::json, '[{"key":"VARCHAR","registry":"VARCHAR","repository":"VARCHAR"}]'), recursive := true)
), covered as (
    select s.key, c.*, row_number() over (partition by s.key order by (c.registry = s.registry and c.repository = s.repository) desc, c.registry, c.repository) as nr
    from subjects s join coverage($policy) c on c.image_key = s.key
), scanned as (
    select x.key, max(i.last_scanned) as last_scanned
    from (select digest as key, image_id from manifest_images union select image_key, image_id from images) x
    join subjects s on s.key = x.key
    join images i on i.image_id = x.image_id
    group by x.key
)
select s.key, coalesce(c.registry, s.registry) as registry, coalesce(c.repository, s.repository) as repository,
    coalesce(c.digest, case when s.key like '%sha256:%' then s.key end) as digest, coalesce(c.os, m.os) as os, coalesce(c.architecture, m.architecture) as architecture,
    coalesce(c.verdict, case when n.last_scanned is null then 'never scanned' else 'unknown' end) as verdict,
    coalesce(c.reason, case when n.last_scanned is null then 'no scan of it is known' else 'its registry no longer holds it, so that nobody scans it again' end) as reason,
    coalesce(c.last_scanned, n.last_scanned) as last_scanned, c.scanners
from subjects s
left join covered c on c.key = s.key and c.nr = 1
left join scanned n on n.key = s.key
left join images m on m.image_key = s.key
order by registry, repository, os, architecture, s.key
