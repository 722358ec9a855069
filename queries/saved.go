package queries

import (
	"fmt"
	"path"
	"strings"
	"time"

	"argosy/schema"
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
//	// param: severity string = High -- the least severity to show
//	// tags: fix, findings
//
// In SQL the comments begin with --. The header ends at the first line that is
// no comment.
//
// A report of several sheets has a line "sheet: NAME" before each query, with
// title, description, role and chart of the sheet below it; a sheet may
// show several results, each below a line "block: NAME". What several of them
// need stands once before the first sheet, below a line "common: NAME", and is
// there by that name. With a line "materialized: yes" below that one, in SQL, its
// rows are made once and kept until the report is done; with "no" they are worked
// out anew wherever they are named.
type Saved struct {
	Name string
	// Folder is where the file lies in its tree, with slashes; empty at the top.
	Folder      string
	Title       string
	Description string
	// Counts says what its numbers count: findings, each once or once for each
	// repository that holds the image, images, and so on.
	Counts   string
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

// parseParam reads "name type [= default] [-- doc]".
func parseParam(text string, lang Language) (Param, error) {
	decl, doc, _ := strings.Cut(text, " -- ")
	decl, def, has := strings.Cut(decl, "=")
	words := strings.Fields(decl)
	if len(words) != 2 {
		return Param{}, fmt.Errorf("parameter %q: write it as name type = default -- what it does", text)
	}
	p := Param{Name: words[0], Type: schema.Type(words[1]), Default: strings.TrimSpace(def), HasDefault: has, Doc: strings.TrimSpace(doc)}
	if has {
		if _, err := p.Value(p.Default, time.Time{}); err != nil {
			return Param{}, err
		}
	} else if _, err := p.Value("0", time.Time{}); err != nil && strings.Contains(err.Error(), "a type that") {
		return Param{}, fmt.Errorf("parameter %q has type %q: use string, long, real, bool or datetime", p.Name, p.Type)
	}
	if lang == SQL && (p.Type == schema.TypeTimespan || p.Type == schema.TypeDynamic) {
		return Param{}, fmt.Errorf("parameter %q has type %q, which SQL reports cannot have: use string", p.Name, p.Type)
	}
	return p, nil
}
