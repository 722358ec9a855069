-- A name-based UUID (RFC 9562, version 5) of a text that begins with its
-- namespace. The four bits of the variant sit in the seventeenth digit.
-- Written without a subquery, which the planner could not leave out where the
-- id is not asked for, and the text apart: to read and to write it again takes as
-- long as to make it. One part is not of concat, so that null stays null.
create or replace macro uuid_text(name) as
    (substr(sha1(name), 1, 8) || concat('-', substr(sha1(name), 9, 4), '-5', substr(sha1(name), 14, 3), '-',
        '89ab89ab89ab89ab'[strpos('0123456789abcdef', substr(sha1(name), 17, 1))], substr(sha1(name), 18, 3), '-', substr(sha1(name), 21, 12)));
create or replace macro uuid_of(name) as
    (substr(sha1(name), 1, 8) || concat('-', substr(sha1(name), 9, 4), '-5', substr(sha1(name), 14, 3), '-',
        '89ab89ab89ab89ab'[strpos('0123456789abcdef', substr(sha1(name), 17, 1))], substr(sha1(name), 18, 3), '-', substr(sha1(name), 21, 12)))::uuid;

-- The assessment key that sub-assessments of registry images stand under. A
-- query that names the key of another generation sets the variable.
create or replace macro registry_key() as
    coalesce(getvariable('argosy_registry_key')::varchar, 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5');
create or replace macro running_key() as
    coalesce(getvariable('argosy_running_key')::varchar, 'c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5');

-- Defender's two classes of software. (A list of constants behind in would
-- become a join.)
create or replace macro software_category(package_type) as
    case when package_type is null then ''
         when package_type = 'deb' or package_type = 'rpm' or package_type = 'apk' or package_type = 'alpm' then 'OS'
         else 'Language' end;
create or replace macro software_language(package_type) as
    case package_type when 'pypi' then 'python' when 'npm' then 'javascript' when 'maven' then 'java'
        when 'golang' then 'go' when 'gem' then 'ruby' when 'nuget' then 'dotnet' when 'cargo' then 'rust'
        when 'composer' then 'php' else '' end;

-- The path of a member of a JSON object by its name, whatever characters that has
-- (RFC 6901).
create or replace macro json_member(name) as '/' || replace(replace(name, '~', '~0'), '/', '~1');

-- The different values of a group in order, as one text. string_agg with an order
-- takes three times as long where the groups are many and small.
create or replace macro all_of(value) as array_to_string(list_sort(list(distinct value) filter (where value is not null)), ', ');

-- A time as Azure writes it; null stays null.
create or replace macro azure_time(t) as strftime(t, '%Y-%m-%dT%H:%M:%S.%f0Z');

-- The one spelling of a package's name and version, as schema.CanonicalPackage
-- makes it of a report's, for what was stored in another. Of maven alone a name
-- was ever stored without the namespace of its package URL.
create or replace macro canonical_name(package_type, name, purl) as
    case package_type
        when 'pypi' then regexp_replace(lower(name), '[-_.]+', '-', 'g')
        when 'nuget' then lower(name) when 'composer' then lower(name) when 'github' then lower(name)
        when 'maven' then case when contains(name, ':') then name
            when contains(name, '/') then regexp_replace(name, '^(.+)/([^/]*)$', '\1:\2')
            when regexp_extract(purl, '^pkg:maven/[^/@?#]+/([^/@?#]+)', 1) = name then regexp_extract(purl, '^pkg:maven/([^/@?#]+)/', 1) || ':' || name
            else name end
        else name end;
create or replace macro canonical_version(package_type, version) as
    case package_type
        when 'golang' then regexp_replace(version, '^(v|go)([0-9])', '\2')
        when 'composer' then regexp_replace(version, '^v([0-9])', '\1')
        when 'deb' then case when starts_with(version, '0:') then substr(version, 3) else version end
        when 'rpm' then case when starts_with(version, '0:') then substr(version, 3) else version end
        when 'alpm' then case when starts_with(version, '0:') then substr(version, 3) else version end
        else version end;
