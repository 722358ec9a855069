-- What NVD and the vendors of packages say of the severity of the run's
-- vulnerabilities. Trivy reports every vendor's word.
create or replace temp macro m_rating(score) as
    case when score >= 9 then 'Critical' when score >= 7 then 'High' when score >= 4 then 'Medium' when score > 0 then 'Low' end;
create temp table m_ratings as
select canonical, coalesce(
    max(m_rating((c->>'$.score')::double)::argosy.severity) filter (where (c->>'$.version') like '3%'),
    max(m_rating((c->>'$.score')::double)::argosy.severity) filter (where (c->>'$.version') like '4%')) as nvd
from (select canonical, unnest(from_json(cvss, '["json"]')) as c from argosy.advisories
      where cvss is not null and cvss::varchar ilike '%"nvd%' and canonical in (select vulnerability from m_mentioned))
where lower(c->>'$.source') like 'nvd%'
group by canonical;

create temp table m_vendors as
select canonical, any_value(extra->'$.VendorSeverity') as said
from argosy.advisories
where scanner = 'trivy' and extra is not null and (extra->'$.VendorSeverity') is not null
  and canonical in (select vulnerability from m_mentioned)
group by canonical;

create or replace temp macro m_word(said, of) as
    case try_cast(said->>argosy.json_member(of) as integer) when 1 then 'Low' when 2 then 'Medium' when 3 then 'High' when 4 then 'Critical' end::argosy.severity;
create temp table m_rated as
select v.id as canonical, v.vulnerability_id, coalesce(r.nvd, m_word(s.said, 'nvd')) as nvd, s.said
from argosy.vulnerabilities v
left join m_ratings r on r.canonical = v.id
left join m_vendors s on s.canonical = v.id
where v.id in (select vulnerability from m_mentioned);

create or replace temp macro m_vendor(said, package_type, distribution) as
    m_word(said, case when argosy.software_category(package_type) = 'OS' then coalesce(lower(distribution), 'none') else 'ghsa' end);
-- A scanner's word is the vendor's where it names another source than NVD.
create or replace temp macro m_own(severity, source, scanner) as
    case when lower(coalesce(source, scanner)) not like 'nvd%' then severity end;
