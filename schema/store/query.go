package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// Check says whether a text is exactly one statement that only reads, and compares
// no severities by their letters. Anything else is an error of kind Query.
func (db *DB) Check(ctx context.Context, text string) error {
	const op = "checking the query"
	var reply string
	if err := db.sql.QueryRowContext(ctx, "select json_serialize_sql(?::varchar)::varchar", text).Scan(&reply); err != nil {
		return queryError(op, text, err)
	}
	var r struct {
		Error      bool   `json:"error"`
		Type       string `json:"error_type"`
		Message    string `json:"error_message"`
		Position   string `json:"position"`
		Statements []any  `json:"statements"`
	}
	if err := json.Unmarshal([]byte(reply), &r); err != nil {
		return &Error{Op: op, Err: err}
	}
	if r.Error {
		if strings.Contains(r.Message, "Only SELECT statements") {
			return &Error{Kind: Query, Op: op, Msg: "only statements that read are allowed here: select, with, from, describe, show",
				Hint: "data goes in with: argosy ingest"}
		}
		return &Error{Kind: Query, Op: op, Msg: r.Message + caret(text, r.Position)}
	}
	if n := len(r.Statements); n != 1 {
		return &Error{Kind: Query, Op: op, Msg: fmt.Sprintf("the text holds %d statements, one is needed", n), Hint: "run them one by one"}
	}
	if meant, position, found := lettered(r.Statements); found {
		return &Error{Kind: Query, Op: op, Msg: "a severity and a text are compared by their letters, by which Critical comes before High" + caret(text, position),
			Hint: "compare them by their order: " + meant}
	}
	return nil
}

// Query runs a statement. The rows hold a connection until they are closed. A
// cancelled context interrupts the engine.
func (db *DB) Query(ctx context.Context, st schema.Statement) (schema.Rows, error) {
	const op = "running the query"
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return nil, explain(op, db.path, err)
	}
	whole := st.SQL
	leave, sorted, err := db.pace.enter(ctx, db.sql, whole)
	if err != nil {
		conn.Close()
		return nil, queryError(op, whole, err)
	}
	if sorted {
		st, err = db.shared.use(ctx, conn, st)
	}
	var q *prepared
	if err == nil {
		q, err = prepare(ctx, conn, st, true)
	}
	if err == nil {
		var s *stream
		if s, err = newStream(ctx, conn, q); err == nil {
			s.leave = leave
			return s, nil
		}
		if errors.Is(err, errUnstreamed) {
			var rows *Rows
			if q.planned { // what is bound made a column another type: the text has to be another, too
				rows, err = start(ctx, conn, st)
			} else {
				rows, err = q.start(ctx, conn)
			}
			if err == nil {
				rows.leave = leave
				return rows, nil
			}
		}
	}
	leave()
	conn.Close()
	return nil, queryError(op, whole, err)
}

// prepared is a statement as the engine is given it.
type prepared struct {
	text    string
	args    []any
	columns []schema.Column
	convert func(int, any) (any, error)
	plan    *plan // of the text; nil where there is none yet
	planned bool  // the columns are the plan's, and their types may change with what is bound
}

// prepare sets what the statement needs on its connection, and asks for the columns
// where it does not name them: of its plan, where a stream runs that.
func prepare(ctx context.Context, conn *sql.Conn, st schema.Statement, streams bool) (*prepared, error) {
	if err := setVariables(ctx, conn, st.Variables); err != nil {
		return nil, err
	}
	q := &prepared{text: st.SQL, args: arguments(st), columns: st.Columns, convert: st.Convert}
	limited := q.limit(ctx, conn, st.Most)
	if q.columns == nil && streams {
		if q.plan == nil && reads(q.text) {
			q.plan, _ = planOf(ctx, conn, q.text) // its error is told by whoever asks next
		}
		if q.plan != nil {
			q.columns, q.planned = q.plan.columns()
		}
	}
	nests := true
	if q.columns == nil {
		q.drop()
		var err error
		if q.columns, q.text, nests, err = describe(ctx, conn, q.text, q.args); err != nil {
			return nil, err
		}
	}
	if st.Most > 0 && nests && !limited {
		q.drop()
		q.text = fmt.Sprintf("select * from (\n%s\n) limit %d", strings.TrimRight(strings.TrimSpace(q.text), ";"), st.Most)
	}
	if q.convert == nil {
		q.convert = func(i int, v any) (any, error) { return convert(v, q.columns[i].Type) }
	}
	return q, nil
}

