package kql

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// Options are the circumstances of one translation.
type Options struct {
	// Now is what now() and ago() count from; the zero time means the clock.
	// One query sees one now.
	Now time.Time
	// Parameters are values for declare query_parameters and for Declared, by
	// name. A value is a bool, int, int64, float64, string, time.Time,
	// time.Duration or Ticks; a string is read as the declared type. One that
	// nothing declares is an error.
	Parameters map[string]any
	// Declared are parameters declared outside of the text, as in the header of
	// a saved report. Each must have a value in Parameters.
	Declared []Declared
	// MaxRows limits the rows of the result; 0 means all. When rows were cut
	// off, the caller sees MaxRows+1 rows.
	MaxRows int
	// StrictARG asks for Result.StrictARG.
	StrictARG bool
	// Probe runs a query while translating, for the operators whose columns
	// depend on the rows: evaluate bag_unpack and pivot. Without it such a query
	// must name the columns. The rows' values are the driver's.
	Probe func(sql string, args []any) ([][]any, error)
}

// Result is a translated query.
type Result struct {
	// SQL is one SELECT for DuckDB. Its columns have made-up names; label them
	// from Columns, in order.
	SQL string
	// Args are the values of $1, $2, ...
	Args []any
	// Columns are the result's columns. DuckDB returns them as package
	// documentation, section Values, says; Value turns them into Go values.
	Columns []ResultColumn
	// Notes tell the user things that are no errors.
	Notes []Note
	// Chart is set when the query ends in render.
	Chart *Chart
	// StrictARG lists what Azure Resource Graph itself would refuse.
	StrictARG []Note
	// Keys are the GUIDs in the query's string literals, in lower case, in
	// order: among them the keys of assessments.
	Keys []string
}

// ResultColumn is one column of a result.
type ResultColumn struct {
	Name string
	Type Type
	// Held tells, for a dynamic, that the SQL column holds scalars of this type
	// instead of JSON text: a typed path that was projected as it is.
	Held Type
}

// Note is a remark on a place in the query.
type Note struct {
	Span syntax.Span
	Text string
}

// Translate checks a KQL query against a catalog and turns it into SQL. The
// error is a syntax.Errors with every mistake found and its place; the result
// is nil then.
func Translate(src string, cat *Catalog, opt Options) (*Result, error) {
	q, errs := syntax.Parse(src)
	t := &translator{src: src, cat: cat, opt: opt, errs: errs, funcs: functionsByName(), types: typeNames()}
	if t.opt.Now.IsZero() {
		t.opt.Now = time.Now()
	}
	t.now = ticksOfTime(t.opt.Now)
	if len(errs) > 0 {
		t.tolerant(q)
	}
	var res *Result
	if len(errs) == 0 {
		res = t.query(q)
	}
	if res != nil && opt.StrictARG {
		res.StrictARG = StrictARG(q)
	}
	if len(t.errs) > 0 {
		t.errs.Sort()
		return nil, dedupe(t.errs)
	}
	return res, nil
}

// tolerant checks what the parser could make of a text with mistakes, for the
// further mistakes in it. Anything may be missing in such a tree; where that
// ends the walk, the errors found so far are what there is to say.
func (t *translator) tolerant(q *syntax.Query) {
	defer func() { _ = recover() }()
	t.query(q)
}

// translator checks and lowers in one walk. Each node is checked before it is
// lowered, and a node that fails becomes a poison value, so that the walk goes
// on and finds the other mistakes.
type translator struct {
	src   string
	cat   *Catalog
	opt   Options
	now   int64
	errs  syntax.Errors
	notes []Note
	keys  []string
	chart *Chart
	funcs map[string]*Func
	types map[string]Type
	depth int
}

// maxDepth bounds how deep let functions may call each other: a chain of
// doubling definitions would otherwise grow without limit.
const maxDepth = 64

// errorf reports a mistake at a place.
func (t *translator) errorf(at syntax.Span, format string, args ...any) {
	t.hintf(at, "", format, args...)
}

