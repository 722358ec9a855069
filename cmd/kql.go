package cmd

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"argosy/queries"
	"argosy/queries/kql"
	"argosy/queries/kql/syntax"
)

func (a *app) kqlCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "kql",
		Short: "Look into the query language: explain, format, functions",
		Example: `  argosy kql explain "securityresources | summarize count() by type"
  argosy kql format -f report.kql
  argosy kql functions split`,
	}
	c.AddCommand(a.kqlExplain(), a.kqlFormat(), a.kqlFunctions())
	return c
}

func (a *app) kqlExplain() *cobra.Command {
	var file string
	var strict bool
	c := &cobra.Command{
		Use:     "explain [TEXT]",
		Short:   "Print the SQL that a KQL query becomes",
		Example: `  argosy kql explain "securityresources | where type == 'microsoft.security/cvedetails' | count"`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, _, err := a.queryText(args, file, true)
			if err != nil {
				return err
			}
			res, err := kql.Translate(text, queries.Catalog(), kql.Options{StrictARG: strict})
			if err != nil {
				return prepareError(err, text, "argosy kql explain --help")
			}
			for _, n := range res.Notes {
				a.say("note: %s", n.Text)
			}
			a.strictARG(res.StrictARG, text)
			_, err = fmt.Fprintln(a.Out, res.SQL)
			return err
		},
	}
	c.Flags().StringVarP(&file, "file", "f", "", "read the query from a file, - for standard input")
	c.Flags().BoolVar(&strict, "strict-arg", false, strictHelp)
	return c
}

const strictHelp = "list what Azure Resource Graph itself would refuse in a KQL query; the result stays the same"

// strictARG tells what Azure Resource Graph would refuse, each with its place.
func (a *app) strictARG(notes []kql.Note, text string) {
	for _, n := range notes {
		e := syntax.Error{Span: n.Span, Msg: n.Text}
		fmt.Fprintln(a.Err, "strict-arg: "+strings.TrimRight(e.Format(text), "\n"))
	}
}

func (a *app) kqlFormat() *cobra.Command {
	var file string
	var write bool
	c := &cobra.Command{
		Use:     "format [TEXT]",
		Short:   "Print a KQL query in its canonical form",
		Example: `  argosy kql format "resources|where type=='x'|project id,name"`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, _, err := a.queryText(args, file, true)
			if err != nil {
				return err
			}
			out, errs := syntax.FormatSource(text)
			if len(errs) > 0 {
				return &kqlError{text, errs}
			}
			if write && file != "" && file != "-" {
				return os.WriteFile(file, []byte(out), 0o644)
			}
			_, err = fmt.Fprint(a.Out, strings.TrimRight(out, "\n")+"\n")
			return err
		},
	}
	c.Flags().StringVarP(&file, "file", "f", "", "read the query from a file, - for standard input")
	c.Flags().BoolVarP(&write, "write", "w", false, "write the file of -f instead of standard output")
	return c
}

func (a *app) kqlFunctions() *cobra.Command {
	return &cobra.Command{
		Use:   "functions [NAME]",
		Short: "List the functions of KQL that are supported, or explain one",
		Example: `  argosy kql functions
  argosy kql functions split`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listFunctions()
			}
			f, near := kql.Find(args[0])
			if f == nil {
				return usage(fmt.Errorf("looking up the function %q: there is none of that name", args[0]),
					strings.TrimSpace(near+" List them with: argosy kql functions"))
			}
			return a.explainFunction(f)
		},
	}
}

func (a *app) listFunctions() error {
	w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
	family := ""
	for _, f := range kql.Functions() {
		if f.Family != family {
			if family != "" {
				fmt.Fprintln(w)
			}
			family = f.Family
			fmt.Fprintln(w, family)
		}
		fmt.Fprintf(w, "  %s\t%s\n", f.Name, f.Doc)
	}
	return w.Flush()
}

func (a *app) explainFunction(f *kql.Func) error {
	fmt.Fprintf(a.Out, "%s -> %s\n\n%s\n", f.Signature(), f.Returns, f.Doc)
	if len(f.Aliases) > 0 {
		fmt.Fprintf(a.Out, "Also %s.\n", strings.Join(f.Aliases, ", "))
	}
	_, err := fmt.Fprintf(a.Out, "\n  %s\n  %s\n", f.Example, f.ExampleResult())
	return err
}
