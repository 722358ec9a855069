-- Other opinions on the severity of findings that several sightings speak of.
update argosy.findings f set severity_nvd = b.nvd, severity_vendor = b.vendor, severity_highest = b.highest
from (
    select f.finding, r.nvd, coalesce(m_vendor(r.said, f.package_type, i.distribution), w.vendor) as vendor,
        greatest(f.severity, w.highest, r.nvd, m_vendor(r.said, f.package_type, i.distribution)) as highest
    from argosy.findings f
    join argosy.vulnerabilities v using (vulnerability_id)
    join argosy.images i using (image_id)
    join (select s.finding, max(s.severity) as highest, max(m_own(s.severity, s.severity_source, s.scanner)) as vendor
          from (select * from argosy.sightings where finding in (select finding from m_several)
                qualify coalesce(valid_to, timestamp '9999-12-31') = max(coalesce(valid_to, timestamp '9999-12-31')) over (partition by finding)) s
          group by s.finding) w using (finding)
    left join m_rated r on r.canonical = v.id) b
where b.finding = f.finding
  and (f.severity_nvd is distinct from b.nvd or f.severity_vendor is distinct from b.vendor or f.severity_highest is distinct from b.highest);
