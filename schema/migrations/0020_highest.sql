-- The highest word on severity is no lower than the vendor's.
update findings set severity_highest = greatest(severity_highest, severity_vendor) where severity_vendor > severity_highest;
