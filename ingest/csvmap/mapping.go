// Package csvmap reads tables of any make by a mapping that the user writes:
// a YAML file that says which column holds what. It is the way in for reports
// that no other format covers. docs/csv-mapping.md describes the file.
package csvmap

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
)

// Mapping is a mapping that has been read and checked.
type Mapping struct {
	name    string
	scanner string
	table   table
	dates   []string // Go layouts, "iso", "unix" or "unix_ms"
	empty   map[string]bool
	partial bool
	filters []filter
	values  map[field]*value
}

// table says how the text is parted into rows and columns.
type table struct {
	comma    rune
	skip     int
	headless bool
}

// field is something that a mapping can fill: "finding.id".
type field string

// fields lists what a mapping can fill, and how its text is understood.
func fields() map[field]kind {
	return map[field]kind{
		"image.name": text, "image.registry": text, "image.repository": text, "image.tag": text, "image.digest": text,
		"image.config_digest": text, "image.os": text, "image.architecture": text, "image.distribution": text,
		"image.distribution_version": text, "image.created": date, "image.pushed": date, "image.kind": resource,

		"scan.at": date, "scan.scanner_version": text, "scan.database_version": text,

		"finding.id": text, "finding.aliases": list, "finding.package": text, "finding.package_type": text,
		"finding.version": text, "finding.fixed_version": text, "finding.fix_status": fix, "finding.purl": text,
		"finding.paths": list, "finding.layer": text, "finding.severity": text, "finding.severity_source": text,
		"finding.cvss": number, "finding.status": state, "finding.status_reason": text, "finding.target": text,

		"vulnerability.title": text, "vulnerability.description": text, "vulnerability.references": list,
		"vulnerability.cwes": list, "vulnerability.cvss_vector": text, "vulnerability.published": date,
		"vulnerability.modified": date, "vulnerability.epss": number, "vulnerability.epss_percentile": number,
		"vulnerability.kev": boolean,
	}
}

// kind says how the text of a field is understood.
type kind int

const (
	text kind = iota
	list
	number
	date
	boolean
	fix
	state
	resource
)

// column names a column by its header or, where number is not 0, by its
// position from 1.
type column struct {
	name   string
	number int
	at     place
}

func (c column) String() string {
	if c.number > 0 {
		return fmt.Sprintf("number %d", c.number)
	}
	return fmt.Sprintf("%q", c.name)
}

// value says where a field comes from: the first of the columns that is not
// empty, or a template of several, or a constant.
type value struct {
	columns  []column
	parts    []part
	constant string
	pattern  *regexp.Regexp
	split    string
	words    map[string]string
	at       place
}

// part is a piece of a template: text, or a column when it has one.
type part struct {
	text   string
	column *column
}

// filter keeps or drops rows by the words in a column.
type filter struct {
	keep   bool
	column column
	in     map[string]bool
}

// place is where something stands in the mapping file, both from 1.
type place struct{ line, column int }

// Error is a mistake in a mapping file.
type Error struct {
	// Name is the file's name, Line and Column where the mistake is, from 1.
	Name         string
	Line, Column int
	Msg          string
}

// Error gives the place before the message.
func (e *Error) Error() string {
	return fmt.Sprintf("mapping %q, line %d, column %d: %s", e.Name, e.Line, e.Column, e.Msg)
}

func (m *Mapping) fail(at place, text string, args ...any) error {
	return &Error{Name: m.name, Line: at.line, Column: at.column, Msg: fmt.Sprintf(text, args...)}
}

const title = "CSV or TSV with a mapping"

// Format stands in the list of formats for tables that need a mapping: it
// claims none and says how to bring one in.
var Format = format.Format{
	Name:  name,
	Title: title,
	Detect: func(o *format.Outline) format.Match {
		if o.Syntax != format.CSV {
			return format.Match{}
		}
		return format.Match{Score: 1, Reason: "say which column holds what: argosy ingest --map mapping.yaml FILE"}
	},
	Decode: (&Mapping{}).decode,
}

const name = "csvmap"

// Format returns the format that reads tables by the mapping.
func (m *Mapping) Format() format.Format {
	return format.Format{Name: name, Title: title, Detect: m.detect, LastColumns: m.names(), Decode: m.decode}
}

// detect claims every table that has the columns of the mapping: the user has
// asked for it.
func (m *Mapping) detect(o *format.Outline) format.Match {
	columns := o.Columns(m.options())
	if len(columns) == 0 {
		return format.Match{}
	}
	if m.table.headless {
		for i := range columns {
			columns[i] = strconv.Itoa(i + 1)
		}
	}
	find := func(name string) int {
		return slices.IndexFunc(columns, func(c string) bool { return csvread.Fold(c) == csvread.Fold(name) })
	}
	if c, ok := m.missing(find, len(columns)); !ok {
		return format.Match{Score: 900, Reason: fmt.Sprintf("the mapping %q names on line %d the column %s, which the table does not have", m.name, c.at.line, c)}
	}
	return format.Match{Verdict: format.Yes, Score: 1000}
}

func (m *Mapping) options() csvread.Options {
	return csvread.Options{Comma: m.table.comma, Skip: m.table.skip, Headless: m.table.headless}
}

// names returns the columns that the mapping names, some of them twice.
func (m *Mapping) names() []string {
	var out []string
	m.each(func(c column) {
		if c.number == 0 {
			out = append(out, c.name)
		}
	})
	return out
}

// each calls look for every column of the mapping.
func (m *Mapping) each(look func(column)) {
	for _, v := range m.values {
		for _, c := range v.columns {
			look(c)
		}
		for _, p := range v.parts {
			if p.column != nil {
				look(*p.column)
			}
		}
	}
	for _, f := range m.filters {
		look(f.column)
	}
}

// missing returns the first column of the mapping, in the order of the file,
// that a table does not have, and whether it has all.
func (m *Mapping) missing(find func(string) int, width int) (column, bool) {
	var first column
	ok := true
	m.each(func(c column) {
		has := c.number > 0 && c.number <= width || c.number == 0 && find(c.name) >= 0
		if !has && (ok || c.at.line < first.at.line) {
			first, ok = c, false
		}
	})
	return first, ok
}
