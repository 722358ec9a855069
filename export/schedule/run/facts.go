package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"argosy/export"
	"argosy/export/deliver"
)

// newest is the time of the newest scan that a plan speaks about; zero when
// there is none.
func newest(plan *export.Plan) time.Time {
	var t time.Time
	for _, s := range plan.Sources {
		if s.Newest.After(t) {
			t = s.Newest
		}
	}
	return t
}

// coverage says how much of the fleet a plan speaks about.
func coverage(plan *export.Plan) string {
	c := plan.Coverage
	if c == nil {
		return ""
	}
	text := plural(int(c.Scanned), "image") + " scanned"
	if c.Never > 0 {
		text += fmt.Sprintf(", %d never scanned", c.Never)
	}
	return text
}

// count adds up the rows of a report. Pages of figures always have some: a
// report is empty when its other sheets are.
func (b *built) count(plan *export.Plan, stats export.Stats) {
	lists := map[string]bool{}
	for _, s := range plan.Sheets {
		if len(s.Blocks) == 0 {
			name := s.Name
			if name == "" {
				name = "Result"
			}
			lists[name] = true
		}
	}
	known := true
	for _, s := range stats.Sheets {
		if s.Skipped || len(lists) > 0 && !lists[s.Name] {
			continue
		}
		b.written += s.Written
		b.matched += s.Matched
		known = known && s.Matched >= 0
	}
	b.empty = b.written == 0
	if b.truncated = b.matched - b.written; !known {
		b.matched, b.truncated = -1, -1
	}
}

// facts are the lines of a message about a report.
func facts(ctx context.Context, plan *export.Plan, stats export.Stats, b built) ([]deliver.Fact, error) {
	asOf := "unknown: there is no scan"
	if !b.asOf.IsZero() {
		var scanners []string
		for _, s := range plan.Sources {
			scanners = append(scanners, s.Scanner)
		}
		asOf = fmt.Sprintf("%s UTC (%s)", b.asOf.UTC().Format(slotForm), strings.Join(scanners, ", "))
	}
	rows := stats.Summary()
	if len(b.files) > 1 {
		rows = fmt.Sprintf("%d in %d files", b.written, len(b.files))
	}
	out := []deliver.Fact{{Name: "data as of", Value: asOf}}
	if b.coverage != "" {
		out = append(out, deliver.Fact{Name: "coverage", Value: b.coverage})
	}
	out = append(out, deliver.Fact{Name: "rows", Value: rows}, deliver.Fact{Name: "state", Value: strings.TrimSuffix(b.State+": "+b.Problem, ": ")})
	for _, warning := range stats.Warnings() {
		out = append(out, deliver.Fact{Name: "note", Value: warning})
	}
	tiles, err := figures(ctx, plan)
	return append(out, tiles...), err
}

// figures reads the tiles of a report: figures with what they were.
func figures(ctx context.Context, plan *export.Plan) ([]deliver.Fact, error) {
	var out []deliver.Fact
	compared := ""
	for _, sheet := range plan.Sheets {
		for _, block := range sheet.Blocks {
			if block.Role != export.RoleTiles {
				continue
			}
			rows, err := block.Open(ctx)
			if err != nil {
				return nil, err
			}
			at := map[string]int{}
			for i, c := range rows.Columns() {
				at[c.Name] = i
			}
			cell := func(name string) string {
				i, ok := at[name]
				if !ok || rows.Values()[i] == nil {
					return ""
				}
				return fmt.Sprint(rows.Values()[i])
			}
			for rows.Next() {
				value := cell("value")
				if change := cell("change"); change != "" && change != "0" {
					value += " (" + signed(change) + ")"
				}
				out = append(out, deliver.Fact{Name: strings.ToLower(cell("label")), Value: value, Tile: true})
				if compared == "" {
					compared = cell("compared")
				}
			}
			if err := errorsOf(rows); err != nil {
				return nil, err
			}
		}
	}
	if compared != "" {
		out = slices.Insert(out, 0, deliver.Fact{Name: "compared with", Value: strings.TrimPrefix(compared, "Compared with ")})
	}
	return out, nil
}

// errorsOf ends a stream of rows and returns its first error.
func errorsOf(rows interface {
	Err() error
	Close() error
}) error {
	err := rows.Err()
	if closing := rows.Close(); err == nil {
		err = closing
	}
	return err
}

// signed gives a number without a sign a plus.
func signed(number string) string {
	if strings.HasPrefix(number, "-") {
		return number
	}
	return "+" + strings.TrimPrefix(number, "+")
}
