// Package syntax reads and writes KQL text and knows nothing else: no tables,
// no types, no SQL. It imports the standard library only, so that an editor, a
// formatter or another program can use it as it is.
//
// # Shape
//
// Parse turns a text into a Query and Errors. A Query is a list of statements;
// the one that matters is an ExprStmt holding a Pipeline, which is a Source
// followed by Operators. Operators hold Exprs. Each operator and each kind of
// expression is a struct of its own, all pointers; switch on the type.
//
//   - ast.go: Query, statements, Pipeline, parameters and options
//   - ast_source.go: where rows come from (a table is an *Ident)
//   - ast_op.go: what stands after a pipe
//   - ast_expr.go: scalars and literals; op.go names their operators
//
// Every node knows its Span in bytes, and a nil node answers NoSpan. After an
// error the tree is still there: a *BadExpr stands for what was not understood,
// and the operators after the next pipe are parsed as usual. An operator that
// exists in KQL but has no tree here is an *Unsupported and no error.
//
// Around the tree: Walk, Children and NodeAt visit it, Equal compares two,
// Format and FormatSource write the canonical text, and Tokenize cuts a text for
// highlighting without parsing it. Errors know their place; Format on them shows
// it to people, Diagnostics gives it to programs.
//
// # Precedence
//
// It is Kusto's own, which surprises in one point: operators on strings (has,
// contains, =~, matches regex) bind more tightly than arithmetic, so that
// a contains b + c is (a contains b) + c. Comparisons do not chain.
//
// # What stays open
//
// The text alone does not tell whether a name is a table or a scalar. A let
// value, an argument and the right side of in are therefore expressions, and a
// *Subquery where the text shows a table; AsPipeline reads the rest as a table
// when the meaning asks for one. Parentheses are kept as *Paren for the sake of
// the formatter; use Unparen before looking at a type.
//
// # What not to do
//
// Names here are as written. Do not compare option words, types or functions
// in another case than KQL does, and do not resolve anything in this package.
package syntax
