package syntax

import "fmt"

func (o *oneLine) expr(e Expr) {
	switch n := e.(type) {
	case *Ident:
		o.str(nameText(n))
	case *Star:
		o.str("*")
	case *Pattern:
		o.str(n.Text)
	case *SideRef:
		if n.Right {
			o.str("$right")
		} else {
			o.str("$left")
		}
	case *Member:
		o.base(n.X)
		o.str("." + memberText(n.Name))
	case *Index:
		o.base(n.X)
		o.str("[")
		o.node(n.Index)
		o.str("]")
	case *Call:
		if n.Recv != nil {
			o.base(n.Recv)
			o.str(".")
		}
		o.str(n.Func.Name + "(")
		o.list(toNodes(n.Args))
		o.str(")")
	case *Unary:
		o.str(string(n.Op))
		o.operand(n.X, levelUnary)
	case *Binary:
		level := opLevel(n.Op)
		left := level
		if level == levelEquality || level == levelRelation {
			left++
		}
		o.operand(n.X, left)
		if n.Op == OpColon {
			o.str(":")
		} else {
			o.str(" " + string(n.Op) + " ")
		}
		o.operand(n.Y, level+1)
	case *In:
		o.operand(n.X, levelRelation)
		o.str(" " + string(n.Op) + " (")
		o.list(toNodes(n.List))
		o.str(")")
	case *Between:
		o.operand(n.X, levelRelation)
		o.str(betweenWord(n) + "(")
		o.operand(n.Low, levelAdd)
		o.str(" .. ")
		o.operand(n.High, levelAdd)
		o.str(")")
	case *Paren:
		o.str("(")
		o.node(n.X)
		o.str(")")
	case *Subquery:
		if n.Parens {
			o.str("(")
		}
		o.node(n.Pipe)
		if n.Parens {
			o.str(")")
		}
	case *Named:
		o.names(n)
		o.str(" = ")
		o.node(n.Value)
	case *Lambda:
		o.lambda(n)
	case *TypeOf:
		o.str("typeof")
		if n.Type != nil {
			o.str("(" + n.Type.Name + ")")
		} else {
			o.schema(n.Schema, false)
		}
	case *BadExpr:
		o.str("<error>")
	default:
		o.literal(e)
	}
}

func (o *oneLine) literal(e Expr) {
	switch n := e.(type) {
	case *DynamicLit:
		outer := o.json
		o.json = true
		o.str("dynamic(")
		o.node(n.Value)
		o.str(")")
		o.json = outer
	case *NullLit:
		if o.json && n.Type == "dynamic" {
			o.str("null")
			return
		}
		o.str(literalText(n))
	case *DynamicArray:
		o.str("[")
		o.list(toNodes(n.Elems))
		o.str("]")
	case *DynamicObject:
		o.str("{")
		for i, f := range n.Fields {
			if i > 0 {
				o.str(", ")
			}
			o.node(f.Key)
			o.str(": ")
			o.node(f.Value)
		}
		o.str("}")
	default:
		o.str(literalText(e))
	}
}

// base writes what stands before a dot or bracket. A sign before it would be
// read as belonging to the whole path.
func (o *oneLine) base(e Expr) {
	switch n := e.(type) {
	case *IntLit:
		// 0.a would be read as a number, and so would -1.a.
		if !n.Int32 && !n.Hex {
			o.str(fmt.Sprintf("long(%d)", n.Value))
			return
		}
	case *RealLit:
		if text := literalText(n); text[0] == '-' || isDigit(text[0]) {
			o.str("real(" + text + ")")
			return
		}
	case *TimespanLit:
		if text := literalText(n); text[0] == '-' {
			o.str("timespan(" + text + ")")
			return
		}
	}
	o.operand(e, levelUnary+1)
}

// operand adds parentheses that a tree not made by the parser may need.
func (o *oneLine) operand(e Expr, level int) {
	if exprLevel(e) >= level {
		o.node(e)
		return
	}
	o.str("(")
	o.node(e)
	o.str(")")
}

// exprLevel is how tightly the expression holds together.
func exprLevel(e Expr) int {
	switch n := e.(type) {
	case *Binary:
		return opLevel(n.Op)
	case *In, *Between:
		return levelEquality
	case *Unary:
		return levelUnary
	case *Named:
		return levelOr - 1
	}
	return levelUnary + 1
}

func opLevel(op Op) int {
	switch op {
	case OpOr:
		return levelOr
	case OpAnd:
		return levelAnd
	case OpEq, OpNe:
		return levelEquality
	case OpLt, OpLe, OpGt, OpGe:
		return levelRelation
	case OpAdd, OpSub:
		return levelAdd
	case OpMul, OpDiv, OpMod:
		return levelMul
	}
	return levelString
}

func betweenWord(n *Between) string {
	if n.Not {
		return " !between "
	}
	return " between "
}

func (o *oneLine) names(n *Named) {
	if !n.Tuple {
		o.str(nameText(n.Names[0]))
		return
	}
	o.str("(")
	for i, id := range n.Names {
		if i > 0 {
			o.str(", ")
		}
		o.str(nameText(id))
	}
	o.str(")")
}
