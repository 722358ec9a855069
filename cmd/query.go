package cmd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"argosy/queries"
	"argosy/queries/lens"
)

func (a *app) queryCommand() *cobra.Command {
	var f runFlags
	var file string
	var isKQL, strict bool
	c := &cobra.Command{
		Use:   "query [TEXT]",
		Short: "Run a query in SQL or KQL",
		Long: `Runs one query. SQL is DuckDB's; the view subassessments has one row per finding
and repository (open: status Unhealthy; set aside: NotApplicable), and
securityresources and resources are Azure Resource Graph's tables. With --kql, or from a file that ends in .kql, the query is KQL.

The database is opened read-only, and a query cannot read files, use the network
or change anything. $name in SQL is bound by -p name=value.`,
		Example: `  argosy query "select severity, count(*) as findings from subassessments where status = 'Unhealthy' group by 1 order by 1 desc"
  argosy query "select repository, status, package_name from subassessments where vulnerability = \$cve" -p cve=CVE-2021-44228
  argosy query --kql "securityresources | summarize count() by type"
  argosy query -f report.kql --export report.xlsx
  echo "select count(*) from subassessments" | argosy query -f - -o json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			text, lang, err := a.queryText(args, file, isKQL)
			if err != nil {
				return err
			}
			params, err := headerParams(file, text)
			if err != nil {
				return err
			}
			return a.run(c.Context(), question{request: queries.Request{Text: text, Language: lang, Params: params, StrictARG: strict}, title: "Query result"}, f)
		},
	}
	c.Flags().StringVarP(&file, "file", "f", "", "read the query from a file, - for standard input")
	c.Flags().BoolVar(&isKQL, "kql", false, "the query is KQL")
	c.Flags().BoolVar(&strict, "strict-arg", false, strictHelp)
	f.register(c)
	return c
}

// queryText finds the text of a query and its language.
func (a *app) queryText(args []string, file string, isKQL bool) (string, queries.Language, error) {
	lang := queries.SQL
	if isKQL {
		lang = queries.KQL
	}
	if len(args) == 1 && args[0] == "-" && file == "" {
		file, args = "-", nil
	}
	switch {
	case len(args) == 1 && file != "":
		return "", "", usage(fmt.Errorf("a query is given as text and with -f %q", file), "give it once")
	case len(args) == 1:
		return args[0], lang, nil
	case file == "":
		return "", "", usage(fmt.Errorf("no query is given"), `try: argosy query "select count(*) from subassessments"`)
	case file == "-":
		text, err := io.ReadAll(a.In)
		if err != nil {
			return "", "", fmt.Errorf("reading the query from standard input: %w", err)
		}
		return string(text), lang, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", "", usage(fmt.Errorf("reading the query: %w", err), "check the path after -f")
	}
	if strings.EqualFold(filepath.Ext(file), ".kql") {
		lang = queries.KQL
	}
	return string(text), lang, nil
}

// headerParams are the parameters that a report file declares in its header,
// nil where it has none.
func headerParams(file, text string) ([]queries.Param, error) {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".kql", ".sql":
		saved, err := queries.ParseSaved(file, text)
		if err != nil {
			return nil, usage(err, "mend the header of the file")
		}
		return saved.Params, nil
	}
	return nil, nil
}

// question is a query with what it is called.
type question struct {
	request queries.Request
	report  string
	title   string
	// counts says what a saved report counts; see queries.Saved.
	counts string
	// severity words whose severities the rows have, given the source that was
	// chosen; nil where that is the source itself.
	severity func(source string) string
	// sections are the queries of a saved report; none for an ad-hoc query.
	sections []queries.Section
	// lenses are those that the sections look through, by their names.
	lenses map[string]lens.Lens
}
