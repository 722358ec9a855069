package cmd

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"argosy/ingest"
)

func (a *app) formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "formats",
		Short:   "List the report formats that ingest understands",
		Example: "  argosy formats",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "FORMAT\tWHAT")
			for _, f := range ingest.Formats() {
				fmt.Fprintf(w, "%s\t%s\n", f.Name, f.Title)
			}
			return w.Flush()
		},
	}
}
