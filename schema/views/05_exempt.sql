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

-- Whether a rule's pattern for a package names the package of a finding: in any
-- spelling of its name, and one of Maven also by its artifact alone, as Grype's
-- rules do.
create or replace macro package_like(pattern, package_type, package_name) as
    lower(package_name) glob lower(pattern)
    or case package_type
        when 'pypi' then regexp_replace(lower(package_name), '[-_.]+', '-', 'g') glob regexp_replace(lower(pattern), '[-_.]+', '-', 'g')
        when 'maven' then lower(case when contains(pattern, ':') or contains(pattern, '/') then package_name else regexp_extract(package_name, '[^:]*$') end)
            glob lower(replace(pattern, '/', ':'))
        else false end;
