package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"argosy/export"
	"argosy/queries"
	"argosy/queries/kql/syntax"
	"argosy/schema/settings"
	"argosy/schema/store"
)

// runFlags are the flags of every command that answers with rows.
type runFlags struct {
	output   string
	exports  []string
	params   []string
	limit    int64
	columns  []string
	noHeader bool
	bom      bool
	crlf     bool
	shape    string
	splitBy  string
	sheets   bool
	timeout  time.Duration
	severity string
}

func (f *runFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVarP(&f.output, "output", "o", "", "form of the output: "+formatNames()+" (default table, or none with --export)")
	fl.StringArrayVar(&f.exports, "export", nil, "write to a file, form by its suffix; may be repeated")
	f.registerShared(c)
}

// registerShared registers what the command export has too.
func (f *runFlags) registerShared(c *cobra.Command) {
	fl := c.Flags()
	fl.StringArrayVarP(&f.params, "param", "p", nil, "parameter as name=value; may be repeated")
	fl.Int64Var(&f.limit, "limit", 0, "print at most so many rows and say when there are more; 0 is all")
	fl.StringSliceVar(&f.columns, "columns", nil, "write only these columns, in this order: a,b,c")
	fl.BoolVar(&f.noHeader, "no-header", false, "leave out the names of columns")
	fl.BoolVar(&f.bom, "bom", false, "begin csv and tsv with a byte-order mark, for Excel on Windows")
	fl.BoolVar(&f.crlf, "crlf", false, "end the lines of csv and tsv with CR LF")
	fl.StringVar(&f.shape, "shape", "", "form of the rows in json and jsonl: subassessment or assessment, as Defender's REST API has them")
	fl.StringVar(&f.splitBy, "split-by", "", "write one file for each value of this column, the value in its name")
	fl.BoolVar(&f.sheets, "split-sheets", false, "with --split-by: one file with one sheet for each value")
	fl.StringVar(&f.severity, "severity-source", "", severitySourceUsage())
	fl.DurationVar(&f.timeout, "timeout", 0, "stop the query after this time; 0 is never")
	f.complete(c)
}

func formatNames() string { return strings.Join(formats(), ", ") }

func formats() []string {
	var names []string
	for _, f := range export.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// given reads the parameters typed.
func (f *runFlags) given() (map[string]string, error) {
	out := map[string]string{}
	for _, p := range f.params {
		name, value, err := queries.ParseAssignment(p)
		if err != nil {
			return nil, usage(err, "see --help")
		}
		if _, twice := out[name]; twice {
			return nil, usage(fmt.Errorf("parameter %q is given twice", name), "give it once")
		}
		out[name] = value
	}
	return out, nil
}

// target is one place that the rows go to.
type target struct {
	format export.Format
	path   string // empty for standard output
}

// targets settles where the rows go before anything runs.
func (a *app) targets(f runFlags) ([]target, error) {
	var out []target
	name := f.output
	if name == "" {
		name = "table"
		if len(f.exports) > 0 {
			name = "none"
		}
	}
	format, err := export.ByName(name)
	if err != nil {
		return nil, usage(err, "for instance: -o json")
	}
	if format.Binary && isTerminal(a.Out) {
		return nil, usage(fmt.Errorf("%s is not for a terminal", format.Name), "write it to a file with --export report."+format.Name)
	}
	if name != "none" || len(f.exports) == 0 {
		out = append(out, target{format: format})
	}
	for _, path := range f.exports {
		format, err := export.BySuffix(path)
		if err != nil {
			return nil, usage(err, "for instance: --export report.xlsx")
		}
		out = append(out, target{format, path})
	}
	return out, f.check(out)
}

// check holds the flags against the places that the rows go to.
func (f *runFlags) check(targets []target) error {
	if f.limit < 0 {
		return usage(fmt.Errorf("--limit %d is no number of rows", f.limit), "give a number above 0, or 0 for all rows")
	}
	if f.shape != "" {
		if !slices.Contains(export.Shapes(), export.Shape(f.shape)) {
			return usage(fmt.Errorf("--shape %q is not known", f.shape), "use subassessment or assessment")
		}
		for _, t := range targets {
			if t.format.Name != "json" && t.format.Name != "jsonl" && t.format.Name != "none" {
				return usage(fmt.Errorf("--shape %s is a form of json and jsonl, not of %s", f.shape, t.format.Name), "for instance: -o json --shape "+f.shape)
			}
		}
	}
	for i, name := range f.columns {
		if f.columns[i] = strings.TrimSpace(name); f.columns[i] == "" || slices.Contains(f.columns[:i], f.columns[i]) {
			return usage(fmt.Errorf("--columns %q names a column twice or none", strings.Join(f.columns, ",")), "name each column once, for instance: --columns repository,severity")
		}
	}
	if f.sheets && f.splitBy == "" {
		return usage(errors.New("--split-sheets needs --split-by"), "for instance: --split-by repository --split-sheets")
	}
	for _, t := range targets {
		if f.splitBy != "" && !f.sheets && t.path == "" && t.format.Name != "none" {
			return usage(errors.New("--split-by writes files"), "name one with --export report.xlsx, or add --split-sheets")
		}
	}
	return nil
}

// run answers a question: it prepares the statement and writes its rows to
// every target.
func (a *app) run(ctx context.Context, q question, f runFlags) error {
	given, err := f.given()
	if err != nil {
		return err
	}
	targets, err := a.targets(f)
	if err != nil {
		return err
	}
	if f.timeout <= 0 {
		return a.answer(ctx, q, given, targets, f)
	}
	within, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	err = a.answer(within, q, given, targets, f)
	if err != nil && errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		return &store.Error{Op: "running the query", Msg: fmt.Sprintf("--timeout %s was reached before it had finished", f.timeout), Hint: "give it longer with --timeout, or leave the flag out"}
	}
	return err
}

