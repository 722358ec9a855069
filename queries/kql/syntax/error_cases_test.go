package syntax

type errorCase struct {
	src  string
	want string // the errors with their places and hints
	tree string // what is understood all the same
}

// errorCases are texts with mistakes. One mistake is to give one error, and the
// rest of the text is to be in the tree.
func errorCases() []errorCase {
	return []errorCase{
		{
			"T | wher a == 1 | take 5",
			"1:5: unknown operator \"wher\"\nhint: did you mean where?",
			"T | Unsupported{Name:wher Text:wher a == 1} | Take{N:5}",
		},
		{
			"T | where a = 1 | take 5",
			"1:13: unexpected \"=\" in where\nhint: equality is written ==",
			"T | Where{Cond:a} | Take{N:5}",
		},
		{
			"T | where a == | take 5",
			"1:16: expected an expression, found the next pipe",
			"T | Where{Cond:(== a BadExpr{})} | Take{N:5}",
		},
		{
			"T | where foo(a b) | count",
			`1:17: expected a comma or ) in the arguments of foo, found "b"`,
			"T | Where{Cond:foo(a)} | Count{}",
		},
		{
			"T | where foo(a | take 5",
			`1:14: "(" is never closed`,
			"T | Where{Cond:foo(a)} | Take{N:5}",
		},
		{
			"T | where (a and b | take 5",
			`1:11: "(" is never closed`,
			"T | Where{Cond:[(and a b)]} | Take{N:5}",
		},
		{
			"T | where a) | take 5",
			`1:12: ")" closes nothing`,
			"T | Where{Cond:a} | Take{N:5}",
		},
		{
			"T\n| where a == 'abc\n| take 5",
			"2:14: the string is not closed, a ' is missing\nhint: a string ends on the line it begins; use ``` for several lines",
			`T | Where{Cond:(== a "abc")} | Take{N:5}`,
		},
		{
			"T\n| where a\nproject b\n| take 5",
			`3:1: a pipe is missing before "project"`,
			"T | Where{Cond:a} | Project{Cols:(b)} | Take{N:5}",
		},
		{
			"T | where a project b",
			"1:13: unexpected \"project\" in where\nhint: put a pipe before it: | project",
			"T | Where{Cond:a}",
		},
		{
			"let x = 5\nT | take x",
			"2:1: a semicolon is missing before \"T\"\nhint: statements are separated by ; and operators by |",
			"Let{Name:x Value:5}; T | Take{N:x}",
		},
		{
			"let x = ; T | count",
			`1:9: expected an expression, found ";"`,
			"Let{Name:x Value:BadExpr{}}; T | Count{}",
		},
		{
			"T | extend a = , b = 2 | count",
			`1:16: expected an expression, found ","`,
			"T | Extend{Cols:(Named{Names:(a) Value:BadExpr{}})} | Count{}",
		},
		{
			"T | summarize count() by | take 5",
			"1:26: expected a column after by, found the next pipe",
			"T | Summarize{Aggs:(count())} | Take{N:5}",
		},
		{
			"T | join kind=inner (U | wher x | take 1) on a | cout",
			"1:26: unknown operator \"wher\"\nhint: did you mean where?\n1:50: unknown operator \"cout\"\nhint: did you mean count?",
			"T | Join{Kind:inner Right:U | Unsupported{Name:wher Text:wher x} | Take{N:1} On:(a)} | Unsupported{Name:cout Text:cout}",
		},
		{
			"T | join (U)",
			"1:13: expected \"on\" and the columns of join, but the query ends here\nhint: write: join (T) on column",
			"T | Join{Right:U}",
		},
		{
			"T | where a not in (1, 2)",
			"1:13: unexpected \"not\" in where\nhint: write: a !in (1, 2), a !contains b, or not(...)",
			"T | Where{Cond:a}",
		},
		{
			"T | where not a == 1",
			"1:11: \"not\" needs parentheses\nhint: write: not(...)",
			"T | Where{Cond:BadExpr{}}",
		},
		{
			"T | where a in 1, 2",
			`1:17: unexpected "," in where`,
			"T | Where{Cond:In{Op:in X:a List:(1)}}",
		},
		{
			"T | where a == b == c",
			"1:18: \"==\" cannot follow another comparison\nhint: write: a == b and b == c",
			"T | Where{Cond:(== a b)}",
		},
		{
			"T | where a between (1, 5) | count",
			"1:23: expected two dots between the bounds of between, found \",\"\nhint: write: x between (1 .. 5)",
			"T | Where{Cond:Between{X:a Low:1 High:BadExpr{}}} | Count{}",
		},
		{
			"T | where x == “y",
			"1:16: unexpected curly quote '“'\nhint: use straight quotes: \" or '",
			"T | Where{Cond:(== x BadExpr{})}",
		},
		{
			"T | where a == datetime(2024-13-40)",
			"1:16: \"2024-13-40\" is not a valid datetime\nhint: write it as datetime(2024-05-31) or datetime(2024-05-31 13:45:00)",
			"T | Where{Cond:(== a datetime(null))}",
		},
		{
			"T | where id == 99999999999999999999",
			"1:17: \"99999999999999999999\" is too large for a long\nhint: write it as real(...) or decimal(...)",
			"T | Where{Cond:(== id 9223372036854775807)}",
		},
		{
			"T | extend x = dynamic({a: 1})",
			"1:25: expected a key in quotes, found \"a\"\nhint: write: dynamic({\"key\": \"value\"})",
			"T | Extend{Cols:(Named{Names:(x) Value:DynamicLit{Value:DynamicObject{}}})}",
		},
		{
			"T | extend x = dynamic([a])",
			"1:25: expected a JSON value in dynamic(), found \"a\"\nhint: dynamic() takes literals only; use pack(), pack_array() or bag_pack() for columns",
			"T | Extend{Cols:(Named{Names:(x) Value:DynamicLit{Value:DynamicArray{Elems:(BadExpr{})}}})}",
		},
		{
			"T | extend x = [1, 2]",
			"1:16: expected an expression, found \"[\"\nhint: an array is written dynamic([...]), and a name with odd characters ['...']",
			"T | Extend{Cols:(Named{Names:(x) Value:BadExpr{}})}",
		},
		{
			`T | where a == "\d+" | take 1`,
			"1:17: unknown escape \\d in a string\nhint: write \\\\ for a backslash, or put @ before the string",
			`T | Where{Cond:(== a "\\d+")} | Take{N:1}`,
		},
		{
			"T | mv-expand a to string",
			"1:20: expected typeof(...) after to, found \"string\"\nhint: write: to typeof(string)",
			"T | MvExpand{Cols:(ExpandCol{X:a})}",
		},
		{
			"T | sort a",
			`1:10: expected "by" after sort, found "a"`,
			"T | Sort{Keys:(SortKey{X:BadExpr{}})}",
		},
		{
			"T | order by a nulls | take 1",
			`1:22: expected "first" or "last" after nulls, found the next pipe`,
			"T | Sort{Keys:(SortKey{X:a})} | Take{N:1}",
		},
		{
			"T | project",
			"1:12: expected a column after project, but the query ends here",
			"T | Project{}",
		},
		{
			"T |",
			"1:4: expected an operator after the pipe, but the query ends here",
			"T",
		},
		{
			"T | | take 5",
			"1:5: expected an operator after the pipe, found the next pipe",
			"T | Take{N:5}",
		},
		{
			"",
			"1:1: the query is empty",
			"",
		},
		{
			"// nothing\n",
			"1:1: the query is empty",
			"",
		},
		{
			"5 | take 1",
			"1:1: expected a table, found \"5\"\nhint: a query begins with a table, or with print",
			"- | Take{N:1}",
		},
		{
			"T | where a # b | take 5",
			`1:13: unexpected character "#"`,
			"T | Where{Cond:a} | Take{N:5}",
		},
		{
			"T | parse a 'x' b | count",
			`1:13: expected "with" and a pattern in parse, found "'x'"`,
			"T | ParseOp{X:a} | Count{}",
		},
		{
			"T | top 5",
			`1:10: expected "by" after the number of top, but the query ends here`,
			"T | Top{N:5 Key:SortKey{X:BadExpr{}}}",
		},
		{
			"print f(1, )",
			`1:12: expected an argument after the comma, found ")"`,
			"Print{Cols:(f(1))}",
		},
		{
			"T | where (a",
			`1:11: "(" is never closed`,
			"T | Where{Cond:[a]}",
		},
		{
			"select * from T",
			"1:1: \"select\" is SQL, not KQL\nhint: KQL begins with the table: T | where a == 1 | project b",
			"-",
		},
		{
			"T | where a && b",
			"1:13: \"&&\" is no operator\nhint: write: a and b",
			"T | Where{Cond:a}",
		},
		{
			"T | where a || b | take 1",
			"1:13: \"||\" is no operator\nhint: write: a or b",
			"T | Where{Cond:a} | Take{N:1}",
		},
		{
			"T | where a is null",
			"1:13: unexpected \"is\" in where\nhint: write: isnull(a), isnotnull(a), isempty(a) or isnotempty(a)",
			"T | Where{Cond:a}",
		},
		{
			"T; U | foo; V | limt 5",
			"1:8: unknown operator \"foo\"\n1:17: unknown operator \"limt\"\nhint: did you mean limit?",
			"T; U | Unsupported{Name:foo Text:foo}; V | Unsupported{Name:limt Text:limt 5}",
		},
		{
			"T | extend a=1 b=2 | count",
			`1:16: unexpected "b" in extend`,
			"T | Extend{Cols:(Named{Names:(a) Value:1})} | Count{}",
		},
		{
			"T } | take 1",
			`1:3: "}" closes nothing`,
			"T | Take{N:1}",
		},
		{
			"T | make-series count() on t from 1 to 5",
			`1:41: expected "step" and a width in make-series, but the query ends here`,
			"T | MakeSeries{Aggs:(SeriesAgg{X:count()}) On:t From:1 To:5 Step:BadExpr{}}",
		},
		{
			"T | where properties.['a' == 1 | count",
			`1:22: "[" is never closed`,
			`T | Where{Cond:properties[(== "a" 1)]} | Count{}`,
		},
		{
			"T | project-rename a",
			"1:20: expected new = old, found \"a\"\nhint: write: project-rename new = old",
			"T | ProjectRename{}",
		},
		{
			"let f = (x) { x }; T",
			`1:11: expected : and a type after the name of the parameter, found ")"`,
			"Let{Name:f Value:Lambda{Params:(ParamDecl{Name:x})}}; T",
		},
		{
			"datatable(a:long, b)[1]",
			`1:20: expected : and a type after the name of the column, found ")"`,
			"DataTable{Cols:(ColumnDecl{Name:a Type:long}, ColumnDecl{Name:b})}",
		},
		{
			"T | take 5,",
			`1:11: unexpected "," in take`,
			"T | Take{N:5}",
		},
		{
			"T | union",
			"1:10: expected a table, but the query ends here",
			"T | Union{}",
		},
		{
			"T | lookup on a",
			`1:12: expected a table, found "on"`,
			"T | Lookup{Right:-}",
		},
		{
			"T | where !a",
			"1:11: expected an expression, found \"!a\"\nhint: negation is written not(...)",
			"T | Where{Cond:BadExpr{}}",
		},
		{
			"T | project a as b",
			"1:15: unexpected \"as\" in project\nhint: a name comes first: new = old",
			"T | Project{Cols:(a)}",
		},
		{
			"T | evaluate pivot",
			"1:14: expected a function with its arguments after evaluate",
			"T | Evaluate{}",
		},
	}
}
