-- Whose word on severity counts: the scanner's (the default), the vendor's,
-- NVD's, or the highest of all. Where the one chosen says nothing, the
-- scanner's word stands.
create or replace macro severity_of(scanner, vendor, nvd, highest) as
    case coalesce(getvariable('argosy_severity_source')::varchar, 'scanner')
        when 'vendor' then coalesce(vendor, scanner) when 'nvd' then coalesce(nvd, scanner)
        when 'highest' then coalesce(highest, scanner) else scanner end;

-- When a finding is due: days by severity from when it was first seen, or from
-- when a fix was there (then without a fix it has no due date).
create or replace macro due_at(counts_from, days, severity, first_seen, reopened_at, fix_since) as
    case when counts_from = 'fix_available' then case when fix_since is not null then greatest(fix_since, coalesce(reopened_at, first_seen)) end
         else coalesce(reopened_at, first_seen) end + to_days(days[enum_code(severity) + 1]);
create or replace macro due_state(due, soon) as
    case when due is null then 'none' when due <= argosy_now() then 'overdue'
         when due <= argosy_now() + to_days(soon) then 'due soon' else 'on time' end;

-- What matters first: a list to order by, descending, with what the team puts
-- first in front.
create or replace macro priority_key(known_exploited, severity, epss, fixable, running) as
    list_transform(string_split(coalesce(nullif(getvariable('argosy_priority')::varchar, ''), 'known_exploited,severity,epss,fixable,running'), ','),
        lambda k: case k when 'known_exploited' then known_exploited::integer::double when 'severity' then list_position(['Unknown', 'Low', 'Medium', 'High', 'Critical'], severity::varchar)::double
            when 'epss' then coalesce(epss, 0) when 'fixable' then fixable::integer::double else running::integer::double end);
