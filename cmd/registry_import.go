package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"argosy/ingest"
	"argosy/ingest/listing"
	"argosy/schema"
)

type importFlags struct {
	registry, repository string
	complete, dryRun     bool
}

func (a *app) registryImport() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Read a vendor's list of images, with push and pull times",
		Long: `Reads what the tools of a registry's vendor list, as files or - for standard
input. They give what the registry protocol does not: when an image was pushed,
when it was last pulled, and manifests without a tag. The vendor is recognised.

  az acr manifest list-metadata -r NAME -n REPOSITORY -o json
                                   with --registry NAME --repository REPOSITORY
  aws ecr describe-images --repository-name REPOSITORY
                                   with --registry ACCOUNT.dkr.ecr.REGION.amazonaws.com
  curl https://HOST/api/v2.0/projects/P/repositories/R/artifacts?with_tag=true   (Harbor)
                                   with --registry HOST --repository P/R
  gcloud artifacts docker images list REPOSITORY --include-tags --format=json

What a list does not say stays unknown.`,
		Example: `  az acr manifest list-metadata -r contoso -n payments/api -o json | argosy registry import --registry contoso --repository payments/api -
  argosy registry import --registry 123456789012.dkr.ecr.eu-west-1.amazonaws.com images.json
  argosy registry import gar.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.registryImportRun(c.Context(), args, f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.registry, "registry", "", "host of the registry, or the name of one in Azure, where the list does not say")
	fl.StringVar(&f.repository, "repository", "", "repository, where the list does not say")
	fl.BoolVar(&f.complete, "complete", false, "the files hold all of their repositories: what is not in them is gone")
	fl.BoolVar(&f.dryRun, "dry-run", false, "read the files, store nothing")
	return c
}

func (a *app) registryImportRun(ctx context.Context, paths []string, f importFlags) error {
	var batch schema.InventoryBatch
	vendors := map[string]bool{}
	skipped := 0
	for _, p := range paths {
		l, err := a.readListing(p, f)
		if err != nil {
			return err
		}
		vendors[l.Vendor] = true
		skipped += len(l.Skipped)
		for _, s := range l.Skipped {
			a.say("skipped in %q: %s", p, s)
		}
		batch.Manifests = append(batch.Manifests, l.Batch.Manifests...)
		batch.Tags = append(batch.Tags, l.Batch.Tags...)
		batch.Present = append(batch.Present, l.Batch.Present...)
	}
	said := fmt.Sprintf("%d manifests, %d tags, %d rows skipped", len(batch.Present), len(batch.Tags), skipped)
	if f.dryRun {
		a.say("%s; nothing was stored", said)
		return nil
	}
	inv, err := a.inventory(ctx, true)
	if err != nil {
		return err
	}
	defer inv.Close()
	run := schema.SyncRun{Kind: "listing", Source: strings.Join(paths, " "), Version: version(), At: a.clock()}
	if err := inv.Begin(ctx, run); err != nil {
		return err
	}
	places := map[schema.Place]map[string]bool{}
	for _, p := range batch.Present {
		if places[p.Place] == nil {
			places[p.Place] = map[string]bool{}
		}
		places[p.Place][p.Digest] = true
	}
	if f.complete {
		for place, have := range places {
			known, err := inv.Known(ctx, place.Registry)
			if err != nil {
				return err
			}
			if r := known.Repositories[place.Repository]; r != nil {
				for d := range r.Manifests {
					if !have[d] {
						batch.Present = append(batch.Present, schema.ManifestSighting{Place: place, Digest: d, Gone: true})
					}
				}
			}
			batch.Listed = append(batch.Listed, place)
		}
	}
	if err := inv.Apply(ctx, batch); err != nil {
		return err
	}
	id, err := inv.Finish(ctx, schema.SyncTotals{State: "complete", Repositories: int64(len(places)), Tags: int64(len(batch.Tags)), Manifests: int64(len(batch.Present))})
	if err != nil {
		return err
	}
	a.say("sync %d: %s", id, said)
	return nil
}

func (a *app) readListing(path string, f importFlags) (*listing.Listing, error) {
	var in io.Reader = a.In
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, usage(fmt.Errorf("reading %q: %w", path, err), "give a file that the vendor's tool wrote, or - for standard input")
		}
		defer file.Close()
		in = file
	}
	text, free, err := ingest.Text(in)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", path, err)
	}
	defer free()
	l, err := listing.Decode(text, listing.Options{Registry: f.registry, Repository: f.repository})
	if err != nil {
		return nil, fmt.Errorf("reading the listing %q: %w", path, err)
	}
	return l, nil
}
