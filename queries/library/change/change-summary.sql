-- title: How many changes between two dates
-- description: Counts of findings new, fixed, reopened and otherwise changed after one date until another, by severity.
-- param: since datetime = 1970-01-01 -- after this moment; 1970-01-01 is all that is kept
-- param: until datetime = 2199-12-31 -- until this moment
-- tags: change
select c.change, f.severity::varchar as severity, count(*) as findings, count(distinct f.vulnerability_id) as vulnerabilities,
    count(distinct f.image_id) as images
from changes_between($since::timestamp, $until::timestamp) c join findings f using (finding)
group by c.change, f.severity
order by c.change, f.severity desc
