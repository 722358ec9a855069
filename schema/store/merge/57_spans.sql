-- When the findings whose sightings changed were open, and what all sightings said
-- then.
insert into m_changed
select finding from m_several where finding not in (select finding from m_changed);

delete from argosy.spans where finding in (select finding from m_changed) and finding not in (select finding from m_new);
insert into argosy.spans
select finding, any_value(image_id), row_number() over (partition by finding order by min(valid_from)), min(valid_from),
    case when count(*) = count(valid_to) then max(valid_to) end, min(run_from), case when count(*) = count(valid_to) then max(run_to) end,
    case when min(severity) = max(severity) and bool_and(counts) then min(severity) end,
    case when not bool_or(fixable) then false when bool_and(fixable) then true end
from (
    select *, sum((covered is null or valid_from > covered)::int) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')) as island
    from (select *, max(coalesce(valid_to, timestamp '9999-12-31')) over (partition by finding order by valid_from, coalesce(valid_to, timestamp '9999-12-31')
              rows between unbounded preceding and 1 preceding) as covered
          from (select finding, image_id, valid_from, valid_to, run_from, run_to, severity, status = 'Unhealthy' as counts, fixed_version is not null as fixable
                from argosy.sightings where finding in (select finding from m_changed))))
group by finding, island;
