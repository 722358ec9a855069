-- Findings that several sightings speak of, or whose history is another than
-- before.
create or replace temp table m_several as
select finding from m_new where spans > 1
union
select finding from m_changed where finding not in (select finding from m_new)
union
select finding from m_moved join m_here h using (image_id) where h.first + hash(finding) % h.pieces = getvariable('part')
union
select was from m_moved join m_here h using (image_id)
where h.first + hash(was) % h.pieces = getvariable('part') and was in (select finding from argosy.findings);

create or replace temp table m_before as
select finding, fixed_at, reopened_at from argosy.findings where finding in (select finding from m_several) and finding not in (select finding from m_new);

-- The newest row of each finding that did not just go in with it.
create or replace temp table m_seen as
select finding, max(last_seen) as last_seen, arg_max(row_no, last_seen) as row_no
from m_spans where row_no is not null and finding not in (select finding from m_new where spans = 1) group by finding;
