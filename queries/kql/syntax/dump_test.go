package syntax

import (
	"fmt"
	"reflect"
	"strings"
)

// dump writes a tree so that a test can say what it wants: names and literals
// as in KQL, operators in front of their operands, the rest as Type{Field}.
func dump(n Node) string {
	switch n := n.(type) {
	case nil:
		return "nil"
	case *Query:
		parts := make([]string, len(n.Statements))
		for i, s := range n.Statements {
			parts[i] = dump(s)
		}
		return strings.Join(parts, "; ")
	case *ExprStmt:
		return dump(n.Pipe)
	case *Pipeline:
		parts := []string{"-"}
		if n.Source != nil {
			parts[0] = dump(n.Source)
		}
		for _, op := range n.Ops {
			parts = append(parts, dump(op))
		}
		return strings.Join(parts, " | ")
	case *Ident:
		return nameText(n)
	case *TypeRef:
		return n.Name
	case *StringLit:
		return fmt.Sprintf("%q", n.Value)
	case *Star:
		return "*"
	case *Pattern:
		return n.Text
	case *Binary:
		return fmt.Sprintf("(%s %s %s)", n.Op, dump(n.X), dump(n.Y))
	case *Unary:
		return fmt.Sprintf("(%s %s)", n.Op, dump(n.X))
	case *Paren:
		return "[" + dump(n.X) + "]"
	case *Member:
		return dump(n.X) + "." + dump(n.Name)
	case *Index:
		return fmt.Sprintf("%s[%s]", dump(n.X), dump(n.Index))
	case *Subquery:
		return "{" + dump(n.Pipe) + "}"
	case *Call:
		recv := ""
		if n.Recv != nil {
			recv = dump(n.Recv) + "."
		}
		return recv + n.Func.Name + dumpList(reflect.ValueOf(n.Args))
	}
	if e, ok := n.(Expr); ok && literalText(e) != "" {
		return literalText(e)
	}
	return dumpStruct(reflect.ValueOf(n).Elem())
}

func dumpStruct(v reflect.Value) string {
	var parts []string
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.IsZero() || name == "Pos" || name == "OpPos" || v.Type().Field(i).Tag.Get("equal") == "skip" {
			continue
		}
		text := ""
		if n, ok := f.Interface().(Node); ok {
			text = dump(n)
		} else if f.Kind() == reflect.Slice {
			text = dumpList(f)
		} else {
			text = fmt.Sprint(f.Interface())
		}
		parts = append(parts, name+":"+text)
	}
	return v.Type().Name() + "{" + strings.Join(parts, " ") + "}"
}

func dumpList(v reflect.Value) string {
	parts := make([]string, v.Len())
	for i := range parts {
		parts[i] = dump(v.Index(i).Interface().(Node))
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
