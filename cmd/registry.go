package cmd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"argosy/ingest/registry"
	"argosy/schema"
	"argosy/schema/store"
)

func (a *app) registryCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "registry",
		Short: "Keep an inventory of what registries hold",
		Long: `Reports say what was found; an inventory says what was missed. It holds the
repositories, tags, manifests with every platform, and attestations of registries
and OCI layouts.`,
		Example: `  argosy registry sync registry.example.com
  argosy report run coverage`,
	}
	c.AddCommand(a.registrySync(), a.registryImport())
	return c
}

type syncFlags struct {
	jobs, attempts     int
	timeout, maxWait   time.Duration
	recheck            time.Duration
	insecure, dryRun   bool
	noReferrers        bool
	repositories, name string
	output             string
}

func (a *app) registrySync() *cobra.Command {
	var f syncFlags
	c := &cobra.Command{
		Use:   "sync REF...",
		Short: "Read repositories, tags and manifests of registries",
		Long: `Reads what a REF names and keeps it in the database:

  registry.example.com     every repository of the registry's catalogue
  registry.example.com/ns/ every repository below ns/
  ghcr.io/org/app          every tag of a repository
  ghcr.io/org/app:1.2      one tag or digest
  ./layout, image.tar      an OCI layout, as a folder or an archive

A reference without a host is one of Docker Hub. Credentials are those of docker
login, its credential helpers, and of Google's and GitHub's environment.

What is known is not read again: an unchanged tag costs one HEAD request. A sync
that was interrupted goes on where it ended when it runs again. Tags, manifests
and repositories that are no longer there are noticed. Referrers, and manifests
without a tag, are looked at again when the last look is older than --recheck.

Reports that the registry itself holds - attestations and referrers of the types
that argosy ingest knows - are ingested, as reports about the image that they
refer to. Signatures are not checked.

Exit codes: 0 everything was read, 1 something was not, 2 a reference or the
database is wrong, 3 a registry was busy or out of reach: run it again.`,
		Example: `  argosy registry sync registry.example.com
  argosy registry sync ghcr.io/org/app docker.io/library/nginx:1.27
  argosy registry sync --repositories repositories.txt ghcr.io
  argosy registry sync --dry-run registry.example.com/team/
  argosy registry sync ./layout`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.registrySyncRun(c.Context(), args, f) },
	}
	fl := c.Flags()
	fl.IntVar(&f.jobs, "jobs", 8, "requests under way at once")
	fl.IntVar(&f.attempts, "attempts", 6, "how often a request is sent at most")
	fl.DurationVar(&f.timeout, "request-timeout", time.Minute, "time for one attempt")
	fl.DurationVar(&f.maxWait, "max-wait", 2*time.Minute, "longest wait that a registry may ask for")
	fl.DurationVar(&f.recheck, "recheck", 20*time.Hour, "age of the last look at referrers and untagged manifests")
	fl.BoolVar(&f.insecure, "insecure", false, "allow plain HTTP")
	fl.BoolVar(&f.dryRun, "dry-run", false, "list repositories and tags, read and store nothing else")
	fl.BoolVar(&f.noReferrers, "no-referrers", false, "leave referrers, and the reports among them, out")
	fl.StringVar(&f.repositories, "repositories", "", "file with one repository a line (- is standard input), for a registry without a catalogue")
	fl.StringVar(&f.name, "name", "", "registry/repository that a layout stands for")
	fl.StringVarP(&f.output, "output", "o", "table", "form of --dry-run: table or jsonl")
	return c
}

