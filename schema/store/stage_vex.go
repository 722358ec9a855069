package store

import (
	"context"
	"fmt"
	"time"

	"argosy/schema"
)

// stagedTarget is a VEX statement about one target; a statement without
// targets is staged once, so that it can be reported as matching nothing.
type stagedTarget struct {
	no        int64
	statement *schema.StagedStatement
	schema.Target
}

// Statements stages statements of VEX documents.
func (l *Loader) Statements(ctx context.Context, batch []schema.StagedStatement) error {
	err := l.statements.put(ctx, func(rows []stagedTarget) []stagedTarget {
		for i := range batch {
			s := batch[i] // the caller reuses the slice
			l.told++      // guarded by the stager's lock, which every caller holds here
			targets := s.Targets
			if len(targets) == 0 {
				targets = []schema.Target{{}}
			}
			for _, t := range targets {
				rows = append(rows, stagedTarget{l.told, &s, t})
			}
		}
		return rows
	})
	if err != nil {
		return fmt.Errorf("staging VEX statements: %w", err)
	}
	return nil
}

func statementFields() []field[stagedTarget] {
	type t = stagedTarget
	return []field[t]{
		longField("statement_no", func(v *t) int64 { return v.no }),
		longField("file_no", func(v *t) int64 { return int64(v.statement.File) }),
		textField("document", func(v *t) string { return v.statement.Document }),
		textField("author", func(v *t) string { return v.statement.Author }),
		timeField("stated", func(v *t) time.Time { return v.statement.At }),
		textField("place", func(v *t) string { return v.statement.Place }),
		textField("vulnerability", func(v *t) string { return v.statement.Canonical }),
		textField("aliases", func(v *t) string {
			return joined(append([]string{v.statement.VulnerabilityID}, v.statement.Aliases...))
		}),
		textField("status", func(v *t) string { return string(v.statement.Status) }),
		textField("justification", func(v *t) string { return v.statement.Justification }),
		textField("impact", func(v *t) string { return v.statement.Impact }),
		textField("action", func(v *t) string { return v.statement.Action }),
		textField("product", func(v *t) string { return v.Product }),
		textField("digest", func(v *t) string { return v.Digest }),
		textField("registry", func(v *t) string { return v.Registry }),
		textField("repository", func(v *t) string { return v.Repository }),
		textField("tag", func(v *t) string { return v.Tag }),
		textField("purl", func(v *t) string { return v.PURL }),
		textField("package_type", func(v *t) string { return v.PackageType }),
		textField("package_name", func(v *t) string { return v.PackageName }),
		textField("package_version", func(v *t) string { return v.PackageVersion }),
	}
}
