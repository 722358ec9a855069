package cmd

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"argosy/queries"
	"argosy/schema"
)

func (a *app) reportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "report",
		Short: "List, show and run saved reports",
		Long: `A saved report is one .kql or .sql file with a header of comments: title,
description, parameters, tags. Besides argosy's own, the files in the folder
"reports" of the current directory and of the configuration directory, and in
the folders below it, can be run by name.`,
		Example: `  argosy report list
  argosy report run severity-summary
  argosy report run fixable -p severity=Critical --export fixable.xlsx`,
	}
	c.AddCommand(a.reportList(), a.reportShow(), a.reportRun())
	return c
}

// reportDirs are the folders of the user's reports, the configuration's first.
func reportDirs() []string {
	dirs := []string{}
	if conf, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, filepath.Join(conf, "argosy", "reports"))
	}
	return append(dirs, "reports")
}

// library loads argosy's reports and the user's.
func library() (*queries.Library, error) {
	lib, err := queries.LoadLibrary(reportDirs()...)
	if err != nil {
		return nil, usage(err, "mend or remove the file")
	}
	return lib, nil
}

func (a *app) reportList() *cobra.Command {
	var output, tag, folder string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the saved reports by folder",
		Example: `  argosy report list
  argosy report list --folder governance
  argosy report list --tag running -o json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			lib, err := library()
			if err != nil {
				return err
			}
			reports, err := chooseReports(lib.Reports(), folder, tag)
			if err != nil {
				return err
			}
			return a.printReports(reports, output)
		},
	}
	c.Flags().StringVarP(&output, "output", "o", "table", "form of the output: table or json")
	c.Flags().StringVar(&tag, "tag", "", "only reports with this tag")
	c.Flags().StringVar(&folder, "folder", "", "only reports in this folder and the folders in it")
	return c
}

// chooseReports narrows the list; a folder that no report lies in is an error.
func chooseReports(all []*queries.Saved, folder, tag string) ([]*queries.Saved, error) {
	folder = strings.Trim(folder, "/")
	var chosen []*queries.Saved
	var folders []string
	found := folder == ""
	for _, r := range all {
		inside := folder == "" || r.Folder == folder || strings.HasPrefix(r.Folder, folder+"/")
		found = found || inside
		if inside && (tag == "" || slices.Contains(r.Tags, tag)) {
			chosen = append(chosen, r)
		}
		if r.Folder != "" && !slices.Contains(folders, r.Folder) {
			folders = append(folders, r.Folder)
		}
	}
	if !found {
		return nil, usage(fmt.Errorf("listing reports: there is no folder %q", folder), "use one of "+strings.Join(folders, ", "))
	}
	return chosen, nil
}

type reportLine struct {
	Folder      string   `json:"folder"`
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Counts      string   `json:"counts"`
	Severity    string   `json:"severity"`
	Language    string   `json:"language"`
	Tags        []string `json:"tags"`
	// Parameters are as report show lists them.
	Parameters []reportParam `json:"parameters"`
}

type reportParam struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Default  string `json:"default"`
	Required bool   `json:"required"`
	Doc      string `json:"doc"`
}

func (a *app) printReports(reports []*queries.Saved, output string) error {
	switch output {
	case "json":
		lines := []reportLine{}
		for _, r := range reports {
			params := []reportParam{}
			for _, p := range r.Params {
				params = append(params, reportParam{p.Name, string(p.Type), p.Default, !p.HasDefault, p.Doc})
			}
			lines = append(lines, reportLine{r.Folder, r.Name, r.Title, r.Description, r.Counts, r.SeverityBy("as severity_source says"), string(r.Language), r.Tags, params})
		}
		return a.printJSON(lines)
	case "table":
		name, title := 0, 0
		for _, r := range reports {
			name, title = max(name, utf8.RuneCountInString(r.Name)), max(title, utf8.RuneCountInString(r.Title))
		}
		w := bufio.NewWriter(a.Out)
		for i, r := range reports {
			if i == 0 || r.Folder != reports[i-1].Folder {
				fmt.Fprintf(w, "%s/\n", path.Join(".", r.Folder))
			}
			line := fmt.Sprintf("  %-*s  %-*s  %s", name, r.Name, title, r.Title, strings.Join(r.Tags, ", "))
			fmt.Fprintln(w, strings.TrimRight(line, " "))
		}
		return w.Flush()
	}
	return usage(fmt.Errorf("output format %q is not known here", output), "use table or json")
}

func (a *app) reportShow() *cobra.Command {
	return &cobra.Command{
		Use:               "show NAME",
		Short:             "Show a report's description, parameters and query",
		Example:           "  argosy report show fixable",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: once(completeReports),
		RunE: func(_ *cobra.Command, args []string) error {
			lib, err := library()
			if err != nil {
				return err
			}
			r, err := lib.Find(args[0])
			if err != nil {
				return usage(err, "list the reports with: argosy report list")
			}
			fmt.Fprintf(a.Out, "%s: %s\n%s\n", r.Name, r.Title, r.Description)
			if r.Counts != "" {
				fmt.Fprintf(a.Out, "Counts: %s.\n", r.Counts)
			}
			if r.Severity != "" {
				fmt.Fprintf(a.Out, "Severity: %s.\n", r.SeverityBy("as severity_source says"))
			}
			fmt.Fprintln(a.Out)
			a.showParams(r.Params)
			_, err = fmt.Fprint(a.Out, strings.TrimRight(r.Text, "\n")+"\n")
			return err
		},
	}
}

// showParams prints how each parameter is given, and what a moment may be.
func (a *app) showParams(params []queries.Param) {
	moments := false
	for _, p := range params {
		kind := string(p.Type)
		if choice := p.Choice(); choice != "" {
			kind += ": " + choice
		}
		fmt.Fprintf(a.Out, "  -p %s=%s  (%s) %s\n", p.Name, p.Default, kind, p.Doc)
		moments = moments || p.Type == schema.TypeDatetime
	}
	if moments {
		fmt.Fprintf(a.Out, "\nA datetime is %s.\n", queries.MomentHelp)
	}
	if len(params) > 0 {
		fmt.Fprintln(a.Out)
	}
}

func (a *app) reportRun() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "run NAME",
		Short: "Run a saved report",
		Example: `  argosy report run severity-summary
  argosy report run fixable -p severity=Critical
  argosy report run arg-custom-vulnerability-assessment --export report.xlsx
  argosy report run by-image -o csv`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: once(completeReports),
		RunE:              func(c *cobra.Command, args []string) error { return a.runReport(c.Context(), args[0], f) },
	}
	f.register(c)
	return c
}

// runReport runs a saved report by its name.
func (a *app) runReport(ctx context.Context, name string, f runFlags) error {
	lib, err := library()
	if err != nil {
		return err
	}
	r, err := lib.Find(name)
	if err != nil {
		return usage(err, "list the reports with: argosy report list")
	}
	return a.run(ctx, savedQuestion(r), f)
}

// savedQuestion asks what a saved report asks.
func savedQuestion(r *queries.Saved) question {
	params := r.Params
	if params == nil {
		params = []queries.Param{}
	}
	return question{
		request: queries.Request{Text: r.Text, Language: r.Language, Params: params}, report: r.Name, title: r.Title, counts: r.Counts, severity: r.SeverityBy, sections: r.Sections,
	}
}
