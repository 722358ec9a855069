package syntax_test

import (
	"fmt"

	"argosy/queries/kql/syntax"
)

func ExampleParse() {
	src := "findings | where severity == 'high' | count"
	q, errs := syntax.Parse(src)
	if err := errs.Err(); err != nil {
		fmt.Println(err)
		return
	}
	pipe := q.Statements[0].(*syntax.ExprStmt).Pipe
	fmt.Println("table:", pipe.Source.(*syntax.Ident).Name)
	for _, op := range pipe.Ops {
		fmt.Printf("%T %q\n", op, op.Span().Text(src))
	}
	// Output:
	// table: findings
	// *syntax.Where "where severity == 'high'"
	// *syntax.Count "count"
}

func ExampleErrors_Format() {
	src := "findings\n| wher severity == 'high'\n| sumarize count() by image"
	_, errs := syntax.Parse(src)
	fmt.Println(errs.Format(src))
	// Output:
	// 2:3: unknown operator "wher"
	// | wher severity == 'high'
	//   ^~~~
	// hint: did you mean where?
	//
	// 3:3: unknown operator "sumarize"
	// | sumarize count() by image
	//   ^~~~~~~~
	// hint: did you mean summarize?
}

func ExampleFormatSource() {
	text, _ := syntax.FormatSource(`findings|where severity in~('high',"critical") // urgent
	|order by image`)
	fmt.Print(text)
	// Output:
	// findings
	// | where severity in~ ("high", "critical") // urgent
	// | sort by image
}

func ExampleTokenize() {
	src := "T | take 5 // few"
	for _, t := range syntax.Tokenize(src) {
		fmt.Println(t.Kind, t.Span.Text(src))
	}
	// Output:
	// identifier T
	// pipe |
	// keyword take
	// number 5
	// comment // few
}

func ExampleWalk() {
	q, _ := syntax.Parse("T | where tolower(a) has 'x' and b.c > 1")
	syntax.Walk(q, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			fmt.Println("calls", c.Func.Name)
		}
		return true
	})
	// Output:
	// calls tolower
}
