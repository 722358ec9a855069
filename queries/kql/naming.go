package kql

import (
	"fmt"
	"strings"

	"argosy/queries/kql/syntax"
)

// named is one column of project, extend, summarize, print: the names it was
// given, if any, and the expression.
func named(e syntax.Expr) (names []*syntax.Ident, x syntax.Expr) {
	if n, ok := e.(*syntax.Named); ok {
		return n.Names, n.Value
	}
	return nil, e
}

// newName refuses a name that Kusto reserves; nothing else it reserves can be
// read as a name in the first place.
func (t *translator) newName(id *syntax.Ident) {
	if (id.Name == "first" || id.Name == "last") && !id.Quoted {
		t.hintf(id.Pos, "write it as ['"+id.Name+"']", "%s is a reserved word", id.Name)
	}
}

// autoName is the name KQL gives an expression without one, "" where it would
// be numbered: a.b[0] is a_b_0, tostring(x) is x, strlen(x) is strlen_x.
func (t *translator) autoName(e syntax.Expr) string {
	switch e := syntax.Unparen(e).(type) {
	case *syntax.Ident:
		return e.Name
	case *syntax.Named:
		if len(e.Names) == 1 {
			return e.Names[0].Name
		}
	case *syntax.Member:
		return joinName(t.autoName(e.X), e.Name.Name)
	case *syntax.Index:
		switch i := e.Index.(type) {
		case *syntax.StringLit:
			return joinName(t.autoName(e.X), i.Value)
		case *syntax.IntLit:
			return joinName(t.autoName(e.X), fmt.Sprint(i.Value))
		}
		return joinName(t.autoName(e.X), "")
	case *syntax.Call:
		f := t.funcs[e.Func.Name]
		if f == nil {
			return ""
		}
		return t.callName(f, e)
	}
	return ""
}

func joinName(x, y string) string {
	if x == "" {
		return y
	}
	return x + "_" + y
}

func (t *translator) callName(f *Func, e *syntax.Call) string {
	arg := ""
	if len(e.Args) > 0 {
		arg = t.autoName(e.Args[0])
	}
	switch {
	case f.naming.first, f.naming.only && len(e.Args) == 1:
		return arg
	case f.naming.both && len(e.Args) > 1:
		return f.naming.prefix + joinName(arg, t.autoName(e.Args[1]))
	case f.Kind == AggregateFunc && f.naming.prefix != "":
		return f.naming.prefix + arg
	case f.naming.prefix != "" && arg != "":
		return f.naming.prefix + arg
	}
	return ""
}

// namer hands out names for new columns: those that were asked for, and
// numbered ones that are still free.
type namer struct {
	taken map[string]bool
	// prefix of the numbered names: Column, or print_.
	prefix string
	next   int
}

func newNamer(prefix string, first int, taken ...string) *namer {
	n := &namer{taken: map[string]bool{}, prefix: prefix, next: first}
	for _, t := range taken {
		n.taken[t] = true
	}
	return n
}

// auto makes name unique, or numbers the column when there is none.
func (n *namer) auto(name string) string {
	if name == "" {
		for {
			name = fmt.Sprintf("%s%d", n.prefix, n.next)
			n.next++
			if !n.taken[name] {
				break
			}
		}
	}
	name = n.free(name)
	n.taken[name] = true
	return name
}

// free is name, or name with the smallest number that makes it free.
func (n *namer) free(name string) string {
	if !n.taken[name] {
		return name
	}
	for i := 1; ; i++ {
		if c := fmt.Sprintf("%s%d", name, i); !n.taken[c] {
			return c
		}
	}
}

// matchPattern tells whether a name fits a pattern with stars.
func matchPattern(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(name, p)
		if i < 0 {
			return false
		}
		name = name[i+len(p):]
	}
	return len(name) >= len(last) && strings.HasSuffix(name, last)
}