// hintf reports a mistake together with advice.
func (t *translator) hintf(at syntax.Span, hint, format string, args ...any) {
	t.errs = append(t.errs, syntax.Error{Span: at, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

func (t *translator) notef(at syntax.Span, format string, args ...any) {
	n := Note{Span: at, Text: fmt.Sprintf(format, args...)}
	for _, m := range t.notes {
		if m == n {
			return
		}
	}
	t.notes = append(t.notes, n)
}

// dedupe drops repeated errors: a let that is used twice is checked twice.
func dedupe(errs syntax.Errors) syntax.Errors {
	var out syntax.Errors
	seen := map[syntax.Error]bool{}
	for _, e := range errs {
		if !seen[e] && len(out) < syntax.MaxErrors {
			seen[e] = true
			out = append(out, e)
		}
	}
	return out
}

// query translates all statements; the one that produces rows is the result.
func (t *translator) query(q *syntax.Query) *Result {
	env := t.declared(&env{})
	t.undeclared(q)
	var out *pipe
	for _, s := range q.Statements {
		switch s := s.(type) {
		case *syntax.Let:
			env = t.let(s, env)
		case *syntax.Declare:
			env = t.declare(s, env)
		case *syntax.Set:
			t.set(s)
		case *syntax.ExprStmt:
			if out != nil {
				t.hintf(s.Pos, "put the queries into two runs, or join them with union", "a second result")
				continue
			}
			out = t.pipeline(s.Pipe, env, nil)
		case *syntax.UnsupportedStmt:
			t.errorf(s.Pos, "the statement %q is not supported", s.Name)
		}
	}
	if out == nil {
		if len(t.errs) == 0 {
			t.hintf(q.Span(), "name a table, for example: securityresources | take 10", "the query produces no rows")
		}
		return nil
	}
	if len(t.errs) > 0 {
		return nil
	}
	return t.result(out)
}

// set handles set <option>. The options of Kusto that only bound its resources
// do nothing here and change no row.
func (t *translator) set(s *syntax.Set) {
	switch strings.ToLower(s.Name.Name) {
	case "notruncation", "norequesttimeout", "query_now":
		if strings.EqualFold(s.Name.Name, "query_now") {
			break
		}
		t.notef(s.Pos, "set %s has no effect here", s.Name.Name)
		return
	}
	t.errorf(s.Name.Pos, "the option %q is not supported", s.Name.Name)
}

// result builds the last SELECT and describes its columns.
func (t *translator) result(p *pipe) *Result {
	last := &duck.Select{From: p.rel}
	if p.serial {
		last.Order = p.order
	}
	if t.opt.MaxRows > 0 {
		last.Limit = duck.Int(t.opt.MaxRows + 1)
	}
	if s, ok := p.rel.(*duck.Select); ok && !s.Closed() && len(s.Defs) == 0 {
		// Nothing is computed there, so the step can be the last one itself.
		s.Order, s.Limit = last.Order, last.Limit
		last = s
	}
	res := &Result{Notes: t.notes, Chart: t.chart, Keys: t.keys}
	for _, c := range p.cols {
		rc := ResultColumn{Name: c.name, Type: c.val.typ}
		x := outgoing(c.val)
		if h := c.val.scalar; h != nil {
			rc.Held, x = h.typ, plain(*h).sql
		}
		last.Define(c.name, x)
		res.Columns = append(res.Columns, rc)
	}
	st := duck.Print(last)
	res.SQL, res.Args = st.SQL, st.Args
	sort.SliceStable(res.Notes, func(i, j int) bool { return res.Notes[i].Span.Start < res.Notes[j].Span.Start })
	return res
}

// outgoing is how a value leaves DuckDB, see the package documentation.
func outgoing(v value) duck.Expr {
	switch v.typ {
	case String:
		return str(v)
	case Dynamic:
		return duck.As(toJSON(v), "VARCHAR")
	case Decimal:
		return duck.As(v.sql, "VARCHAR")
	case Int, Long:
		return duck.As(v.sql, "BIGINT")
	}
	return plain(v).sql
}
