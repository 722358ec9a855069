-- When the report was made that a text is from: a newer one takes its place,
-- an older one does not.
alter table advisories add column told timestamp;
