// Package ingest brings report files into the database: it finds them,
// recognises their format by content, decodes them side by side and hands
// what they hold to a Loader. The formats themselves are packages below this
// one; the list of them is Formats.
package ingest