// drop gives the plan up, as the text is to be another.
func (q *prepared) drop() {
	if q.plan != nil {
		q.plan.stmt.Close()
	}
	q.plan = nil
}

func start(ctx context.Context, conn *sql.Conn, st schema.Statement) (*Rows, error) {
	q, err := prepare(ctx, conn, st, false)
	if err != nil {
		return nil, err
	}
	q.drop()
	return q.start(ctx, conn)
}

// start runs the statement for the driver's own rows.
func (q *prepared) start(ctx context.Context, conn *sql.Conn) (*Rows, error) {
	rows, err := conn.QueryContext(ctx, q.text, q.args...)
	if err != nil {
		return nil, err
	}
	names, err := rows.Columns()
	if err != nil {
		rows.Close()
		return nil, err
	}
	if len(names) != len(q.columns) {
		rows.Close()
		return nil, fmt.Errorf("the engine answers with %d columns where %d are expected", len(names), len(q.columns))
	}
	r := &Rows{rows: rows, conn: conn, columns: q.columns, convert: q.convert, raw: make([]any, len(names)), vals: make([]any, len(names))}
	r.ptrs = make([]any, len(names))
	for i := range r.raw {
		r.ptrs[i] = &r.raw[i]
	}
	return r, nil
}

// limit puts the most rows that are wanted beside the statement's own order: the
// engine then keeps the first rows where it would sort all of them, which it does
// below a limit that stands around a statement with tables of its own (with). It
// says false of a statement that has a limit already, or is none that a limit
// can follow.
func (q *prepared) limit(ctx context.Context, conn *sql.Conn, most int64) bool {
	if most <= 0 || !reads(q.text) || strings.EqualFold(firstWord(q.text), "from") {
		return false
	}
	text := fmt.Sprintf("%s\nlimit %d", strings.TrimRight(q.text, "; \t\r\n"), most)
	p, err := planOf(ctx, conn, text)
	if err != nil {
		return false
	}
	q.text, q.plan = text, p
	return true
}

// reads says whether a statement begins as a query does.
func reads(text string) bool {
	word := strings.ToLower(firstWord(text))
	return word == "select" || word == "with" || word == "from"
}

