package duck

import (
	"fmt"
	"strconv"
	"strings"
)

func (p *printer) exprs(xs []Expr) string {
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = p.expr(x)
	}
	return strings.Join(out, ", ")
}

func (p *printer) expr(x Expr) string {
	switch x := x.(type) {
	case Ref:
		return p.ref(x.Col)
	case Str:
		return Text(string(x))
	case Int:
		return whole(int64(x))
	case Long:
		return whole(int64(x)) + "::BIGINT"
	case Float:
		return number(float64(x))
	case Bool:
		if x {
			return "TRUE"
		}
		return "FALSE"
	case Null:
		if x.Type == "" {
			return "NULL"
		}
		return "NULL::" + x.Type
	case *Param:
		return p.param(x)
	case Call:
		return p.call(x)
	case Binary:
		return "(" + p.expr(x.L) + " " + x.Op + " " + p.expr(x.R) + ")"
	case And:
		return p.joined(x, " AND ", "TRUE")
	case Or:
		return p.joined(x, " OR ", "FALSE")
	case Not:
		return "(NOT " + p.expr(x.X) + ")"
	case Neg:
		return "(- " + p.expr(x.X) + ")"
	case IsNull:
		if x.Not {
			return "(" + p.expr(x.X) + " IS NOT NULL)"
		}
		return "(" + p.expr(x.X) + " IS NULL)"
	case Cast:
		word := "CAST("
		if x.Try {
			word = "TRY_CAST("
		}
		return word + p.expr(x.X) + " AS " + x.Type + ")"
	case Case:
		return p.caseText(x)
	case In:
		op := " IN ("
		if x.Not {
			op = " NOT IN ("
		}
		return "(" + p.expr(x.X) + op + p.exprs(x.List) + "))"
	case List:
		return "[" + p.exprs(x) + "]"
	case Struct:
		var fs []string
		for _, f := range x {
			fs = append(fs, Name(f.Name)+" := "+p.expr(f.X))
		}
		return "struct_pack(" + strings.Join(fs, ", ") + ")"
	case Get:
		return "struct_extract(" + p.expr(x.X) + ", " + Text(x.Field) + ")"
	case At:
		return "list_extract(" + p.expr(x.X) + ", " + p.expr(x.Index) + ")"
	case Lambda:
		return p.lambda(x)
	case Local:
		return p.vars[x.Var]
	case Scalar:
		from := p.inner(x.From)
		return "(SELECT " + p.apart(x.X) + " FROM " + from + ")"
	case InRel:
		op := " IN "
		if x.Not {
			op = " NOT IN "
		}
		l := p.expr(x.X)
		from := p.inner(x.From)
		return "(" + l + op + "(SELECT " + p.apart(x.Col) + " FROM " + from + "))"
	case ListOf:
		return "(SELECT list(" + Name(x.Column) + " ORDER BY " + Name(x.By) + ") FROM " + x.Table + "(" + p.exprs(x.Args) + "))"
	case Keyword:
		return string(x)
	}
	panic(fmt.Sprintf("duck: no printer for %T", x))
}

// inner makes a step of a subquery's relation; the step goes into the one WITH
// chain, before the step that is being printed.
func (p *printer) inner(r Rel) string {
	outer := p.table
	p.table = nil
	defer func() { p.table = outer }()
	return p.source(r)
}

// apart prints an expression over a subquery's own columns.
func (p *printer) apart(x Expr) string {
	outer := p.table
	p.table = nil
	defer func() { p.table = outer }()
	return p.expr(x)
}

func whole(n int64) string {
	if n < 0 {
		return "(" + strconv.FormatInt(n, 10) + ")"
	}
	return strconv.FormatInt(n, 10)
}

func (p *printer) param(x *Param) string {
	n, ok := p.bound[x]
	if !ok {
		p.args = append(p.args, x.Value)
		n = len(p.args)
		p.bound[x] = n
	}
	s := "$" + strconv.Itoa(n)
	if x.Type != "" {
		s = "CAST(" + s + " AS " + x.Type + ")"
	}
	return s
}

func (p *printer) joined(xs []Expr, op, empty string) string {
	switch len(xs) {
	case 0:
		return empty
	case 1:
		return p.expr(xs[0])
	}
	out := make([]string, len(xs))
	for i, x := range xs {
		out[i] = p.expr(x)
	}
	return "(" + strings.Join(out, op) + ")"
}

func (p *printer) caseText(x Case) string {
	var b strings.Builder
	b.WriteString("CASE")
	for _, w := range x.Whens {
		b.WriteString(" WHEN " + p.expr(w.If) + " THEN " + p.expr(w.Then))
	}
	if x.Else != nil {
		b.WriteString(" ELSE " + p.expr(x.Else))
	}
	b.WriteString(" END")
	return "(" + b.String() + ")"
}

func (p *printer) order(os []Order) string {
	var out []string
	for _, o := range os {
		s := p.expr(o.By)
		switch o.By.(type) {
		case Int, Long:
			// A bare number would be taken as a column's position.
			s = "(" + s + " + 0)"
		}
		if o.Desc {
			s += " DESC"
		}
		if o.NullsFirst {
			s += " NULLS FIRST"
		} else {
			s += " NULLS LAST"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func (p *printer) call(c Call) string {
	var b strings.Builder
	b.WriteString(c.Name + "(")
	if c.Distinct {
		b.WriteString("DISTINCT ")
	}
	b.WriteString(p.exprs(c.Args))
	if c.Name == "count" && len(c.Args) == 0 {
		b.WriteString("*")
	}
	if c.Over == nil && len(c.Order) > 0 {
		b.WriteString(" ORDER BY " + p.order(c.Order))
	}
	if c.IgnoreNulls {
		b.WriteString(" IGNORE NULLS")
	}
	b.WriteString(")")
	if c.Filter != nil {
		b.WriteString(" FILTER (WHERE " + p.expr(c.Filter) + ")")
	}
	if c.Over != nil {
		b.WriteString(" OVER (" + p.window(*c.Over) + ")")
	}
	return b.String()
}

func (p *printer) window(w Window) string {
	var parts []string
	if len(w.Partition) > 0 {
		parts = append(parts, "PARTITION BY "+p.exprs(w.Partition))
	}
	if len(w.Order) > 0 {
		parts = append(parts, "ORDER BY "+p.order(w.Order))
	}
	if w.Frame != "" {
		parts = append(parts, w.Frame)
	}
	return strings.Join(parts, " ")
}

func (p *printer) lambda(x Lambda) string {
	var names []string
	for _, v := range x.Vars {
		if p.vars[v] == "" {
			p.vars[v] = fmt.Sprintf("x%d", len(p.vars)+1)
		}
		names = append(names, p.vars[v])
	}
	return "lambda " + strings.Join(names, ", ") + ": " + p.expr(x.Body)
}
