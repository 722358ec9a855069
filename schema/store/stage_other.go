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

// stagedFeed is a row of a feed on its way into the database.
type stagedFeed struct {
	file int
	schema.FeedEntry
}

// Feeds stages rows of public feeds. The slice is free for reuse when the call
// returns.
func (l *Loader) Feeds(ctx context.Context, file int, batch []schema.FeedEntry) error {
	err := l.feeds.put(ctx, func(rows []stagedFeed) []stagedFeed {
		l.fed = true // guarded by the stager's lock, which every caller holds here
		for i := range batch {
			rows = append(rows, stagedFeed{file, batch[i]})
		}
		return rows
	})
	if err != nil {
		return fmt.Errorf("staging feeds: %w", err)
	}
	return nil
}

func feedFields() []field[stagedFeed] {
	type f = stagedFeed
	return []field[f]{
		longField("file_no", func(v *f) int64 { return int64(v.file) }),
		textField("feed", func(v *f) string { return v.Feed }),
		textField("version", func(v *f) string { return v.Version }),
		timeField("dated", func(v *f) time.Time { return v.At }),
		textField("id", func(v *f) string { return v.ID }),
		realField("epss", func(v *f) *float64 { return &v.EPSS }),
		realField("percentile", func(v *f) *float64 { return &v.Percentile }),
		timeField("added", func(v *f) time.Time { return v.Added }),
		timeField("due", func(v *f) time.Time { return v.Due }),
		boolField("ransomware", func(v *f) bool { return v.Ransomware }),
		textField("name", func(v *f) string { return v.Name }),
		textField("action", func(v *f) string { return v.Action }),
	}
}

func statementFields() []field[stagedTarget] {
	type t = stagedTarget
	return []field[t]{
		longField("statement_no", func(v *t) int64 { return v.no }),
		longField("file_no", func(v *t) int64 { return int64(v.statement.File) }),
		textField("document", func(v *t) string { return v.statement.Document }),
		textField("author", func(v *t) string { return v.statement.Author }),
		timeField("stated", func(v *t) time.Time { return v.statement.At }),
		timeField("issued", func(v *t) time.Time { return v.statement.Issued }),
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

// goodFile is a file whose documents are all staged, with the time of its
// newest scan.
type goodFile struct {
	no   int64
	told time.Time
}

func goodFields() []field[goodFile] {
	return []field[goodFile]{longField("file_no", func(v *goodFile) int64 { return v.no }), timeField("told", func(v *goodFile) time.Time { return v.told })}
}
