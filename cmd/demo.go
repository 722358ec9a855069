package cmd

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"argosy/ingest/demo"
)

func (a *app) demoCommand() *cobra.Command {
	var o demo.Options
	c := &cobra.Command{
		Use:   "demo",
		Short: "Write the report files of an invented fleet",
		Long: `Writes what scanners would report about a fleet of images that does not exist:
native report files of Trivy, Grype and Defender for Cloud, twelve weekly scans,
to be ingested like anyone's. Vulnerability ids and package names are real;
registries, repositories and dates are invented. The same flags give the same
files. Above 200,000 findings a single week is written. --cluster and --owners
write what surrounds the reports: what runs, and whose it is.`,
		Example: `  argosy demo --dir demo/reports
  argosy demo --dir /tmp/big --findings 1000000`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			sum, err := demo.Generate(c.Context(), o)
			var place *fs.PathError
			if errors.As(err, &place) && (place.Op == "mkdir" || place.Op == "open") {
				return usage(fmt.Errorf("making the demo fleet: %q: %w", place.Path, place.Err), "name a folder that can be written to with --dir, and files in such ones with --cluster and --owners")
			}
			if err != nil {
				return err
			}
			a.say("wrote %d report files (%.1f MB) of an invented fleet to %s: %d images in %d repositories over %d weeks, %d more images never scanned; rows: trivy %d, grype %d, defender %d",
				sum.Files, float64(sum.Bytes)/1e6, o.Dir, sum.Images, sum.Repositories, sum.Weeks, sum.NeverScanned, sum.Trivy, sum.Grype, sum.Defender)
			if sum.Files == 0 {
				return fmt.Errorf("making the demo fleet: nothing was written")
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.Dir, "dir", "demo/reports", "folder for the report files")
	c.Flags().IntVar(&o.Findings, "findings", demo.DefaultFindings, "about how many findings are open at the end")
	c.Flags().StringVar(&o.Cluster, "cluster", "", "also write the pods that run to this file, for argosy k8s sync")
	c.Flags().StringVar(&o.Owners, "owners", "", "also write who owns what to this file, for argosy config apply")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of everything invented")
	return c
}
