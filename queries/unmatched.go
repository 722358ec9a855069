package queries

import (
	"context"
	"fmt"
	"strings"

	"argosy/schema"
)

// listed is what the pattern of a parameter is held against: a statement that
// answers with a row where anything in the database matches, and the report that
// lists what there is.
type listed struct{ sql, report string }

// listedPlaces are the parameters that name where findings lie, by their names.
func listedPlaces() map[string]listed {
	return map[string]listed{
		// Images that no team owns are those of the team unowned.
		"team": {"select 1 where 'unowned' like $1 or exists (select 1 from locations where team like $1)", "coverage-by-team"},
		"registry": {`select 1 where exists (select 1 from locations where registry like $1)
    or exists (select 1 from repository_manifests where registry like $1) or exists (select 1 from containers where registry like $1)`, "coverage-by-registry"},
		"repository": {`select 1 where exists (select 1 from locations where repository like $1)
    or exists (select 1 from repository_manifests where repository like $1) or exists (select 1 from containers where repository like $1)`, "coverage"},
		"cluster":   {"select 1 where exists (select 1 from containers where cluster like $1)", "running-coverage"},
		"namespace": {"select 1 where exists (select 1 from containers where namespace like $1)", "running-coverage"},
	}
}

// unmatched are notes on patterns that somebody gave and that nothing matches: a
// typing mistake would look like a fleet without findings.
func unmatched(ctx context.Context, q Querier, r Request) ([]string, error) {
	var out []string
	for _, p := range r.Params {
		at, ok := listedPlaces()[p.Name]
		text, given := r.Given[p.Name]
		if !ok || !given || text == p.Default || !strings.HasPrefix(p.Doc, "pattern of the ") {
			continue
		}
		rows, err := probe(ctx, q, schema.Statement{SQL: at.sql, Args: []any{text}})
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			out = append(out, fmt.Sprintf("no %s matches %q; those that there are: argosy report run %s", p.Name, text, at.report))
		}
	}
	return out, nil
}
