package format

import "bytes"

// magics are how files begin that are no text and that people hand over by
// mistake, with what to do instead.
var magics = []struct {
	at          int
	mark, title string
}{
	{0, "%PDF-", "a PDF document: export the report as JSON or CSV"},
	{0, "SQLite format 3\x00", "an SQLite database: export the report as JSON or CSV"},
	{8, "DUCK", "a DuckDB database: a database of argosy's is named with --db"},
	{0, "PAR1", "a Parquet file: export the report as JSON or CSV"},
	{0, "\xd0\xcf\x11\xe0", "an Office document of the old kind: save the table as CSV"},
	{0, "\xfd7zXZ\x00", "an xz archive: unpack it first"},
	{0, "7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"},
	{0, "\x7fELF", "a program"},
	{0, "\x89PNG", "a picture"},
	{0, "\xff\xd8\xff", "a picture"},
}

// Binary names what a file is that is no text, by how it begins; empty for what
// may be text. 16 bytes are enough.
func Binary(text []byte) string {
	for _, m := range magics {
		if len(text) > m.at && bytes.HasPrefix(text[m.at:], []byte(m.mark)) {
			return m.title
		}
	}
	return ""
}

// hasControls says whether there are characters that no text holds; those of a
// terminal's colours and of overstriking stand in logs.
func hasControls(text []byte) bool {
	return bytes.ContainsFunc(text, func(c rune) bool {
		return c < ' ' && !bytes.ContainsRune([]byte("\t\n\v\f\r\b\x1b"), c)
	})
}
