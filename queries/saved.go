package queries

import (
	"fmt"
	"path"
	"strings"
)

// Language is what a query is written in.
type Language string

// The languages.
const (
	SQL Language = "sql"
	KQL Language = "kql"
)

// Saved is a saved report: one .kql or .sql file with a header of comments.
//
//	// title: Fixable findings
//	// description: Findings for which a fixed version is known.
//	// counts: each finding once
//	// severity: the scanners' words of that time
//	// param: severity string {Critical, High, Medium, Low} = High -- the least severity to show
//	// param: days long {1..365} = 30 -- how many days to look back
//	// tags: fix, findings
//
// In SQL the comments begin with --. The header ends at the first line that is
// no comment. What stands in braces is what a parameter can be: the values of a
// text, or the least and the most of a number.
//
// A report of several sheets has a line "sheet: NAME" before each query, with
// title, description, role and chart of the sheet below it; a sheet may
// show several results, each below a line "block: NAME". What several of them
// need stands once before the first sheet, below a line "common: NAME", and is
// there by that name. With a line "materialized: yes" below that one, in SQL, its
// rows are made once and kept until the report is done; with "no" they are worked
// out anew wherever they are named. What the first rows alone need stands in
// comments: see schema.Statement.First.
type Saved struct {
	Name string
	// Folder is where the file lies in its tree, with slashes; empty at the top.
	Folder      string
	Title       string
	Description string
	// Counts says what its numbers count: findings, each once or once for each
	// repository that holds the image, images, and so on.
	Counts string
	// Severity says whose word its severities are, where that is not simply what
	// the setting severity_source says; see SeverityBy.
	Severity string
	Tags     []string
	Params   []Param
	Language Language
	// Text is the whole file, header included, byte for byte.
	Text string
	// Sections are its queries, in order; at least one.
	Sections []Section
}

// ParseSaved reads a report file; name is its path, whose suffix says the
// language. Unknown header words and broken parameters are errors.
func ParseSaved(name, text string) (*Saved, error) {
	s := &Saved{Text: text, Name: strings.TrimSuffix(path.Base(name), path.Ext(name))}
	mark := "//"
	switch strings.ToLower(path.Ext(name)) {
	case ".kql":
		s.Language = KQL
	case ".sql":
		s.Language, mark = SQL, "--"
	default:
		return nil, fmt.Errorf("reading report %q: a report is a .kql or a .sql file", name)
	}
	whole := Section{Name: s.Name, Text: text}
	sections, err := parseSections(text, mark)
	if err != nil {
		return nil, fmt.Errorf("reading report %q: %w", name, err)
	}
	header, _ := splitHeader(text, mark)
	for _, h := range header {
		if h[0] == "sheet" || h[0] == "common" {
			break
		}
		err := s.header(h[0], h[1])
		if err == nil {
			err = whole.header(h[0], h[1])
		}
		if err != nil {
			return nil, fmt.Errorf("reading report %q: %w", name, err)
		}
	}
	if s.Sections = sections; sections == nil {
		s.Sections = []Section{whole}
	}
	return s, nil
}

func (s *Saved) header(word, value string) error {
	switch word {
	case "title":
		s.Title = value
	case "description":
		s.Description = strings.TrimSpace(s.Description + " " + value)
	case "counts":
		s.Counts = value
	case "severity":
		s.Severity = value
	case "tags":
		for _, t := range strings.Split(value, ",") {
			s.Tags = append(s.Tags, strings.TrimSpace(t))
		}
	case "param":
		p, err := parseParam(value, s.Language)
		if err != nil {
			return err
		}
		s.Params = append(s.Params, p)
	}
	return nil
}

// SeverityBy says whose word the severities of its rows are where the setting
// severity_source is source, which stands in the header's words as {source}.
func (s *Saved) SeverityBy(source string) string {
	if s.Severity == "" {
		return source
	}
	return strings.ReplaceAll(s.Severity, "{source}", source)
}
