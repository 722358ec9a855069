-- When the issue of the VEX document was that said it last: what a newer one
-- leaves out holds no longer, however young the statement itself was.
alter table exemptions add column issued timestamp;
