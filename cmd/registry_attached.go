package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"argosy/ingest"
	"argosy/ingest/registry"
	"argosy/schema"
	"argosy/schema/scratch"
	"argosy/schema/store"
)

// attachments reads the reports that registries hold about their own images
// and ingests them in one run, each about the image that it refers to.
func (a *app) attachments(ctx context.Context, inv *store.Inventory, refs []string, opt registry.Options, res *registry.Result) ([]schema.FileResult, error) {
	hosts, err := registry.Hosts(refs, opt)
	if err != nil {
		return nil, err
	}
	items, err := inv.Attachments(ctx, hosts)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	dir, err := scratch.New("attached")
	if err != nil {
		return nil, fmt.Errorf("making a folder for what the registry holds: %w", err)
	}
	defer dir.Close()
	byPath := map[string]*schema.Attachment{}
	var paths []string
	failed, requests, err := registry.Fetch(ctx, refs, items, opt, func(i int, raw []byte) error {
		path := filepath.Join(dir.Path, strconv.Itoa(i))
		byPath[path] = &items[i]
		paths = append(paths, path)
		return os.WriteFile(path, raw, 0o600)
	})
	res.Failures, res.Requests = append(res.Failures, failed...), res.Requests+requests
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	engine, err := a.options()
	if err != nil {
		return nil, err
	}
	loader, err := store.NewLoader(ctx, a.db, engine)
	if err != nil {
		return nil, err
	}
	defer loader.Close()
	files, err := ingest.Load(ctx, paths, loader, ingest.Options{Now: opt.Now, About: func(path string) (string, schema.Image) {
		item := byPath[path]
		return item.Name(), schema.Image{Registry: item.Registry, Repository: item.Repository, Digest: item.Subject}
	}})
	if err != nil {
		return nil, err
	}
	run, err := loader.Commit(ctx, schema.Run{Started: opt.Now, Version: version(), Source: "what the registry holds", Files: files})
	return run.Files, err
}

// sayAttachments tells what became of the reports that registries hold. One
// that holds no vulnerabilities is no failure.
func (a *app) sayAttachments(files []schema.FileResult) {
	if len(files) == 0 {
		return
	}
	var findings int64
	states := map[schema.FileState]int{}
	for _, f := range files {
		states[f.State]++
		findings += f.Findings
		switch f.State {
		case schema.FileRejected, schema.FileUnsupported:
			a.say("%s: %q: %s", f.State, f.Path, f.Error)
		case schema.FileStored, schema.FileEmpty, schema.FileNotApplicable, schema.FileUnrecognised:
		}
	}
	a.say("%d documents that the registry holds about its images: %d read with %d findings, %d without vulnerabilities, %d of other kinds, %d refused",
		len(files), states[schema.FileStored], findings, states[schema.FileNotApplicable]+states[schema.FileEmpty], states[schema.FileUnrecognised],
		states[schema.FileRejected]+states[schema.FileUnsupported])
}
