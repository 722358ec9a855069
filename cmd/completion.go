package cmd

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"argosy/export"
	"argosy/queries"
	"argosy/schema"
	"argosy/schema/settings"
)

// Completion is what a shell offers at the tab key. Nothing here opens the
// database: a completion must come at once, also while an ingest writes.

type completion = func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

// completeReports offers the names of saved reports.
func completeReports(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	lib, err := library()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var out []string
	for _, r := range lib.Reports() {
		out = append(out, r.Name+"\t"+r.Title)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// once offers nothing behind the first argument.
func once(offer completion) completion {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(c, args, typed)
	}
}

// completeWords offers a fixed choice.
func completeWords(words []string) completion {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// complete offers what every command that answers with rows has.
func (f *runFlags) complete(c *cobra.Command) {
	var shapes []string
	for _, s := range export.Shapes() {
		shapes = append(shapes, string(s))
	}
	for name, offer := range map[string]completion{
		"output":          completeWords(formats()),
		"shape":           completeWords(shapes),
		"severity-source": completeWords(settings.SeveritySources()),
		"param":           completeParam,
		"columns":         completeColumns,
		"split-by":        completeColumns,
	} {
		if c.Flags().Lookup(name) != nil {
			_ = c.RegisterFlagCompletionFunc(name, offer) // fails only for a flag that is not there
		}
	}
}

// asked is the report that a command line is about, nil where there is none.
func asked(c *cobra.Command, args []string) *queries.Saved {
	name := ""
	if report := c.Flags().Lookup("report"); report != nil {
		name = report.Value.String()
	} else if c.Name() == "run" && len(args) > 0 {
		name = args[0]
	}
	lib, err := library()
	if err != nil || name == "" {
		return nil
	}
	r, err := lib.Find(name)
	if err != nil {
		return nil
	}
	return r
}

// completeParam offers the parameters of the report as name=, and after that
// the values that it can have, or else the default.
func completeParam(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	r := asked(c, args)
	if r == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, p := range r.Params {
		if name, _, ok := strings.Cut(typed, "="); !ok {
			out = append(out, p.Name+"=\t"+p.Doc)
		} else if name == p.Name {
			for _, v := range offered(p) {
				out = append(out, p.Name+"="+v+"\t"+p.Doc)
			}
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// offered are the values of a parameter that are known without the database.
func offered(p queries.Param) []string {
	if p.Values == nil && p.Default != "" {
		return []string{p.Default}
	}
	return p.Values
}

// word matches what can be the name of a column in a query.
var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// completeColumns offers columns behind the last comma: those known by name
// that the text of the report speaks of, or all of these where no report is
// named. A report may compute others, which only running it would tell.
func completeColumns(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	docs := queries.Glossary()
	for _, column := range schema.ResourceColumns() {
		docs[column.Name] = column.Doc
	}
	before := typed[:strings.LastIndex(typed, ",")+1]
	taken := strings.Split(before, ",")
	r := asked(c, args)
	var spoken []string
	if r != nil {
		spoken = word.FindAllString(r.Text, -1)
	}
	var out []string
	for name, doc := range docs {
		if !slices.Contains(taken, name) && (r == nil || slices.Contains(spoken, name)) {
			out = append(out, before+name+"\t"+doc)
		}
	}
	slices.Sort(out)
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}
