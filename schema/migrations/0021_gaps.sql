-- The versions of a package, as ranks from low to below high, that a fix of
-- several branches has not reached: from there the target is the next branch's.
-- Null where there are none.
alter table fixed_versions add column gaps struct(low integer, high integer, target varchar)[];
delete from fixed_versions where contains(fixed_version, ',');
