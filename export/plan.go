package export

import (
	"context"
	"io"
	"time"

	"argosy/schema"
)

// Plan is everything that an export says: the rows, and what a reader must
// know to trust them. Times are written in UTC and numbers without regard to
// a locale.
type Plan struct {
	// Title is the heading, for instance "Fixable vulnerabilities".
	Title string
	// Report is the name of the saved report; empty for an ad-hoc query.
	Report string
	// Query is the text as the user wrote it, and Language what it is written
	// in: "kql" or "sql".
	Query, Language string
	// Parameters are the values that were bound to the query.
	Parameters []Parameter
	// Version of argosy that made the export.
	Version string
	// Generated is the moment of the export. It also dates the workbook, so
	// that the same rows and the same moment give the same bytes.
	Generated time.Time
	// RunID identifies the run in the database; empty when it is not recorded.
	RunID string
	// Sources says per scanner how fresh the data is.
	Sources []Source
	// Coverage says how many images the data speaks about; nil when unknown.
	Coverage *Coverage
	// Partial says why the result is not whole, for instance "2 of 14 files
	// were rejected". Empty means complete.
	Partial string
	// Notes are further sentences for the reader, for instance of the query
	// translator.
	Notes []string
	// Sheets in the order in which a reader meets them; at least one.
	Sheets []Sheet
	// Options of the text formats.
	Options Options
	// Engine writes parquet; other formats do without.
	Engine Engine
}

// Parameter is one bound value of a query, already as text.
type Parameter struct {
	Name, Type, Value string
}

// Source is the freshness of one scanner's data: its newest and oldest scan
// among the images that the data speaks about, and how many images it scanned.
type Source struct {
	Scanner        string
	Newest, Oldest time.Time
	Images         int64
}

// Coverage counts images: with a scan, without any, and with a scan older
// than StaleAfter (these are among Scanned). StaleAfter 0 means that no limit
// was set.
type Coverage struct {
	Scanned, Never, Stale int64
	StaleAfter            time.Duration
}

// Options of the formats that write text. The zero value is right for files
// and pipes.
type Options struct {
	// Width of the terminal in columns; the table format fits its rows to it.
	// 0 means unlimited.
	Width int
	// Color writes severity words and headers in colour (table and wide).
	Color bool
	// NoHeader leaves out the names of columns (table, wide, csv, tsv).
	NoHeader bool
	// BOM starts csv and tsv with a UTF-8 byte-order mark, without which
	// Excel on Windows reads them in the machine's code page.
	BOM bool
	// CRLF ends the lines of csv and tsv with CR LF as RFC 4180 has it; the
	// default LF is what every other tool of a command line writes, and every
	// known reader of csv takes it.
	CRLF bool
	// Shape is the form of the objects in json and jsonl; empty is one key for
	// each column.
	Shape Shape
}

// Role says what a sheet is for. Formats that can hold one sheet only choose
// by it, and the workbook gives each its look.
type Role string

// The roles of sheets.
const (
	RoleResult   Role = ""         // the rows of a query
	RoleFindings Role = "findings" // one row per finding
	RoleSummary  Role = "summary"  // few rows of totals
	RoleChanges  Role = "changes"  // what is new or gone since a baseline
	RoleImages   Role = "images"   // one row per image
	RoleTeams    Role = "teams"    // one row per owner
	RoleFixes    Role = "fixes"    // one row per upgrade that closes findings
	RoleTiles    Role = "tiles"    // a block of figures: columns label, value, change, better, compared
)

// Sheet is one set of rows of a plan.
type Sheet struct {
	// Name is short and tells the sheets of a plan apart; formats make it
	// valid and unique. Empty is "Result".
	Name string
	// Title is the heading, and Doc says in a sentence what a row is.
	Title, Doc string
	// Role says what the sheet is for.
	Role Role
	// Columns explains columns by their Doc where the caller knows them; it may
	// be empty.
	Columns []schema.Column
	// Blocks are the results that a sheet with several of them shows below each
	// other, each with a name of its own; such a sheet has no rows itself.
	// Formats without such sheets take every block as a sheet.
	Blocks []Sheet
	// Open starts the query. It is called once per Write.
	Open func(ctx context.Context) (schema.Rows, error)
	// Matched is the number of rows that the query has without any limit, -1
	// when nobody counted them.
	Matched int64
	// Limit ends the sheet after so many rows, 0 for no limit. Rows left out
	// are reported in the stats.
	Limit int64
	// Chart draws the sheet where a format can; nil for none.
	Chart *Chart
}

// flat lists the sheets that hold rows: those of the plan, and in place of a
// sheet with blocks its blocks, which are named after both.
func (p *Plan) flat() []Sheet {
	var out []Sheet
	for _, s := range p.Sheets {
		if len(s.Blocks) == 0 {
			out = append(out, s)
		}
		for _, b := range s.Blocks {
			b.Name = s.label() + ": " + b.label()
			if b.Role == RoleResult {
				b.Role = RoleSummary
			}
			out = append(out, b)
		}
	}
	return out
}

// flattened wraps the writer of a format that knows no blocks.
func flattened(write func(context.Context, *Plan, io.Writer) (Stats, error)) func(context.Context, *Plan, io.Writer) (Stats, error) {
	return func(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
		flat := *plan
		flat.Sheets = plan.flat()
		return write(ctx, &flat, w)
	}
}
