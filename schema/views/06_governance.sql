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

-- What matters first: a number to order by, descending, with what the team puts
-- first in front. Each word has as many bits as its values need, EPSS nine digits.
-- The words are those of the session, so that the engine works the weights out once.
create or replace macro priority_words() as
    string_split(coalesce(nullif(getvariable('argosy_priority')::varchar, ''), 'known_exploited,severity,epss,fixable,running'), ',');
create or replace macro priority_weight(word) as
    case when list_contains(priority_words(), word)
        then 1::bigint << coalesce(list_sum(list_transform(priority_words()[list_position(priority_words(), word) + 1:],
            lambda k: case k when 'severity' then 3 when 'epss' then 30 else 1 end)), 0)::integer
        else 0 end;
create or replace macro priority_no(known_exploited, severity, epss, fixable, running) as
    known_exploited::integer * priority_weight('known_exploited') + enum_code(severity::severity) * priority_weight('severity')
        + round(coalesce(epss, 0) * 1000000000)::bigint * priority_weight('epss')
        + fixable::integer * priority_weight('fixable') + running::integer * priority_weight('running');
