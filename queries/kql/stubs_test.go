package kql_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"argosy/queries/kql"
	"argosy/queries/kql/syntax"
)

// explain writes all errors with their places.
func explain(src string, err error) string {
	var list syntax.Errors
	if !errors.As(err, &list) {
		return err.Error()
	}
	var out []string
	for _, e := range list {
		at := syntax.PositionAt(src, e.Span.Start)
		line := fmt.Sprintf("%d:%d: %s", at.Line, at.Column, e.Msg)
		if e.Hint != "" {
			line += " (" + e.Hint + ")"
		}
		line += " at " + fmt.Sprintf("%q", e.Span.Text(src))
		out = append(out, line)
	}
	return strings.Join(out, "\n    ")
}

// sqlTypes are the SQL types a catalog's relations have.
func sqlType(t kql.Type) string {
	switch t {
	case kql.Bool:
		return "BOOLEAN"
	case kql.Int, kql.Long, kql.Timespan:
		return "BIGINT"
	case kql.Real:
		return "DOUBLE"
	case kql.Datetime:
		return "TIMESTAMP"
	case kql.Dynamic:
		return "JSON"
	}
	return "VARCHAR"
}

// createStubs makes an empty table of every relation of a catalog.
func createStubs(tb testing.TB, db *sql.DB, cat *kql.Catalog) {
	tb.Helper()
	for _, t := range cat.Tables {
		var base []string
		for _, c := range t.Columns {
			base = append(base, fmt.Sprintf("%q %s", c.Name, sqlType(c.Type)))
		}
		create(tb, db, t.Relation, base)
		for _, v := range t.Variants {
			cols := append([]string{}, base...)
			seen := map[string]bool{}
			for _, c := range t.Columns {
				seen[c.Name] = true
			}
			add := func(name, typ string) {
				if name != "" && !seen[name] {
					seen[name] = true
					cols = append(cols, fmt.Sprintf("%q %s", name, typ))
				}
			}
			for _, p := range v.Paths {
				add(p.Column, sqlType(p.Type))
				add(p.List, "JSON[]")
				add(p.Stamp, "TIMESTAMP")
				add(p.Words, "VARCHAR")
				for _, q := range p.Parsed {
					add(q.Column, sqlType(q.Type))
					add(q.Count, "BIGINT")
				}
				if p.Elements != nil {
					add(p.Elements.Present, "VARCHAR")
					for _, q := range p.Elements.Paths {
						add(q.Column, sqlType(q.Type))
					}
				}
			}
			for _, c := range v.Concats {
				for _, p := range c.Parts {
					add(p.Column, "VARCHAR")
				}
			}
			create(tb, db, v.Relation, cols)
		}
	}
}

func create(tb testing.TB, db *sql.DB, name string, cols []string) {
	tb.Helper()
	if _, err := db.Exec(fmt.Sprintf("CREATE TABLE IF NOT EXISTS %q (%s)", name, strings.Join(cols, ", "))); err != nil {
		tb.Fatal(err)
	}
}
