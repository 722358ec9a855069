-- What reports, advisories and VEX documents say are names of one vulnerability:
-- id is a name, same_as its CVE, or another name where no CVE is known. An id
-- with several CVEs covers them all and is the name of none.
create table alias_claims (
    id      varchar not null,
    same_as varchar not null,
    run_id  integer not null                   -- the first that told
);
-- What follows from all claims: the id that a vulnerability is kept under. Ids
-- that are kept under themselves are not in it.
create table alias_names (
    id        varchar not null,
    canonical varchar not null
);
-- The id that the scanner used where the finding is kept under another, so that
-- findings can be joined when a link is learned, and parted when it is contested.
alter table sightings add column named varchar;