// answer is run within the time that there is.
func (a *app) answer(ctx context.Context, q question, given map[string]string, targets []target, f runFlags) error {
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	q.request.Given, q.request.Now = given, a.clock()
	if err := a.settings(ctx, db, &q.request, f.severity); err != nil {
		return err
	}
	if len(f.columns) > 0 && len(q.sections) > 1 {
		return usage(fmt.Errorf("--columns is for one result, and report %q has %d", q.report, len(q.sections)), "leave --columns out, or choose another report: argosy report list")
	}
	plan, err := a.plan(ctx, db, q, f)
	if err != nil {
		return err
	}
	if f.shape == string(export.ShapeAssessment) && q.request.Text == shapeQueries()[export.ShapeAssessment] {
		if err := setAsideLeftOut(ctx, db, plan); err != nil {
			return err
		}
	}
	plan.Parameters = append(plan.Parameters, stated(q)...)
	for _, n := range plan.Notes {
		a.say("note: %s", n)
	}
	return a.writeAll(ctx, targets, plan, f)
}

// writeAll writes the plan to every target, whole or in parts.
func (a *app) writeAll(ctx context.Context, targets []target, plan *export.Plan, f runFlags) error {
	parts := []export.Part{{Plan: plan}}
	if f.splitBy != "" {
		var err error
		if f.sheets {
			parts[0].Plan, err = export.SplitSheets(ctx, plan, f.splitBy)
		} else {
			parts, err = export.Split(ctx, plan, f.splitBy)
		}
		if err != nil {
			return err
		}
		if len(parts) == 0 {
			a.say("no rows to split by %s: nothing was written", f.splitBy)
		}
	}
	if len(f.columns) > 0 {
		for i := range parts {
			parts[i].Plan = export.Choose(parts[i].Plan, f.columns)
		}
	}
	for _, t := range targets {
		taken := map[string]bool{}
		for _, part := range parts {
			to := t
			if t.path != "" && f.splitBy != "" && !f.sheets {
				to.path = export.PartPath(t.path, part.Value, taken)
			}
			if err := a.write(ctx, to, part.Plan); err != nil {
				return err
			}
		}
	}
	return nil
}