// firstWord is the word that a statement begins with, behind comments.
func firstWord(text string) string {
	for {
		text = strings.TrimLeft(text, " \t\r\n")
		switch {
		case strings.HasPrefix(text, "--"):
			_, text, _ = strings.Cut(text, "\n")
		case strings.HasPrefix(text, "/*"):
			_, text, _ = strings.Cut(text, "*/")
		default:
			return text[:len(text)-len(strings.TrimLeft(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
		}
	}
}

// setVariables gives the session's variables their values, or none.
func setVariables(ctx context.Context, conn *sql.Conn, variables map[string]string) error {
	for _, name := range []string{"argosy_registry_key", "argosy_running_key", "argosy_now", "argosy_policy", "argosy_severity_source", "argosy_priority"} {
		set := "reset variable " + name
		if v, ok := variables[name]; ok {
			set = "set variable " + name + " = " + quote(v)
		}
		if _, err := conn.ExecContext(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

// arguments lists what a statement binds, as the driver takes it.
func arguments(st schema.Statement) []any {
	args := append([]any{}, st.Args...)
	for name, v := range st.Named {
		args = append(args, sql.Named(name, v))
	}
	return args
}

// describe asks the engine for the columns of a statement, and returns a text
// that delivers JSON and nested columns as the text of their JSON: the driver
// would take them apart, losing digits and the order of keys. nests tells
// whether the text can stand in another.
func describe(ctx context.Context, conn *sql.Conn, text string, args []any) (_ []schema.Column, _ string, nests bool, _ error) {
	types, names, nests, err := resultTypes(ctx, conn, text, args)
	if err != nil {
		return nil, "", false, err
	}
	columns := make([]schema.Column, len(types))
	nested := false
	list := make([]string, len(types))
	for i, t := range types {
		columns[i] = schema.Column{Name: names[i], Type: typeOf(t)}
		list[i] = fmt.Sprintf("c%d", i+1)
		if columns[i].Type == schema.TypeDynamic {
			nested = true
			list[i] = fmt.Sprintf("to_json(c%d)::varchar", i+1)
		}
	}
	if !nested {
		return columns, text, nests, nil
	}
	alias := make([]string, len(types))
	for i := range alias {
		alias[i] = fmt.Sprintf("c%d", i+1)
	}
	wrapped := fmt.Sprintf("select %s from (\n%s\n) as q(%s)", strings.Join(list, ", "), strings.TrimRight(strings.TrimSpace(text), ";"), strings.Join(alias, ", "))
	return columns, wrapped, nests, nil
}

// resultTypes asks for the types and names of a statement's columns. Queries are
// planned for it and not run. What cannot stand in a subquery is run.
func resultTypes(ctx context.Context, conn *sql.Conn, text string, args []any) (types, names []string, nests bool, _ error) {
	if reads(text) {
		if types, names, err := described(ctx, conn, text, args); err == nil {
			return types, names, true, nil
		}
	}
	inner := strings.TrimRight(strings.TrimSpace(text), "; \t\r\n")
	names, err := columnNames(ctx, conn, text)
	if err == nil {
		if types, _, err := columnTypes(ctx, conn, "select * from (\n"+inner+"\n) limit 0", args); err == nil && len(types) == len(names) {
			return types, names, true, nil
		}
	}
	types, names, err = columnTypes(ctx, conn, text, args)
	return types, names, false, err
}

// described are the types and names that the engine's describe tells of a query.
func described(ctx context.Context, conn *sql.Conn, text string, args []any) (types, names []string, _ error) {
	rows, err := conn.QueryContext(ctx, "describe "+text, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, typ string
		var other [4]any // what describe tells of a table's columns
		if err := rows.Scan(&name, &typ, &other[0], &other[1], &other[2], &other[3]); err != nil {
			return nil, nil, err
		}
		types, names = append(types, typ), append(names, name)
	}
	return types, names, rows.Err()
}

// columnTypes runs a statement for the types and names of its columns.
func columnTypes(ctx context.Context, conn *sql.Conn, text string, args []any) (types, names []string, _ error) {
	rows, err := conn.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	for _, c := range columns {
		types, names = append(types, c.DatabaseTypeName()), append(names, c.Name())
	}
	return types, names, err
}

// columnNames are the names of a statement's columns.
func columnNames(ctx context.Context, conn *sql.Conn, text string) ([]string, error) {
	p, err := planOf(ctx, conn, text)
	if err != nil {
		return nil, err
	}
	defer p.stmt.Close()
	return p.names(), nil
}

// typeOf maps an engine's type to a column type.
func typeOf(name string) schema.Type {
	switch {
	case name == "BOOLEAN":
		return schema.TypeBool
	case name == "TINYINT", name == "SMALLINT", name == "INTEGER", name == "UTINYINT", name == "USMALLINT", name == "UINTEGER", name == "BIGINT":
		return schema.TypeLong
	case name == "HUGEINT", name == "UBIGINT", name == "UHUGEINT", strings.HasPrefix(name, "DECIMAL"):
		return schema.TypeDecimal
	case name == "FLOAT", name == "DOUBLE":
		return schema.TypeReal
	case strings.HasPrefix(name, "TIMESTAMP"), name == "DATE":
		return schema.TypeDatetime
	case name == "INTERVAL", strings.HasPrefix(name, "TIME"):
		return schema.TypeString
	case name == "UUID":
		return schema.TypeGUID
	case name == "JSON", strings.HasSuffix(name, "]"), strings.HasPrefix(name, "STRUCT"), strings.HasPrefix(name, "MAP"), strings.HasPrefix(name, "UNION"):
		return schema.TypeDynamic
	}
	return schema.TypeString
}

// queryError keeps the engine's own words for a mistake in a query and adds
// the place.
func queryError(op, text string, err error) error {
	var d *duckdb.Error
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if !errors.As(err, &d) {
		return &Error{Op: op, Err: err}
	}
	e := &Error{Kind: Query, Op: op, Msg: strings.TrimSpace(d.Msg)}
	switch {
	case strings.Contains(d.Msg, "disabled by configuration"), strings.Contains(d.Msg, "disabled through configuration"):
		e.Hint = "queries cannot read files, the network or extensions; bring data in with: argosy ingest"
	case outOfMemory(err):
		e.Hint = "raise the limit with --memory"
	}
	return e
}

// caret draws the line of text that position (a byte offset in digits) lies
// in, and a mark below it.
func caret(text, position string) string {
	var at int
	if _, err := fmt.Sscan(position, &at); err != nil || at < 0 || at > len(text) {
		return ""
	}
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		end = at + i
	}
	return "\n  " + text[begin:end] + "\n  " + strings.Repeat(" ", len([]rune(text[begin:at]))) + "^"
}
