package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"argosy/export"
	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/schema"
)

// staleError is data that is older than the schedule allows.
type staleError struct{ text string }

func (e *staleError) Error() string { return e.text }

// make runs the steps before the report, makes its files, and records both.
func (j *job) make(ctx context.Context) error {
	if err := j.steps(ctx); err != nil {
		return err
	}
	b, err := j.build(ctx, filepath.Join(j.Folder, j.s.ID))
	if err != nil {
		return err
	}
	j.made = true
	j.reached("built")
	r := j.run
	r.DataAsOf, r.Coverage = b.asOf, b.coverage
	r.Matched, r.Written, r.Truncated = b.matched, b.written, b.truncated
	r.Artifacts = b.files
	words := b.said
	words.Missed = unpack(r.Message).Missed
	words.Lines = append(words.Lines, j.remarks(words.Missed)...)
	r.Message = pack(words)
	if b.empty && j.s.OnEmpty != schedule.EmptySend {
		for _, a := range b.files {
			_ = os.Remove(a.Path)
		}
		r.Artifacts = nil
	}
	if b.empty && j.s.OnEmpty == schedule.EmptySkip {
		r.State, r.Reason, r.Ended = schema.RunSkipped, "the report has no rows; on_empty: skip", j.Clock()
		r.Owner, r.Lease = "", time.Time{}
		j.Say("%s: skipped: %s", j.name(), r.Reason)
		return j.save(ctx)
	}
	r.State = schema.RunDelivering
	r.Deliveries = news(j.s, schema.DeliverReport, r.Deliveries)
	if err := j.save(ctx); err != nil {
		return err
	}
	j.reached("recorded")
	return nil
}

// remarks are facts about the run itself.
func (j *job) remarks(missed string) []deliver.Fact {
	var out []deliver.Fact
	if missed != "" {
		out = append(out, deliver.Fact{Name: "missed before", Value: missed})
	}
	if behind := j.run.Started.Sub(j.run.Slot); behind > late && !j.run.ByHand {
		out = append(out, deliver.Fact{Name: "late", Value: span(behind) + " after its time"})
	}
	for _, p := range j.problems {
		out = append(out, deliver.Fact{Name: "step failed", Value: p})
	}
	return out
}

// built is what the report of a run came to.
type built struct {
	said
	files                       []schema.ScheduleArtifact
	asOf                        time.Time
	coverage                    string
	matched, written, truncated int64
	empty                       bool
}

// build makes the files of a report in a folder.
func (j *job) build(ctx context.Context, folder string) (b built, err error) {
	plan, done, err := j.Plan(ctx, j.s, j.Clock())
	if err != nil {
		return b, err
	}
	defer func() {
		if closing := done(); err == nil {
			err = closing
		}
	}()
	plan.RunID = j.run.ID
	b.asOf = newest(plan)
	stale, err := j.staleness(plan, b.asOf)
	if err != nil {
		return b, err
	}
	for _, p := range j.problems {
		plan.Notes = append(plan.Notes, "a step before this report failed: "+p)
	}
	stats, states, err := j.write(ctx, plan, folder, &b)
	if err != nil {
		return b, err
	}
	b.count(plan, stats)
	b.Title, b.State = plan.Title, deliver.Complete
	switch {
	case stale != "":
		b.State, b.Problem = deliver.Stale, strings.TrimPrefix(stale, "stale: ")
	case b.empty:
		b.State = deliver.Empty
	case len(j.problems) > 0:
		b.State, b.Problem = deliver.Partial, "a step before the report failed: "+strings.Join(j.problems, "; ")
	case states != "complete":
		b.State, b.Problem = deliver.Partial, strings.TrimPrefix(states, "partial: ")
	}
	b.coverage = coverage(plan)
	b.Lines, err = facts(ctx, plan, stats, b)
	return b, err
}

// staleness says that data is too old, in words and in the plan, or fails.
func (j *job) staleness(plan *export.Plan, asOf time.Time) (string, error) {
	if j.s.MaxDataAge == 0 {
		return "", nil
	}
	text := "there is no scan at all"
	if !asOf.IsZero() {
		age := j.Clock().Sub(asOf)
		if age <= j.s.MaxDataAge {
			return "", nil
		}
		text = fmt.Sprintf("the newest scan is of %s UTC, %s ago", asOf.UTC().Format(slotForm), span(age))
	}
	text = "stale: " + text + "; the schedule allows " + span(j.s.MaxDataAge)
	if j.s.Stale == schedule.StaleFail {
		return "", &staleError{text}
	}
	if plan.Partial != "" {
		text += "; " + plan.Partial
	}
	plan.Partial = text
	plan.Notes = append([]string{text}, plan.Notes...)
	return text, nil
}

// write writes the plan, whole or one file for each value, and returns what
// became of the rows and whether that is all.
func (j *job) write(ctx context.Context, plan *export.Plan, folder string, b *built) (export.Stats, string, error) {
	format, err := export.ByName(j.s.Format)
	if err != nil {
		return export.Stats{}, "", err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return export.Stats{}, "", fmt.Errorf("making the folder for the files of runs: %w", err)
	}
	parts := []export.Part{{Plan: plan}}
	if j.s.SplitBy != "" {
		if parts, err = export.Split(ctx, plan, j.s.SplitBy); err != nil {
			return export.Stats{}, "", err
		}
		if len(parts) == 0 {
			// No value, no part: the file says that there are no rows.
			parts = []export.Part{{Plan: plan}}
		}
	}
	var all export.Stats
	state, taken := "complete", map[string]bool{}
	for _, part := range parts {
		name := deliver.FileName(j.s.Name, j.run.Slot.In(j.s.Clock.Zone()), j.run.ID, part.Value, format.Suffixes[0])
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = deliver.FileName(j.s.Name, j.run.Slot.In(j.s.Clock.Zone()), j.run.ID, fmt.Sprintf("%s-%d", part.Value, n), format.Suffixes[0])
		}
		taken[strings.ToLower(name)] = true
		file, stats, err := writeFile(ctx, filepath.Join(folder, name), format, part.Plan)
		if err != nil {
			return all, "", err
		}
		b.files = append(b.files, file)
		all.Sheets = append(all.Sheets, stats.Sheets...)
		if s := part.Plan.State(stats); state == "complete" {
			state = s
		}
	}
	return all, state, nil
}

func writeFile(ctx context.Context, path string, format export.Format, plan *export.Plan) (schema.ScheduleArtifact, export.Stats, error) {
	stats, err := export.ToFile(ctx, path, format, plan)
	if err != nil {
		return schema.ScheduleArtifact{}, stats, err
	}
	sum, size, err := digest(path)
	return schema.ScheduleArtifact{Name: filepath.Base(path), Path: path, MediaType: mediaType(format.Name), SHA256: sum, Bytes: size}, stats, err
}

// digest is the SHA-256 of a file in hexadecimal, and its size.
func digest(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// mediaType is what a form of file is called in mails and buckets.
func mediaType(format string) string {
	known := map[string]string{
		"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8",
		"tsv": "text/tab-separated-values; charset=utf-8", "json": "application/json", "jsonl": "application/x-ndjson", "md": "text/markdown; charset=utf-8",
		"sarif": "application/sarif+json", "parquet": "application/vnd.apache.parquet", "wide": "text/plain; charset=utf-8",
	}
	if t, ok := known[format]; ok {
		return t
	}
	return "application/octet-stream"
}
