package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"argosy/schema"
)

// Kept is the whole result of a statement. Its rows lie compressed, a column
// beside the other, in a file of the session's own, so that any page of them, in
// any order, is read in milliseconds and little memory is needed for a million.
type Kept struct {
	s       *Session
	table   string
	columns []schema.Column
	list    string // of the columns as a page selects them
	convert func(int, any) (any, error)
	rows    int64
	once    sync.Once

	ranking sync.Mutex
	ranked  atomic.Pointer[ranks]
}

// Keep runs a statement over the file and keeps its rows. The file is free
// when it returns.
func (s *Session) Keep(ctx context.Context, st schema.Statement) (*Kept, error) {
	conn, done, err := s.conn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	k := &Kept{s: s}
	if err := setVariables(ctx, conn, st.Variables); err != nil {
		return nil, err
	}
	text := strings.TrimRight(strings.TrimSpace(st.SQL), ";")
	alias := ""
	if st.Columns != nil {
		alias = " as q(" + strings.Join(labels(st.Columns), ", ") + ")"
	}
	err = s.withRoom(ctx, func() error {
		k.table = s.unused("kept")
		_, err := conn.ExecContext(ctx, "create table "+k.table+" as select * from (\n"+text+"\n)"+alias, arguments(st)...)
		return err
	})
	if err != nil {
		k.Drop()
		return nil, queryError("running the query", st.SQL, err)
	}
	if err := k.describe(ctx, conn, st); err != nil {
		k.Drop()
		return nil, err
	}
	return k, nil
}

// unused is a name for something that is kept, new each time: what an attempt
// that failed leaves in the catalog for a moment must not stop the next.
func (s *Session) unused(what string) string {
	return fmt.Sprintf(shelf+".main.%s%d", what, s.made.Add(1))
}

// create keeps an order of what is kept in a table of its own.
func (s *Session) create(ctx context.Context, what, query string) (table string, err error) {
	err = s.withRoom(ctx, func() error {
		table = s.unused(what)
		return s.on(ctx, func(conn *sql.Conn) error {
			_, err := conn.ExecContext(ctx, "create table "+table+" as "+query)
			return err
		})
	})
	if err != nil {
		return "", queryError("sorting", "", err)
	}
	return table, nil
}

// labels are names for columns, quoted, that differ also for an engine that does
// not tell letters by their case.
func labels(columns []schema.Column) []string {
	used := map[string]bool{}
	out := make([]string, len(columns))
	for i, c := range columns {
		label := c.Name
		for n := 1; used[strings.ToLower(label)]; n++ {
			label = fmt.Sprintf("%s_%d", c.Name, n)
		}
		used[strings.ToLower(label)] = true
		out[i] = name(label)
	}
	return out
}

// describe reads the columns and the number of rows of the table.
func (k *Kept) describe(ctx context.Context, conn *sql.Conn, st schema.Statement) error {
	rows, err := conn.QueryContext(ctx, "select * from "+k.table+" limit 0")
	if err != nil {
		return err
	}
	types, err := rows.ColumnTypes()
	rows.Close()
	if err != nil {
		return err
	}
	var list []string
	for _, t := range types {
		c := schema.Column{Name: t.Name(), Type: typeOf(t.DatabaseTypeName())}
		item := name(c.Name)
		if c.Type == schema.TypeDynamic && st.Columns == nil {
			item = "to_json(" + item + ")::varchar"
		}
		list, k.columns = append(list, item), append(k.columns, c)
	}
	k.convert = func(i int, v any) (any, error) { return convert(v, k.columns[i].Type) }
	k.list = strings.Join(list, ", ")
	if st.Columns != nil && len(st.Columns) == len(k.columns) {
		for i := range k.columns {
			k.columns[i].Type, k.columns[i].Doc = st.Columns[i].Type, st.Columns[i].Doc
		}
		if st.Convert != nil {
			k.convert = st.Convert
		}
	}
	return conn.QueryRowContext(ctx, "select count(*) from "+k.table).Scan(&k.rows)
}

// Columns describes the rows. The names are those of the table, which are
// unique: the engine numbers further columns of a name.
func (k *Kept) Columns() []schema.Column { return k.columns }

// Rows is the number of rows.
func (k *Kept) Rows() int64 { return k.rows }

// Table is what a statement given to Ask reads from.
func (k *Kept) Table() string { return k.table }

