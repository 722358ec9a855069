package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"argosy/ingest"
	"argosy/ingest/csvmap"
	"argosy/ingest/format"
	"argosy/schema"
	"argosy/schema/store"
)

type ingestFlags struct {
	output, image, name, mapping string
	dryRun, watch                bool
	every                        time.Duration
}

func (a *app) ingestCommand() *cobra.Command {
	var f ingestFlags
	c := &cobra.Command{
		Use:   "ingest PATH...",
		Short: "Bring scan reports into the database",
		Long: `Reads report files of any known format, recognised by content, and merges them
into the database in one transaction. A path is a file, a folder (read to its
depth), a pattern, or - for standard input. gzip, Zstandard, zip and tar are
unpacked; a file may hold several documents one after another, and lines of a
log before and between them. A file that cannot be used is told and leaves no
trace; the others go in.

The newest scan of an image by a scanner counts: what it no longer reports is
fixed, what comes back is reopened. Ingesting a file again changes nothing.

Exit codes: 0 all files were usable, 1 a file was refused, 2 a path or the
database is wrong, 3 the database is in use.`,
		Example: `  argosy ingest demo/reports
  argosy ingest --db demo/argosy.db 'demo/reports/*/trivy/*.json'
  trivy image -f json nginx:1.27 | argosy ingest - --name nginx
  argosy ingest -o jsonl demo/reports
  argosy ingest --dry-run demo/reports
  argosy ingest --watch /var/spool/reports`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if f.watch {
				return a.watch(c.Context(), args, f)
			}
			return a.ingest(c.Context(), args, f)
		},
	}
	c.Flags().StringVarP(&f.output, "output", "o", "table", "what to print: table, or jsonl for one object per file")
	c.Flags().StringVar(&f.image, "image", "", "image that reports are about which do not say so themselves")
	c.Flags().StringVar(&f.mapping, "map", "", "mapping file that says which column of a CSV or TSV table holds what (docs/csv-mapping.md)")
	c.Flags().StringVar(&f.name, "name", "", "name of standard input in messages and records")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what would happen and change nothing")
	c.Flags().BoolVar(&f.watch, "watch", false, "go on and bring in files as they come and change")
	c.Flags().DurationVar(&f.every, "every", 10*time.Second, "how often --watch looks")
	return c
}

func (a *app) ingest(ctx context.Context, args []string, f ingestFlags) error {
	if f.output != "table" && f.output != "jsonl" {
		return usage(fmt.Errorf("output format %q is not known here", f.output), "use table or jsonl")
	}
	paths, err := ingest.Expand(args)
	if err != nil {
		return err
	}
	files, res, err := a.load(ctx, paths, strings.Join(args, " "), f)
	if err != nil {
		return err
	}
	if f.output == "jsonl" {
		enc := json.NewEncoder(a.Out)
		enc.SetEscapeHTML(false)
		for _, r := range files {
			if err := enc.Encode(r); err != nil {
				return fmt.Errorf("writing the output: %w", err)
			}
		}
	} else if err := a.ingestTable(files); err != nil {
		return err
	}
	a.ingestSummary(files, res, f.dryRun)
	for _, r := range files {
		switch r.State {
		case schema.FileRejected, schema.FileUnsupported, schema.FileUnrecognised:
			return silent{exitFailed}
		case schema.FileStored, schema.FileEmpty, schema.FileNotApplicable:
		}
	}
	return nil
}

// load reads the files into the database.
func (a *app) load(ctx context.Context, paths []string, source string, f ingestFlags) ([]schema.FileResult, schema.RunResult, error) {
	var res schema.RunResult
	opt, err := a.options()
	if err != nil {
		return nil, res, err
	}
	formats, err := f.formats()
	if err != nil {
		return nil, res, err
	}
	if a.db != store.Memory && !f.dryRun {
		if err := os.MkdirAll(filepath.Dir(a.db), 0o755); err != nil {
			return nil, res, usage(fmt.Errorf("making the folder of the database %q: %w", a.db, err), "name another file with --db")
		}
	}
	loader, err := store.NewLoader(ctx, a.db, opt)
	if err != nil {
		return nil, res, err
	}
	defer loader.Close()
	started := a.clock()
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent(len(paths))))
	progress := a.startReading(paths)
	defer progress.end()
	files, err := ingest.Load(ctx, paths, loader, ingest.Options{Image: f.image, Name: f.name, Stdin: a.In, Now: started, Formats: formats,
		Read: progress.bytes, Done: progress.file})
	if err != nil {
		return nil, res, err
	}
	usable := false
	for _, r := range files {
		usable = usable || r.State == schema.FileStored || r.State == schema.FileEmpty || r.State == schema.FileNotApplicable
	}
	if !usable {
		// Nothing to record: a database must not come into being for it.
		return files, res, nil
	}
	progress.storing.Store(true)
	res, err = loader.Commit(ctx, schema.Run{Started: started, Version: version(), Source: source, Files: files, DryRun: f.dryRun})
	if err == nil {
		files = res.Files
	}
	return files, res, err
}

