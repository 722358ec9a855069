package queries

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"argosy/queries/kql"
	"argosy/schema"
)

// Querier runs statements; schema/store has the one that counts.
type Querier interface {
	// Check says whether a text is one statement that only reads.
	Check(ctx context.Context, text string) error
	Query(ctx context.Context, st schema.Statement) (schema.Rows, error)
}

// Request is a question as the user put it.
type Request struct {
	Text     string
	Language Language
	// Shared are the parts of Text that other queries of a report have too.
	Shared []schema.Shared
	// Params declares the parameters of a saved report; an ad-hoc query has
	// none and takes its values as they are typed.
	Params []Param
	// Given are the values typed, by name.
	Given map[string]string
	Now   time.Time
	// SeveritySource is whose word on severity counts: scanner, vendor, nvd or
	// highest; empty is the scanner's.
	SeveritySource string
	// Priority is what findings are ordered by; see package settings.
	Priority []string
	// StrictARG asks what Azure Resource Graph would refuse in a KQL query.
	StrictARG bool
}

// Prepared is a statement that is ready to run, and what to tell about it.
type Prepared struct {
	schema.Statement
	// Bound lists the parameters with the values that will be used, by name.
	Bound []Bound
	Notes []string
	// Chart is what a KQL query's render asks for; nil for none.
	Chart *kql.Chart
	// StrictARG lists what Azure Resource Graph would refuse, when asked.
	StrictARG []kql.Note
}

// Bound is a parameter with its value.
type Bound struct {
	Name, Type, Value string
}

// Prepare turns a question into a statement. The error of a mistake in KQL is
// of type syntax.Errors; a mistake in SQL comes from the engine.
func Prepare(ctx context.Context, q Querier, r Request) (*Prepared, error) {
	values, bound, err := bind(r)
	if err != nil {
		return nil, err
	}
	variables, notes := chooseKeys(r.Text)
	notes = append(notes, windows(r, bound)...)
	missing, err := unmatched(ctx, q, r)
	if err != nil {
		return nil, err
	}
	notes = append(notes, missing...)
	if !r.Now.IsZero() {
		if variables == nil {
			variables = map[string]string{}
		}
		variables["argosy_now"] = r.Now.UTC().Format("2006-01-02 15:04:05.999999")
	}
	if r.SeveritySource != "" {
		if variables == nil {
			variables = map[string]string{}
		}
		variables["argosy_severity_source"] = r.SeveritySource
		variables["argosy_priority"] = strings.Join(r.Priority, ",")
	}
	p := &Prepared{Bound: bound, Notes: notes}
	switch r.Language {
	case SQL:
		if err := q.Check(ctx, r.Text); err != nil {
			return nil, err
		}
		if r.Params != nil {
			// A sheet of a report need not use all parameters of the report.
			values = schema.Bindable(r.Text, values)
		}
		p.Statement = schema.Statement{SQL: r.Text, Named: values, Variables: variables, Shared: r.Shared}
		return p, nil
	case KQL:
		opt := kql.Options{Now: r.Now, Parameters: values, StrictARG: r.StrictARG, Declared: declared(r.Params), Probe: func(sql string, args []any) ([][]any, error) {
			return probe(ctx, q, schema.Statement{SQL: sql, Args: args, Variables: variables})
		}}
		res, err := kql.Translate(r.Text, Catalog(), opt)
		if err != nil {
			return nil, err
		}
		p.Statement = schema.Statement{SQL: res.SQL, Args: res.Args, Variables: variables, Convert: func(i int, v any) (any, error) { return kqlValue(res.Columns[i], v) }}
		p.Columns = []schema.Column{}
		for _, c := range res.Columns {
			p.Columns = append(p.Columns, schema.Column{Name: c.Name, Type: schema.Type(c.Type)})
		}
		for _, n := range res.Notes {
			p.Notes = append(p.Notes, n.Text)
		}
		p.Chart, p.StrictARG = res.Chart, res.StrictARG
		return p, nil
	}
	return nil, fmt.Errorf("preparing the query: language %q is not known; use sql or kql", r.Language)
}

// probe reads what a translation has to know of the rows.
func probe(ctx context.Context, q Querier, st schema.Statement) ([][]any, error) {
	rows, err := q.Query(ctx, st)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]any
	for rows.Next() {
		out = append(out, slices.Clone(rows.Values()))
	}
	return out, rows.Err()
}

// declared tells the translator of the parameters in a report's header.
func declared(params []Param) []kql.Declared {
	var out []kql.Declared
	for _, p := range params {
		out = append(out, kql.Declared{Name: p.Name, Type: kql.Type(p.Type)})
	}
	return out
}

// kqlValue reads a value of a translated query.
func kqlValue(c kql.ResultColumn, v any) (any, error) {
	out, err := c.Value(v)
	if span, ok := out.(kql.Ticks); ok {
		return schema.Timespan(span), err
	}
	return out, err
}

// bind gives every parameter its value. A parameter that is not declared, or
// that has neither value nor default, is an error.
func bind(r Request) (map[string]any, []Bound, error) {
	values := map[string]any{}
	var bound []Bound
	if r.Now.IsZero() {
		r.Now = time.Now()
	}
	if r.Params == nil {
		for name, text := range r.Given {
			values[name] = text
			bound = append(bound, Bound{name, "string", text})
		}
		sort.Slice(bound, func(i, j int) bool { return bound[i].Name < bound[j].Name })
		return values, bound, nil
	}
	left := map[string]string{}
	for k, v := range r.Given {
		left[k] = v
	}
	for _, p := range r.Params {
		text, given := left[p.Name]
		delete(left, p.Name)
		if !given && !p.HasDefault {
			return nil, nil, fmt.Errorf("binding parameters: %q has no value; give it with -p %s=VALUE", p.Name, p.Name)
		}
		if !given {
			text = p.Default
		}
		v, err := p.Value(text, r.Now)
		if err != nil {
			return nil, nil, err
		}
		if chosen, ok := v.(string); ok && p.Values != nil {
			text = chosen
		}
		values[p.Name] = v
		bound = append(bound, Bound{p.Name, string(p.Type), told(text, v)})
	}
	for name, text := range left {
		if r.Language != KQL {
			return nil, nil, fmt.Errorf("binding parameters: the report has no parameter %q; it has %s", name, paramNames(r.Params))
		}
		// A KQL text may declare parameters of its own; the translator knows.
		values[name] = text
		bound = append(bound, Bound{name, "string", text})
	}
	return values, bound, nil
}

// told is a value as it is told to people: with the moment, where it was written
// as how long ago that is.
func told(text string, v any) string {
	at, ok := v.(time.Time)
	if _, ago := kql.Ago(text); ok && ago {
		return fmt.Sprintf("%s (%s UTC)", text, at.Format("2006-01-02 15:04:05"))
	}
	return text
}

// windows are notes on moments that were left to their default and lie in the
// past: what is older is left out of the answer.
func windows(r Request, bound []Bound) []string {
	var out []string
	for i, p := range r.Params {
		_, given := r.Given[p.Name]
		if span, ok := kql.Ago(p.Default); ok && span > 0 && !given && p.Type == schema.TypeDatetime && i < len(bound) {
			out = append(out, fmt.Sprintf("%s is %s; -p %s=DATE asks for another time", p.Name, bound[i].Value, p.Name))
		}
	}
	return out
}

func paramNames(params []Param) string {
	if len(params) == 0 {
		return "none"
	}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}