func (a *app) registrySyncRun(ctx context.Context, refs []string, f syncFlags) error {
	if f.output != "table" && f.output != "jsonl" {
		return usage(fmt.Errorf("output format %q is not known here", f.output), "use table or jsonl")
	}
	opt := registry.Options{Jobs: f.jobs, Attempts: f.attempts, Timeout: f.timeout, MaxWait: f.maxWait, Recheck: f.recheck,
		Insecure: f.insecure, Plan: f.dryRun, NoReferrers: f.noReferrers, LocalName: f.name, Now: a.clock()}
	if f.repositories != "" {
		var err error
		if opt.Repositories, err = a.lines(f.repositories); err != nil {
			return usage(fmt.Errorf("reading the list of repositories %q: %w", f.repositories, err), "give a file with one repository a line")
		}
	}
	if err := registry.Check(refs, f.insecure); err != nil {
		return usage(err, "name a registry, a repository, or a layout that is there: argosy registry sync --help")
	}
	inv, err := a.inventory(ctx, !f.dryRun)
	if err != nil {
		return err
	}
	defer inv.Close()
	if !f.dryRun {
		if err := inv.Begin(ctx, schema.SyncRun{Kind: "registry", Source: strings.Join(refs, " "), Version: version(), At: opt.Now}); err != nil {
			return err
		}
	}
	bar := a.progress("tags")
	opt.Progress = func(p registry.Progress) {
		bar.show(p.TagsDone, p.Tags, fmt.Sprintf("%d/%d repositories", p.RepositoriesDone, p.Repositories))
	}
	res, err := registry.Sync(ctx, refs, inv, opt)
	bar.end()
	if f.dryRun {
		if err == nil {
			err = a.printPlans(res.Plans, f.output)
		}
		return a.syncEnd(ctx, res, err)
	}
	t := schema.SyncTotals{State: "complete", Repositories: res.Repositories, Tags: res.Tags, Manifests: res.Manifests, Requests: res.Requests}
	if len(res.Failures) > 0 {
		t.State, t.Error = "partial", res.Failures[0].What+": "+res.Failures[0].Err.Error()
	}
	if err != nil {
		t.State, t.Error = "interrupted", err.Error()
	}
	var files []schema.FileResult
	if err == nil && !f.noReferrers {
		files, err = a.attachments(ctx, inv, refs, opt, &res)
	}
	id, finishErr := inv.Finish(context.WithoutCancel(ctx), t)
	if err == nil {
		err = finishErr
	}
	a.say("sync %d: %d repositories, %d tags (%d new), %d manifests read, %d gone, %d referrers; %d requests",
		id, res.Repositories, res.Tags, res.NewTags, res.Manifests, res.Gone, res.Referrers, res.Requests)
	a.sayAttachments(files)
	return a.syncEnd(ctx, res, err)
}

// inventory opens the database for writing what exists.
func (a *app) inventory(ctx context.Context, create bool) (*store.Inventory, error) {
	opt, err := a.options()
	if err != nil {
		return nil, err
	}
	if a.db != store.Memory && create {
		if err := os.MkdirAll(filepath.Dir(a.db), 0o755); err != nil {
			return nil, usage(fmt.Errorf("making the folder of the database %q: %w", a.db, err), "name another file with --db")
		}
	}
	return store.OpenInventory(ctx, a.db, opt)
}

// syncEnd tells what could not be read and chooses the exit code.
func (a *app) syncEnd(ctx context.Context, res registry.Result, err error) error {
	const shown = 20
	later := 0
	for i, f := range res.Failures {
		if registry.Temporary(f.Err) {
			later++
		}
		if i < shown {
			fmt.Fprintf(a.Err, "argosy: reading %s: %s\n", f.What, f.Err)
		}
	}
	if n := len(res.Failures); n > shown {
		fmt.Fprintf(a.Err, "argosy: and %d more could not be read\n", n-shown)
	}
	var bad *registry.ReferenceError
	switch {
	case errors.As(err, &bad):
		return usage(err, "see: argosy registry sync --help")
	case ctx.Err() != nil:
		fmt.Fprintln(a.Err, "argosy: interrupted; what was read is stored, run the same command to go on")
		return silent{exitInterrupted}
	case err != nil:
		return err
	case len(res.Failures) > 0 && later == len(res.Failures):
		fmt.Fprintln(a.Err, "hint: what was read is stored; run the same command again later")
		return silent{exitRetry}
	case len(res.Failures) > 0:
		return silent{exitFailed}
	}
	return nil
}

func (a *app) printPlans(plans []registry.Plan, output string) error {
	if output == "jsonl" {
		enc := json.NewEncoder(a.Out)
		for _, p := range plans {
			if err := enc.Encode(p); err != nil {
				return fmt.Errorf("writing the output: %w", err)
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "REGISTRY\tREPOSITORY\tTAGS\tNEW\tGONE")
	for _, p := range plans {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\n", p.Registry, p.Repository, p.Tags, p.NewTags, p.GoneTags)
	}
	return w.Flush()
}

// lines reads a list, one entry a line; # begins a comment.
func (a *app) lines(path string) ([]string, error) {
	var r io.Reader = a.In
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	var out []string
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		line, _, _ := strings.Cut(sc.Text(), "#")
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errors.New("the list is empty")
	}
	return out, nil
}
