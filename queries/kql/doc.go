// Package kql translates KQL, as Azure Resource Graph speaks it and more, into
// SQL for DuckDB. A query runs with the meaning Kusto gives it, or it is
// refused with the place of what is not supported: nothing is passed through,
// ignored or guessed.
//
// # Way of a query
//
// syntax.Parse makes a tree. Translate walks it once: every node is checked
// (names, number and types of arguments) and then lowered to duck's nodes, so
// a lowering function may rely on a checked node. A node that fails becomes a
// poison value that silences what is built on it, and the walk goes on: one
// run reports all mistakes. duck.Print then leaves out what nobody reads and
// gives every column a made-up name.
//
//   - translate.go statements and the result; env.go, let.go what let binds
//   - source.go, variant.go where rows come from
//   - pipe.go the rows under construction; pipeline.go, op_*.go the operators
//   - expr*.go expressions; value.go what is known of one; convert_*.go types
//   - tree.go dynamics with known inside; concat.go texts with known parts
//   - funcs.go how functions are declared; funcs_list.go the list of them;
//     funcs_<family>.go the functions; sample.go and reference.go what the help
//     and docs/kql.md say of them
//   - params.go parameters; decimal.go arithmetic of decimals
//
// # Values
//
// How a KQL type is held between the steps of a query and leaves DuckDB:
//
//	bool      BOOLEAN
//	int, long BIGINT
//	real      DOUBLE; NaN and the infinities are values
//	decimal   DECIMAL(38,18); leaves as VARCHAR
//	string    VARCHAR, never NULL when it leaves: a missing text is ''
//	datetime  BIGINT, ticks of 100 ns since 0001-01-01: TIMESTAMP_NS ends in
//	          2262, and TIMESTAMP has no seventh digit
//	timespan  BIGINT, ticks of 100 ns
//	guid      VARCHAR, small letters with dashes
//	dynamic   JSON; leaves as VARCHAR with JSON text, NULL for null. A dynamic
//	          that is a typed path leaves as that type: see ResultColumn.Held
//
// The catalog's relations hold datetimes as TIMESTAMP; they become ticks only
// where something else than a comparison is done with them. ResultColumn.Value
// turns what the driver returns into Go values.
//
// A string may be NULL inside a query and then means ”; str() makes it ”.
// A condition may be NULL; value.filter is the cheaper form of a condition for
// places where NULL counts as false, such as WHERE.
//
// # What merges into one SELECT
//
// where, extend, project and parse go into the open Select as long as they
// read no column that this Select computes. A value that is cheap to build (a
// column, a literal, a known path) is not computed at all but built where it is
// used. See pipe.
//
// # Known insides
//
// A Variant may know paths inside a dynamic column. A path expression is kept
// as a description (tree) through extend, project, joins and mv-expand, until
// it is used: as tostring(properties.a.b) it is then the typed column, and no
// JSON is read. What the catalog does not know is read from the JSON column. A
// Concat lets positions inside a text be known while translating: matches
// regex, parse, extract and contains_cs over an id then become columns and
// comparisons.
//
// # Adding a function
//
// A function is one row of the table in its family's file:
//
//		{Name: "strlen", Params: []Param{{Name: "text", Type: "string"}}, Returns: "long",
//			Doc: "The number of characters.", Example: `strlen("café")`,
//			naming: naming{prefix: "strlen_"},
//			lower: func(c *call) value {
//				return value{typ: Long, sql: duck.Fn("length", c.x(0)), bits: 32}
//			}},
//
//	  - Params are checked before lower runs: number, type, literal where Const
//	    is set. A dynamic is read as the type asked for. Type may be number,
//	    scalar, any, array, bag, typeof; see Param. Only the last parameter can
//	    Repeat.
//	  - lower gets the arguments converted: c.x(i) is argument i as SQL (a string
//	    never NULL, a dynamic as JSON, times as ticks), c.args[i] all that is
//	    known of it, c.has(i) whether it was given, c.text(i) a literal string.
//	  - The result is a value: c.out(T, sql) where null arguments make null,
//	    sure(T, sql) when it is never null, of(T, sql) when it may be. Set bits
//	    for small whole numbers (arithmetic is then plain), finite for reals that
//	    are never NaN, array for dynamics that are arrays.
//	  - c.fail(i, ...) reports a mistake in argument i with the signature.
//	  - naming is KQL's rule for the name of an unnamed column: first takes the
//	    argument's name (tostring(x) is x), prefix puts a word before it
//	    (strlen_x); neither means Column1, Column2, ...
//	  - An aggregate sets Kind to AggregateFunc and fold instead of lower. Inside,
//	    c.agg(T, sql) makes the aggregate a column and returns a value of it;
//	    anything may be computed from it, and is, above the GROUP BY. c.order()
//	    is what the rows are sorted by.
//	  - A window function sets Kind to WindowFunc; c.over(i) is the window over
//	    the rows in their order, in parts where argument i restarts them.
//	  - A new family is one more func ...Funcs() []Func and one line in Functions.
//
// Every function has a case under testdata/kql or is run by its Example.
package kql
