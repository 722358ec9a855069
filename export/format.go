package export

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Format is one way to write a plan.
type Format struct {
	// Name is what a user types after -o, for instance "json".
	Name string
	// Title says in a few words what comes out, for help texts.
	Title string
	// Suffixes of files that hold this format, with the dot and in lower
	// case; the first is the usual one. Empty for formats meant for a screen.
	Suffixes []string
	// Binary formats must not be sent to a terminal.
	Binary bool
	// Write writes the whole plan. It opens, reads and closes the rows of the
	// plan's sheets, returns an error of ctx when that ends, and may have
	// written something when it fails; [ToFile] hides that from readers of a
	// file. Stats are filled as far as it got, also when there is an error.
	Write func(ctx context.Context, plan *Plan, w io.Writer) (Stats, error)
}

// Formats lists every format, in the order in which help texts show them.
func Formats() []Format {
	return []Format{
		{Name: "table", Title: "aligned columns, fitted to the terminal", Write: flattened(writeTable)},
		{Name: "wide", Title: "aligned columns, nothing shortened", Suffixes: []string{".txt"}, Write: flattened(writeWide)},
		{Name: "json", Title: "one array of objects", Suffixes: []string{".json"}, Write: flattened(writeJSON)},
		{Name: "jsonl", Title: "one object a line", Suffixes: []string{".jsonl", ".ndjson"}, Write: flattened(writeJSONL)},
		{Name: "csv", Title: "comma-separated values (RFC 4180), safe to open in a spreadsheet", Suffixes: []string{".csv"}, Write: flattened(writeCSV)},
		{Name: "tsv", Title: "tab-separated values", Suffixes: []string{".tsv", ".tab"}, Write: flattened(writeTSV)},
		{Name: "md", Title: "Markdown table", Suffixes: []string{".md", ".markdown"}, Write: flattened(writeMarkdown)},
		{Name: "sarif", Title: "findings as SARIF 2.1.0, for code scanning", Suffixes: []string{".sarif"}, Write: flattened(writeSARIF)},
		{Name: "parquet", Title: "Parquet with the types of the columns", Suffixes: []string{".parquet"}, Binary: true, Write: flattened(writeParquet)},
		{Name: "html", Title: "one page with charts and searchable tables, needs no network", Suffixes: []string{".html", ".htm"}, Write: writeHTML},
		{Name: "xlsx", Title: "Excel workbook with an About sheet", Suffixes: []string{".xlsx"}, Binary: true, Write: writeXLSX},
		{Name: "none", Title: "nothing; rows are read and counted", Write: flattened(writeNone)},
	}
}

// ByName finds a format by its name, without regard to case. The error of an
// unknown name lists the known ones.
func ByName(name string) (Format, error) {
	var known []string
	for _, f := range Formats() {
		if strings.EqualFold(f.Name, name) {
			return f, nil
		}
		known = append(known, f.Name)
	}
	return Format{}, fmt.Errorf("output format %q is not known; use one of %s", name, strings.Join(known, ", "))
}

// BySuffix finds the format of a file by the end of its name, without regard
// to case. The error of an unknown or missing suffix lists the known ones.
func BySuffix(path string) (Format, error) {
	suffix := strings.ToLower(filepath.Ext(path))
	var known []string
	for _, f := range Formats() {
		for _, s := range f.Suffixes {
			if s == suffix {
				return f, nil
			}
			known = append(known, s)
		}
	}
	if suffix == "" {
		return Format{}, fmt.Errorf("choosing the format of %q: the name has no suffix; end it with one of %s", path, strings.Join(known, ", "))
	}
	return Format{}, fmt.Errorf("choosing the format of %q: suffix %q is not known; end the name with one of %s", path, suffix, strings.Join(known, ", "))
}
