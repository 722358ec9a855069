-- What all sightings of a span say, so that what was open at a moment can be
-- counted without them: null where they differ, in time or between scanners, or
-- where one says that the finding does not count.
alter table spans add column severity severity;
alter table spans add column fixable boolean;
update spans set severity = w.severity, fixable = w.fixable
from (
    select s.finding, s.no, case when min(g.severity) = max(g.severity) and bool_and(g.status = 'Unhealthy') then min(g.severity) end as severity,
        case when count(g.fixed_version) = 0 then false when count(g.fixed_version) = count(*) then true end as fixable
    from spans s join sightings g on g.finding = s.finding and g.valid_from >= s.opened and (s.closed is null or g.valid_from < s.closed)
    group by s.finding, s.no) w
where w.finding = spans.finding and w.no = spans.no;
