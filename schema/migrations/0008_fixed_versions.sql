-- What each fixed version that was reported means for an installed one, and
-- its place among those of the package by the order of the ecosystem.
create table fixed_versions (
    package_type      varchar not null,        -- as in findings; '' where a finding has none
    package_name      varchar not null,
    installed_version varchar not null,        -- '' where a finding has none
    fixed_version     varchar not null,        -- as reported; several are joined with commas
    target            varchar not null,        -- the version to upgrade to, or fixed_version where none follows
    rank              integer,                 -- 1 is the lowest; equal versions share it; null: cannot be ordered
    above             boolean                  -- whether target is above the installed version; null: cannot be told
);
