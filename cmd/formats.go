package cmd

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"argosy/docs"
	"argosy/ingest"
)

func (a *app) formatsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "formats [NAME]",
		Short: "List the report formats that ingest understands, or tell about one",
		Example: `  argosy formats
  argosy formats trivy`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, f := range ingest.Formats() {
				if len(args) == 0 {
					names = append(names, f.Name+"\t"+f.Title)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.aboutFormat(args[0])
			}
			w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "FORMAT\tWHAT")
			for _, f := range ingest.Formats() {
				fmt.Fprintf(w, "%s\t%s\n", f.Name, f.Title)
			}
			return w.Flush()
		},
	}
}

// aboutFormat prints what the documentation says of a format.
func (a *app) aboutFormat(name string) error {
	for _, f := range ingest.Formats() {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		s, ok := docs.About(f.Title)
		if !ok {
			return fmt.Errorf("the format %q has no documentation", f.Name)
		}
		_, err := fmt.Fprint(a.Out, s.Text)
		return err
	}
	return usage(fmt.Errorf("there is no report format %q", name), "argosy formats lists them")
}