// gcPercent is how much the heap may grow between collections. What a run of
// many files remembers of each is most of the heap, and memory counts for more
// than the processor's time.
func gcPercent(files int) int {
	if files > 5_000 {
		return 40
	}
	return 100
}

// formats returns the formats to recognise: with a mapping, the one for its
// tables comes first.
func (f ingestFlags) formats() ([]format.Format, error) {
	if f.mapping == "" {
		return ingest.Formats(), nil
	}
	doc, err := os.ReadFile(f.mapping)
	if err != nil {
		return nil, usage(fmt.Errorf("reading the mapping %q: %w", f.mapping, err), "name a mapping file with --map")
	}
	m, err := csvmap.Read(f.mapping, doc)
	if err != nil {
		return nil, usage(err, "docs/csv-mapping.md has a whole example")
	}
	return ingest.WithMapping(m), nil
}

// maxTableFiles keeps the table short; the rest is counted.
const maxTableFiles = 20

// ingestTable prints the files: refused ones all, the others while they are few.
func (a *app) ingestTable(files []schema.FileResult) error {
	w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "STATE\tFORMAT\tIMAGES\tROWS\tFINDINGS\tFILE")
	shown, hidden := 0, 0
	for _, r := range files {
		fine := r.State == schema.FileStored || r.State == schema.FileEmpty
		if fine && shown >= maxTableFiles {
			hidden++
			continue
		}
		shown++
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%s\n", r.State, r.Format, r.Images, r.Rows, r.Findings, r.Path)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	if hidden > 0 {
		fmt.Fprintf(a.Out, "... and %d more files; -o jsonl lists all\n", hidden)
	}
	return nil
}

// ingestSummary says what the run did, and why files were refused.
func (a *app) ingestSummary(files []schema.FileResult, res schema.RunResult, dryRun bool) {
	var rows, skipped int64
	states := map[schema.FileState]int{}
	for _, r := range files {
		states[r.State]++
		rows, skipped = rows+r.Rows, skipped+r.Skipped
		if r.Error != "" {
			fmt.Fprintf(a.Err, "argosy: %s: %q: %s\n", r.State, r.Path, r.Error)
		}
		for _, why := range r.Incomplete {
			fmt.Fprintf(a.Err, "argosy: incomplete: %q: %s\n", r.Path, why)
		}
	}
	var refused []string
	for _, s := range []schema.FileState{schema.FileEmpty, schema.FileNotApplicable, schema.FileUnsupported, schema.FileUnrecognised, schema.FileRejected} {
		if states[s] > 0 {
			refused = append(refused, fmt.Sprintf("%d %s", states[s], s))
		}
	}
	what := ""
	if len(refused) > 0 {
		what = " (" + strings.Join(refused, ", ") + ")"
	}
	if res.RunID == 0 {
		a.say("nothing was stored: %d of %s usable%s", states[schema.FileStored], plural(len(files), "file"), what)
		return
	}
	name := fmt.Sprintf("run %d", res.RunID)
	if dryRun {
		name = "dry run, nothing is stored"
	}
	a.say("%s: %d of %s stored%s, %s read, %d skipped; %s new, %d fixed, %d reopened; %d open in %s",
		name, states[schema.FileStored], plural(len(files), "file"), what, plural(rows, "row"), skipped, plural(res.New, "finding"), res.Fixed, res.Reopened,
		res.Open, plural(res.Images, "image"))
	if res.Unmatched > 0 {
		a.say("%d of %s %s no open finding; see: argosy report run exemptions-unused", res.Unmatched, plural(res.Statements, "VEX statement"), agree(res.Unmatched, "matches", "match"))
	}
	if res.Superseded > 0 {
		a.say("%s: of a document of which a newer issue is known, and without effect", plural(res.Superseded, "VEX statement"))
	}
	if res.Woven > 0 {
		a.say("%s: older than what was known; the history changed and nothing newer", plural(res.Woven, "scan"))
	}
	if res.Late > 0 {
		a.say("%s: older than the history that is kept; nothing changed", plural(res.Late, "scan"))
	}
}