// stated is whose severity an answer speaks of and what it counts, which stand
// beside its parameters.
func stated(q question) []export.Parameter {
	severity := q.request.SeveritySource
	if q.severity != nil {
		severity = q.severity(severity)
	}
	said := []export.Parameter{{Name: "severity source", Type: "string", Value: severity}}
	if q.counts != "" {
		said = append(said, export.Parameter{Name: "counts", Type: "string", Value: q.counts})
	}
	return said
}

// basis says in one line whose severity an answer speaks of and what it counts.
func basis(plan *export.Plan) string {
	var parts []string
	for _, p := range plan.Parameters {
		switch p.Name {
		case "severity source":
			parts = append(parts, "severity: "+p.Value)
		case "counts":
			parts = append(parts, "counts: "+p.Value)
		}
	}
	return strings.Join(parts, "; ")
}

// settings fills in what the team has configured; the flag goes before it.
func (a *app) settings(ctx context.Context, db *store.DB, r *queries.Request, severity string) error {
	s, err := configured(ctx, db, severity)
	if err != nil {
		return err
	}
	r.SeveritySource, r.Priority = s.SeveritySource, s.Priority
	return nil
}

// configured are the settings of the database with the flag's severity source.
func configured(ctx context.Context, db *store.DB, severity string) (*settings.Settings, error) {
	s, err := db.Settings(ctx)
	if err != nil || severity == "" {
		return s, err
	}
	if !slices.Contains(settings.SeveritySources(), severity) {
		return nil, usage(fmt.Errorf("--severity-source %q is not known", severity), "use one of: "+strings.Join(settings.SeveritySources(), ", "))
	}
	s.SeveritySource = severity
	return s, nil
}

// severitySourceUsage says what the flag --severity-source takes.
func severitySourceUsage() string {
	return "whose word on severity counts: " + strings.Join(settings.SeveritySources(), ", ") + " (default: as configured, else scanner)"
}

// prepareError tells mistakes in a query from failures; see is the command that
// tells more.
func prepareError(err error, text, see string) error {
	var errs syntax.Errors
	if errors.As(err, &errs) {
		return &kqlError{text, errs}
	}
	var st *store.Error
	if errors.As(err, &st) {
		return err
	}
	return usage(err, "see: "+see)
}

// freshness says how old the data is; a database without scans says nothing.
func (a *app) freshness(ctx context.Context, db *store.DB, plan *export.Plan) {
	fresh, err := db.Freshness(ctx)
	if err != nil {
		plan.Notes = append(plan.Notes, "how fresh the data is could not be read: "+err.Error())
		return
	}
	for _, s := range fresh.Scanners {
		plan.Sources = append(plan.Sources, export.Source{Scanner: s.Scanner, Newest: s.Newest, Oldest: s.Oldest, Images: s.Images})
	}
	if fresh.Images > 0 {
		plan.Coverage = &export.Coverage{Scanned: fresh.Scanned, Never: fresh.Images - fresh.Scanned}
	}
	plan.Partial = fresh.Partial
}

func (a *app) colored() bool {
	if a.color != "auto" {
		return a.color == "always"
	}
	if os.Getenv("CLICOLOR_FORCE") != "" && os.Getenv("CLICOLOR_FORCE") != "0" {
		return true
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(a.Out)
}

func (a *app) width() int {
	if f, ok := a.Out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return w
		}
	}
	return 0
}

// write sends the rows to one target and says what is not whole.
func (a *app) write(ctx context.Context, t target, plan *export.Plan) error {
	var stats export.Stats
	var err error
	if t.path == "" {
		stats, err = t.format.Write(ctx, plan, a.Out)
	} else {
		stats, err = export.ToFile(ctx, t.path, t.format, plan)
	}
	if err != nil {
		return err
	}
	if t.path != "" {
		a.say("wrote %s to %s", stats.Summary(), t.path)
		a.say("%s; %s", plan.DataLine(), plan.State(stats))
		if line := basis(plan); line != "" {
			a.say("%s", line)
		}
	}
	if t.path == "" && (t.format.Name == "table" || t.format.Name == "wide") {
		for _, name := range stats.Empty() {
			a.say("no rows%s", name)
		}
	}
	for _, line := range stats.Warnings() {
		// A loss is told even with --quiet.
		fmt.Fprintln(a.Err, "argosy: "+line)
	}
	return nil
}