// Drop frees the rows.
func (k *Kept) Drop() {
	k.once.Do(func() {
		_, _ = k.s.pool.Exec("drop table if exists " + k.table)
		k.ranking.Lock()
		defer k.ranking.Unlock()
		if r := k.ranked.Swap(nil); r != nil {
			_, _ = k.s.pool.Exec("drop table if exists " + r.table)
		}
		k.s.free()
	})
}

// First returns the first n rows in an order, without sorting the rest.
func (k *Kept) First(ctx context.Context, by []schema.Order, n int) ([][]any, error) {
	// Only the keys are read of all rows, the rest of the few that are wanted.
	return k.page(ctx, fmt.Sprintf("select %s from (select argosy_place, row_number() over () as argosy_at from (%s limit %d)) o join %s k on k.rowid = o.argosy_place order by o.argosy_at",
		k.list, k.places(by), n, k.table))
}

// Page returns the rows from a place on in the order that they were kept in.
func (k *Kept) Page(ctx context.Context, from, n int64) ([][]any, error) {
	return k.page(ctx, fmt.Sprintf("select %s from %s where rowid >= %d and rowid < %d order by rowid", k.list, k.table, from, from+n))
}

// Sorted is a Kept in another order: the places of its rows, not the rows.
type Sorted struct {
	*Kept
	index string
	drop  sync.Once
}

// Sort orders the rows and returns the order. The rows stay where they are.
func (k *Kept) Sort(ctx context.Context, by []schema.Order) (*Sorted, error) {
	index, err := k.s.create(ctx, "order", k.places(by))
	if err != nil {
		return nil, err
	}
	return &Sorted{Kept: k, index: index}, nil
}

// Page returns the rows from a place on in the sorted order.
func (o *Sorted) Page(ctx context.Context, from, n int64) ([][]any, error) {
	return o.page(ctx, fmt.Sprintf("select %s from (select argosy_place, rowid as argosy_at from %s where rowid >= %d and rowid < %d) o join %s k on k.rowid = o.argosy_place order by o.argosy_at",
		o.list, o.index, from, from+n, o.table))
}

// Drop frees the order, not the rows.
func (o *Sorted) Drop() {
	o.drop.Do(func() {
		_, _ = o.s.pool.Exec("drop table if exists " + o.index)
		o.s.free()
	})
}

// Index is the table of places, in order, that a statement given to Ask can
// join: its column argosy_place is the rowid of the kept table.
func (o *Sorted) Index() string { return o.index }

// page reads rows whole.
func (k *Kept) page(ctx context.Context, text string) (out [][]any, err error) {
	err = k.s.withRoom(ctx, func() error {
		return k.s.on(ctx, func(conn *sql.Conn) error {
			out, err = k.read(ctx, conn, text)
			return err
		})
	})
	if err != nil {
		return nil, queryError("reading a page", "", err)
	}
	return out, nil
}

func (k *Kept) read(ctx context.Context, conn *sql.Conn, text string) ([][]any, error) {
	rows, err := conn.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	raw, ptrs := make([]any, len(k.columns)), make([]any, len(k.columns))
	for i := range raw {
		ptrs[i] = &raw[i]
	}
	var out [][]any
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		row := make([]any, len(raw))
		for i, v := range raw {
			if row[i], err = k.convert(i, v); err != nil {
				return nil, fmt.Errorf("column %q: %w", k.columns[i].Name, err)
			}
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// Ask runs a statement over kept tables alone; the file is not touched.
func (s *Session) Ask(ctx context.Context, st schema.Statement) (schema.Rows, error) {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	var rows *Rows
	err = s.withRoom(ctx, func() error {
		rows, err = start(ctx, conn, st)
		return err
	})
	if err != nil {
		settle(conn)
		conn.Close()
		return nil, queryError("running the query", st.SQL, err)
	}
	return &sessionRows{Rows: rows, done: func() { conn.Close() }, free: s.free}, nil
}

// keys is an order for the engine; equal rows keep the order that they were
// kept in.
func keys(by []schema.Order) string { return list(by) + "rowid" }

// list writes an order with a comma after each column.
func list(by []schema.Order) string {
	var b strings.Builder
	for _, o := range by {
		dir := " asc nulls last, "
		if o.Desc {
			dir = " desc nulls last, "
		}
		b.WriteString(name(o.Column) + dir)
	}
	return b.String()
}

// name quotes an identifier.
func name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
