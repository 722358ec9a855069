package kql

import (
	"fmt"
	"strings"

	"argosy/queries/kql/duck"
	"argosy/queries/kql/syntax"
)

// searchColumn tells which table a row that search found came from.
const searchColumn = "$table"

// searchSource is search as the first step: over the named tables, or all.
func (t *translator) searchSource(src *syntax.Search, e *env) *pipe {
	var legs []leg
	for _, s := range src.Tables {
		if pat, ok := s.(*syntax.Pattern); ok {
			legs = append(legs, t.patternLegs(pat, e, nil)...)
			continue
		}
		p := t.pipeline(&syntax.Pipeline{Pos: s.Span(), Source: s}, e, nil)
		legs = append(legs, leg{p, p.name})
	}
	if len(src.Tables) == 0 {
		if t.cat == nil || len(t.cat.Tables) == 0 {
			t.errorf(src.Pos, "there is no table to search")
			return t.brokenPipe(e)
		}
		legs = t.patternLegs(&syntax.Pattern{Pos: src.Pos, Text: "*"}, e, nil)
	}
	cs, ok := t.searchKind(src)
	for i := range legs {
		if legs[i].name == "" {
			legs[i].name = fmt.Sprintf("search_arg%d", i)
		}
		// A table is asked before the union, where its columns are its own.
		if cond := legs[i].p.searchCondition(src.Cond, cs); ok {
			legs[i].p.filter(cond)
		}
	}
	p := t.unionOf(legs, false, &syntax.Ident{Pos: src.Pos, Name: searchColumn}, e)
	p.label("search")
	return p
}

// search keeps the rows in which any column matches.
func (p *pipe) search(op *syntax.Search) {
	if len(op.Tables) > 0 {
		p.t.errorf(op.Pos, "search in (...) can only be the first step")
		return
	}
	cs, ok := p.t.searchKind(op)
	cond := p.searchCondition(op.Cond, cs)
	if !ok {
		return
	}
	p.filter(cond)
	name := p.name
	if name == "" {
		name = "search_arg0"
	}
	p.keep(func(i int) bool { return p.cols[i].name != searchColumn })
	p.cols = append([]column{{searchColumn, textLit(name)}}, p.cols...)
	p.label("search")
}

// searchKind tells whether the terms are looked for in their case.
func (t *translator) searchKind(op *syntax.Search) (caseSensitive, ok bool) {
	t.hints(op.Hints)
	if op.Kind == nil {
		return false, true
	}
	switch op.Kind.Name {
	case "case_sensitive":
		return true, true
	case "case_insensitive", "default":
		return false, true
	}
	t.hintf(op.Kind.Pos, "there are: case_sensitive, case_insensitive", "unknown kind of search %q", op.Kind.Name)
	return false, false
}

// searchCondition lowers a search predicate: a string standing as a condition
// is a term in any column, and col:term one in that column.
func (p *pipe) searchCondition(e syntax.Expr, cs bool) value {
	switch x := e.(type) {
	case *syntax.Paren:
		return p.searchCondition(x.X, cs)
	case *syntax.StringLit:
		return p.searchTerm(x, p.cols, cs)
	case *syntax.Binary:
		switch x.Op {
		case syntax.OpAnd, syntax.OpOr:
			a, b := p.searchCondition(x.X, cs), p.searchCondition(x.Y, cs)
			if a.bad() || b.bad() {
				return poison
			}
			return logic(x.Op == syntax.OpAnd, a, b)
		case syntax.OpColon:
			return p.searchIn(x, cs)
		}
	case *syntax.Call:
		if x.Recv == nil && x.Func.Name == "not" && len(x.Args) == 1 {
			return negate(p.searchCondition(x.Args[0], cs))
		}
	}
	return p.scope().boolean(e)
}

// searchIn is col:term.
func (p *pipe) searchIn(x *syntax.Binary, cs bool) value {
	term, ok := syntax.Unparen(x.Y).(*syntax.StringLit)
	if !ok {
		p.t.hintf(x.Y.Span(), `write it as column:"term"`, "a string is needed behind the colon")
		return poison
	}
	if _, all := syntax.Unparen(x.X).(*syntax.Star); all {
		return p.searchTerm(term, p.cols, cs)
	}
	v := p.scope().expr(x.X)
	if v.bad() {
		return poison
	}
	return p.searchTerm(term, []column{{"", v}}, cs)
}

// searchTerm looks for a term in columns: a whole word, or with * at its ends
// the beginning, end or middle of one.
func (p *pipe) searchTerm(term *syntax.StringLit, cols []column, cs bool) value {
	p.t.noteKeys(term.Value)
	text, op := term.Value, textOp{kind: "has", cs: cs}
	if strings.Trim(text, "*") == "" {
		return boolLit(true)
	}
	opens, closes := strings.HasPrefix(text, "*"), strings.HasSuffix(text, "*")
	text = strings.Trim(text, "*")
	switch {
	case opens && closes:
		op.kind = "contains"
	case closes:
		op.kind = "hasprefix"
	case opens:
		op.kind = "hassuffix"
	}
	var all []value
	for _, c := range cols {
		if c.val.bad() {
			continue
		}
		x := searchText(c.val)
		if strings.Contains(text, "*") {
			all = append(all, wildTerm(text, x, op))
			continue
		}
		all = append(all, p.scope().textMatch(op, x, textLit(text)))
	}
	return logic(false, all...)
}

// wildTerm is a term with * inside, which is any text.
func wildTerm(text string, x value, op textOp) value {
	var pieces []string
	for _, s := range strings.Split(text, "*") {
		pieces = append(pieces, quoteRegex(s))
	}
	re := strings.Join(pieces, ".*")
	if op.kind == "has" || op.kind == "hasprefix" {
		re = `(?:^|[^\p{L}\p{N}])` + re
	}
	if op.kind == "has" || op.kind == "hassuffix" {
		re += `(?:$|[^\p{L}\p{N}])`
	}
	flags := "(?is)"
	if op.cs {
		flags = "(?s)"
	}
	return twoValued(duck.Fn("regexp_matches", x.sql, duck.Str(flags+re)), x.maybe)
}
