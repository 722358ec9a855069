-- The time that reports count from: now in UTC, or the moment that a session
-- sets.
create or replace macro argosy_now() as coalesce(getvariable('argosy_now')::timestamp, make_timestamp(epoch_us(now())));

-- A package URL without version, qualifiers and subpath, in lower case, percent
-- signs undone (https://github.com/package-url/purl-spec).
create or replace macro purl_base(purl) as
    lower(url_decode(regexp_replace(regexp_replace(purl, '[?#].*$', ''), '@[^/]*$', '')));

-- The pattern of a rule as glob takes it: * and ? stand for others, and a bracket for
-- itself.
create or replace macro rule_pattern(pattern) as replace(pattern, '[', '[[]');
