-- title: How many changes between two dates
-- description: Counts of findings new, fixed, reopened, set aside and otherwise changed after one date until another (the last 30 days unless told otherwise), by severity. A finding counts once for each change; its severity is today's, as the setting severity_source chose it.
-- counts: each finding once for each change
-- param: since datetime = 30d -- after this moment: a date, or how long ago; 1970-01-01 is all that is kept
-- param: until datetime = 2199-12-31 -- until this moment: a date, or how long ago
-- tags: change
with changed as (
    select c.change, c.finding, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity, f.vulnerability_id, f.image_id
    from changes_between($since::timestamp, $until::timestamp) c join findings f using (finding)
)
select change, severity::varchar as severity, count(distinct finding) as findings, count(distinct vulnerability_id) as vulnerabilities, count(distinct image_id) as images
from changed
group by change, changed.severity
order by change, changed.severity desc
