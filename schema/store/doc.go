// Package store keeps argosy's data in DuckDB: it opens, migrates, loads and
// queries the database file. It is the only package that knows the driver.
//
// Work is done in a private in-memory instance to which the file is attached:
// a reader attaches it read-only and is locked down, a loader gathers a whole
// run in memory and attaches the file for the length of one transaction. So
// the file is held as briefly as can be, and an interrupted ingest leaves it
// as it was.
package store
