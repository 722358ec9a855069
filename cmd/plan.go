package cmd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"argosy/export"
	"argosy/queries"
	"argosy/queries/kql"
	"argosy/queries/lens"
	"argosy/schema"
	"argosy/schema/store"
)

// plan prepares the queries of a question and describes the answer to the
// exporters.
func (a *app) plan(ctx context.Context, db *store.DB, q question, f runFlags) (*export.Plan, error) {
	plan := &export.Plan{
		Title: q.title, Report: q.report, Query: q.request.Text, Language: string(q.request.Language), Version: version(),
		Generated: q.request.Now, Engine: db,
		Options: export.Options{NoHeader: f.noHeader, BOM: f.bom, CRLF: f.crlf, Shape: export.Shape(f.shape), Color: a.colored(), Width: a.width()},
	}
	sections := q.sections
	if len(sections) == 0 {
		sections = []queries.Section{{Name: q.report, Text: q.request.Text}}
	}
	for _, section := range sections {
		sheet, err := a.sheet(ctx, db, q, section, f, plan)
		if err != nil {
			return nil, err
		}
		if len(sections) == 1 && sheet.Title == "" {
			sheet.Title = q.title
		}
		plan.Sheets = append(plan.Sheets, sheet)
	}
	fresh := export.Plan{}
	a.freshness(ctx, db, &fresh)
	plan.Sources, plan.Coverage, plan.Partial = fresh.Sources, fresh.Coverage, fresh.Partial
	plan.Notes = append(plan.Notes, fresh.Notes...)
	return plan, nil
}

// sheet prepares one section of a report.
func (a *app) sheet(ctx context.Context, db *store.DB, q question, s queries.Section, f runFlags, plan *export.Plan) (export.Sheet, error) {
	sheet := export.Sheet{Name: s.Name, Title: s.Title, Doc: s.Description, Role: export.Role(s.Role), Matched: -1, Chart: chart(s.Chart)}
	figures := f
	figures.limit = 0 // a limit is for lists
	for _, b := range s.Blocks {
		block, err := a.sheet(ctx, db, q, b, figures, plan)
		if err != nil {
			return sheet, err
		}
		sheet.Blocks = append(sheet.Blocks, block)
	}
	if len(s.Blocks) > 0 {
		return sheet, nil
	}
	request := q.request
	request.Text, request.Shared = s.Text, s.Shared
	prepared, err := queries.Prepare(ctx, db, request)
	if err != nil {
		return sheet, a.inSection(prepareError(err, s.Text, q.see()), q, s)
	}
	a.strictARG(prepared.StrictARG, s.Text)
	plan.Parameters = nil
	for _, b := range prepared.Bound {
		plan.Parameters = append(plan.Parameters, export.Parameter{Name: b.Name, Type: b.Type, Value: b.Value})
	}
	for _, n := range prepared.Notes {
		if !slices.Contains(plan.Notes, n) {
			plan.Notes = append(plan.Notes, n)
		}
	}
	sheet.Limit = f.limit
	statement := prepared.Statement
	if f.limit > 0 && f.limit < math.MaxInt64 && f.splitBy == "" {
		statement = statement.First(f.limit + 1) // one more tells whether there are more; parts are found in all rows
	}
	if sheet.Chart == nil && prepared.Chart != nil {
		sheet.Chart = rendered(prepared.Chart, prepared.Columns)
	}
	for name, doc := range queries.Glossary() {
		sheet.Columns = append(sheet.Columns, schema.Column{Name: name, Doc: doc})
	}
	sheet.Open = func(ctx context.Context) (schema.Rows, error) { return db.Query(ctx, statement) }
	if l, ok := q.lenses[s.Name]; ok {
		through(l, &sheet)
	}
	return sheet, nil
}

// see is the command that tells more about a question.
func (q *question) see() string {
	if q.report == "" {
		return "argosy query --help"
	}
	return "argosy report show " + q.report
}

// inSection says in which of the parts of a report an error is. A mistake in a
// query is drawn in its text, which leaves a line before it for that.
func (a *app) inSection(err error, q question, s queries.Section) error {
	var drawn *kqlError
	switch {
	case len(q.sections) < 2:
		return err
	case errors.As(err, &drawn):
		a.say("in %q of report %q:", s.Name, q.report)
		return err
	}
	return fmt.Errorf("in %q of report %q: %w", s.Name, q.report, err)
}

// through makes a sheet the rows of a lens.
func through(l lens.Lens, sheet *export.Sheet) {
	for _, c := range l.Columns {
		sheet.Columns = append(sheet.Columns, schema.Column{Name: c.Name, Doc: c.Doc})
	}
	open := sheet.Open
	sheet.Open = func(ctx context.Context) (schema.Rows, error) {
		rows, err := open(ctx)
		if err != nil {
			return nil, err
		}
		return lens.Settled(l, rows), nil
	}
}

// chart gives a report's hint to the exporters.
func chart(c *queries.Chart) *export.Chart {
	if c == nil {
		return nil
	}
	return &export.Chart{Kind: export.ChartKind(c.Kind), Title: c.Title, X: c.X, Y: c.Y, Series: c.Series, Stacked: c.Stacked}
}

// rendered gives what render asks for to the exporters; nil for kinds that are
// no drawing of points and for rows without numbers. Columns that render leaves open are chosen as Kusto
// does: the first datetime, or else the first column, for the labels, and
// the first text beside it to tell the lines apart.
func rendered(c *kql.Chart, columns []schema.Column) *export.Chart {
	numbers := func(c schema.Column) bool {
		return c.Type == schema.TypeLong || c.Type == schema.TypeInt || c.Type == schema.TypeReal || c.Type == schema.TypeDecimal
	}
	if !slices.ContainsFunc(columns, numbers) {
		return nil
	}
	out := &export.Chart{Title: c.Title, X: c.X, Y: c.Y, Stacked: c.Stacking == "stacked" || c.Stacking == "stacked100"}
	switch c.Kind {
	case "barchart":
		out.Kind = export.ChartBar
	case "columnchart":
		out.Kind = export.ChartColumn
	case "piechart":
		out.Kind = export.ChartPie
	case "linechart", "timechart", "anomalychart":
		out.Kind = export.ChartLine
	case "areachart":
		out.Kind = export.ChartArea
	case "stackedareachart":
		out.Kind, out.Stacked = export.ChartArea, true
	case "scatterchart":
		out.Kind = export.ChartScatter
	default:
		return nil
	}
	if len(c.Series) > 0 {
		out.Series = c.Series[0]
	}
	if out.X == "" && len(columns) > 0 {
		out.X = columns[0].Name
		if i := slices.IndexFunc(columns, func(c schema.Column) bool { return c.Type == schema.TypeDatetime }); i >= 0 && out.Kind != export.ChartPie {
			out.X = columns[i].Name
		}
	}
	if out.Series == "" && out.Kind != export.ChartPie && len(out.Y) < 2 {
		for _, c := range columns {
			if c.Type == schema.TypeString && c.Name != out.X {
				out.Series = c.Name
				break
			}
		}
	}
	return out
}
