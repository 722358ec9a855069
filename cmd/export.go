package cmd

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"argosy/export"
	"argosy/queries"
	"argosy/schema"
	"argosy/schema/store"
)

// shapeQueries are the rows that --shape means where no query is given.
func shapeQueries() map[export.Shape]string {
	return map[export.Shape]string{
		export.ShapeSubAssessment: "securityresources\n| where type == 'microsoft.security/assessments/subassessments'\n| sort by id asc",
		export.ShapeAssessment:    "securityresources\n| where type == 'microsoft.security/assessments'\n| sort by id asc",
	}
}

func (a *app) exportCommand() *cobra.Command {
	var f runFlags
	var report, query, file string
	var isKQL bool
	c := &cobra.Command{
		Use:   "export FILE...",
		Short: "Write a report or a query to files, form by suffix",
		Long: `Writes a report, a query or a whole shape to files; the suffix of each says its
form: ` + suffixes() + `.

Without a report or a query, .xlsx and .html get the report workbook and the
other forms the report findings; --shape gets every row of its kind. A file is
written beside its final name and renamed, so that nobody reads half of it.`,
		Example: `  argosy export risk.xlsx
  argosy export risk.html -p days=30
  argosy export fixable.csv --report fixable -p severity=Critical --bom
  argosy export teams.xlsx --report findings --split-by registry
  argosy export defender.json --shape subassessment`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f.exports, f.output = args, "none"
			switch {
			case report != "" && (query != "" || file != ""):
				return usage(fmt.Errorf("a report and a query are given"), "give one of --report, --query and --file")
			case query != "" || file != "":
				texts := []string{}
				if query != "" {
					texts = append(texts, query)
				}
				text, lang, err := a.queryText(texts, file, isKQL)
				if err != nil {
					return err
				}
				return a.run(c.Context(), question{request: queries.Request{Text: text, Language: lang}, title: "Query result"}, f)
			case report == "" && f.shape != "":
				text := shapeQueries()[export.Shape(f.shape)]
				return a.run(c.Context(), question{request: queries.Request{Text: text, Language: queries.KQL}, title: "Defender " + f.shape + "s"}, f)
			case report == "":
				report = usualReport(args)
			}
			return a.runReport(c.Context(), report, f)
		},
	}
	c.Flags().StringVar(&report, "report", "", "the saved report to write")
	c.Flags().StringVar(&query, "query", "", "the query to write, in SQL or with --kql in KQL")
	c.Flags().StringVarP(&file, "file", "f", "", "read the query from a file, - for standard input")
	c.Flags().BoolVar(&isKQL, "kql", false, "the query is KQL")
	f.registerShared(c)
	_ = c.RegisterFlagCompletionFunc("report", completeReports)
	return c
}

// setAsideLeftOut says how many findings the shape of assessments leaves out: it
// lists what is to be updated, and has no word for what is set aside.
func setAsideLeftOut(ctx context.Context, db *store.DB, plan *export.Plan) error {
	rows, err := db.Query(ctx, schema.Statement{SQL: "select count(*) from subassessments where status <> 'Unhealthy'"})
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return rows.Err()
	}
	if n, _ := rows.Values()[0].(int64); n > 0 {
		said := strconv.FormatInt(n, 10) + " findings that are set aside are not in this shape"
		if n == 1 {
			said = "1 finding that is set aside is not in this shape"
		}
		if plan.Partial != "" {
			said = plan.Partial + "; " + said
		}
		plan.Partial = said
	}
	return nil
}

// usualReport is the report that fits the files best.
func usualReport(paths []string) string {
	for _, p := range paths {
		switch strings.ToLower(filepath.Ext(p)) {
		case ".xlsx", ".html", ".htm":
		default:
			return "findings"
		}
	}
	return "workbook"
}

func suffixes() string {
	var out []string
	for _, f := range export.Formats() {
		if len(f.Suffixes) > 0 {
			out = append(out, f.Suffixes[0])
		}
	}
	return strings.Join(out, ", ")
}
