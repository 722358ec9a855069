-- Those that had no type of package there and have one here.
update g_findings g set finding = t.finding, had = true
from (
    select o.finding as other_finding, min(f.finding) as finding
    from g_findings n join other.findings o on o.finding = n.other_finding
    join other.images p on p.image_id = o.image_id join argosy.images i on i.image_key = p.image_key
    join other.vulnerabilities w on w.vulnerability_id = o.vulnerability_id left join argosy.alias_names a on a.id = w.id
    join argosy.vulnerabilities v on v.id = coalesce(a.canonical, w.id)
    join argosy.findings f on f.image_id = i.image_id and f.vulnerability_id = v.vulnerability_id and f.kind = o.kind and f.package_name = argosy.canonical_name(f.package_type, o.package_name, null)
        and f.installed_version is not distinct from argosy.canonical_version(f.package_type, o.installed_version) and f.running is not distinct from o.running
    where o.package_type is null and f.package_type is not null and n.finding not in (select finding from argosy.findings)
    group by o.finding) t
where t.other_finding = g.other_finding;

-- What the newest row of a finding said beside the scanner's words.
update argosy.findings a set
    reported_ids = o.reported_ids, purl = o.purl, paths = o.paths, layer = o.layer, published = o.published, display_name = o.display_name,
    assessment_key = o.assessment_key, source_name = o.source_name, source_properties = o.source_properties, source_location = l.location_id,
    source_assessment = o.source_assessment, extra = o.extra, last_seen = o.last_seen
from (
    -- Two that are one here: the one under its own name speaks.
    select o.* replace (g.finding as finding) from g_findings g join other.findings o on o.finding = g.other_finding where not g.had
    qualify row_number() over (partition by g.finding order by (g.finding = o.finding) desc, o.finding) = 1) o
left join g_locations l on l.other_id = o.source_location
where a.finding = o.finding;

update argosy.findings a set
    reported_ids = n.reported_ids, purl = n.purl, paths = n.paths, layer = n.layer, published = n.published, display_name = n.display_name,
    assessment_key = n.assessment_key, source_name = n.source_name, source_properties = n.source_properties, source_location = n.source_location,
    source_assessment = n.source_assessment, extra = n.extra, last_seen = n.last_seen
from (
    select a.finding,
        case when list_has_all(coalesce(a.reported_ids, []), coalesce(o.reported_ids, [])) then a.reported_ids
             else list_sort(list_distinct(list_concat(coalesce(a.reported_ids, []), o.reported_ids))) end as reported_ids,
        coalesce(a.purl, o.purl) as purl, coalesce(a.layer, o.layer) as layer, coalesce(a.published, o.published) as published,
        case when list_has_all(coalesce(a.paths, []), coalesce(o.paths, [])) then a.paths
             else join_paths(list_concat(coalesce(a.paths, []), o.paths)) end as paths,
        case when later then coalesce(o.display_name, a.display_name) else coalesce(a.display_name, o.display_name) end as display_name,
        case when later then coalesce(o.assessment_key, a.assessment_key) else coalesce(a.assessment_key, o.assessment_key) end as assessment_key,
        coalesce(a.extra, o.extra) as extra, greatest(a.last_seen, o.last_seen) as last_seen,
        -- The row of one source is kept whole. What Defender no longer says of an open
        -- finding does not come back.
        t.finding is null and a.fixed_at is null as unsaid,
        not unsaid and o.source_name is not null and (a.source_name is null or w.later and l.location_id is not distinct from a.source_location) as later,
        not unsaid and o.source_assessment is not null and (a.source_assessment is null or w.later) as later_assessment,
        case when later then o.source_name else a.source_name end as source_name,
        case when later then o.source_properties else a.source_properties end as source_properties,
        case when later then l.location_id else a.source_location end as source_location,
        case when later_assessment then o.source_assessment else a.source_assessment end as source_assessment
    from argosy.findings a join g_findings g on g.finding = a.finding and g.had join other.findings o on o.finding = g.other_finding
    left join g_locations l on l.other_id = o.source_location
    left join g_told w on w.other_finding = g.other_finding
    left join (select distinct finding from argosy.sightings where scanner = 'defender' and valid_to is null) t on t.finding = a.finding
    qualify row_number() over (partition by a.finding order by (a.finding = o.finding) desc, o.finding) = 1) n
where n.finding = a.finding
  and (n.later or (a.reported_ids, a.purl, a.paths, a.layer, a.published, a.display_name, a.assessment_key, a.source_name, a.source_location, a.source_assessment, a.last_seen)
    is distinct from (n.reported_ids, n.purl, n.paths, n.layer, n.published, n.display_name, n.assessment_key, n.source_name, n.source_location, n.source_assessment, n.last_seen));
