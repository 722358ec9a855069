package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// streamAhead is how much of a column the engine makes ahead of who reads it, in KiB:
// eight blocks, for it counts 16 bytes for a text, however long that is.
const streamAhead = 256

// stream is the rows of a statement while the engine makes them, a block of some
// two thousand at a time: the driver's own rows are all made, and held, before
// the first is read, and cost an allocation for each cell. It implements
// schema.Rows and schema.Blocks.
type stream struct {
	ctx     context.Context
	conn    *sql.Conn
	raw     bindings.Connection
	stmt    *duckdb.Stmt
	res     bindings.Result
	leave   func() // may be nil
	columns []schema.Column
	shapes  []shape
	convert func(int, any) (any, error)

	first    *block // fetched when the stream began, so that most errors come then
	err      error
	ended    bool
	finished chan struct{}
	watched  sync.WaitGroup
	decoders sync.Pool

	current *block // Next's
	cells   *decoder
	row     int
}

// errUnstreamed says that a statement must go through the driver's own rows.
var errUnstreamed = errors.New("the statement cannot be streamed")

// newStream runs a statement. The connection is given up by Close; with an error it
// stays with the caller. The error is errUnstreamed where a column has a type that
// is not read here, or the driver is not built as expected.
func newStream(ctx context.Context, conn *sql.Conn, q *prepared) (*stream, error) {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("set streaming_buffer_size = '%dKiB'", streamAhead*len(q.columns))); err != nil {
		q.drop()
		return nil, err
	}
	s := &stream{ctx: ctx, conn: conn, columns: q.columns, convert: q.convert, finished: make(chan struct{})}
	if q.plan == nil {
		var err error
		if q.plan, err = planOf(ctx, conn, q.text); err != nil {
			return nil, err
		}
	}
	s.raw, s.stmt = q.plan.raw, q.plan.stmt
	err := streamable(q.plan.prepared)
	if err == nil {
		err = conn.Raw(func(any) error { return s.stmt.BindWithCtx(ctx, named(q.args)) })
	}
	if err != nil {
		s.stmt.Close()
		return nil, err
	}
	s.decoders.New = func() any { return newDecoder(s.shapes, s.convert) }
	s.watch()
	if err := s.execute(q.plan.prepared); err != nil {
		s.end()
		s.stmt.Close()
		return nil, err
	}
	if s.shapes, s.err = shapesOf(&s.res); s.err == nil && len(s.shapes) != len(s.columns) {
		s.err = fmt.Errorf("the engine answers with %d columns where %d are expected", len(s.shapes), len(s.columns))
	}
	for i := range s.columns {
		if q.planned && s.err == nil {
			s.columns[i].Type = s.shapes[i].column()
		}
	}
	s.first = s.fetch()
	if s.err != nil {
		s.release()
		return nil, s.err
	}
	return s, nil
}

// inner reads an unexported field of one of the driver's types, which has no other
// way to what the engine's own calls take. It says false where there is no such
// field of that type.
func inner[T any](of any, name string) (T, bool) {
	var zero T
	v := reflect.ValueOf(of)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return zero, false
	}
	f := v.Elem().FieldByName(name)
	if !f.IsValid() || f.Type() != reflect.TypeFor[T]() {
		return zero, false
	}
	return *(*T)(unsafe.Pointer(f.UnsafeAddr())), true
}

// named gives arguments the form in which database/sql hands them to a driver.
func named(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
		if n, ok := a.(sql.NamedArg); ok {
			out[i].Name, out[i].Value = n.Name, n.Value
		}
		if v, err := driver.DefaultParameterConverter.ConvertValue(out[i].Value); err == nil {
			out[i].Value = v
		}
	}
	return out
}

// watch interrupts the engine when the context ends.
func (s *stream) watch() {
	if s.ctx.Done() == nil {
		return
	}
	s.watched.Go(func() {
		select {
		case <-s.finished:
			return
		case <-s.ctx.Done():
		}
		for {
			// Again, for an interrupt between two tasks of the engine has no effect.
			bindings.Interrupt(s.raw)
			select {
			case <-s.finished:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	})
}

// end ends the watching.
func (s *stream) end() {
	close(s.finished)
	s.watched.Wait()
}

func (s *stream) execute(prepared bindings.PreparedStatement) error {
	var pending bindings.PendingResult
	if bindings.PendingPreparedStreaming(prepared, &pending) == bindings.StateError {
		err := s.failure(bindings.PendingError(pending))
		bindings.DestroyPending(&pending)
		return err
	}
	defer bindings.DestroyPending(&pending)
	if bindings.ExecutePending(pending, &s.res) == bindings.StateError {
		err := s.failure(bindings.ResultError(&s.res))
		bindings.DestroyResult(&s.res)
		return err
	}
	return nil
}

// failure is the engine's error as the driver tells it, or the context's.
func (s *stream) failure(text string) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	e := &duckdb.Error{Msg: text}
	if strings.HasPrefix(text, "Out of Memory Error") {
		e.Type = duckdb.ErrorTypeOutOfMemory
	}
	return e
}

// fetch has the engine make the next block; nil at the end and after an error.
func (s *stream) fetch() *block {
	for s.err == nil && !s.ended {
		chunk := bindings.FetchChunk(s.res)
		if chunk.Ptr == nil {
			s.ended = true
			if text := bindings.ResultError(&s.res); text != "" {
				s.err = s.failure(text)
			} else {
				s.err = s.ctx.Err()
			}
			return nil
		}
		if n := int(bindings.DataChunkGetSize(chunk)); n > 0 {
			return &block{stream: s, chunk: chunk, n: n}
		}
		bindings.DestroyDataChunk(&chunk)
	}
	return nil
}

// Columns describes the rows.
func (s *stream) Columns() []schema.Column { return s.columns }

// NextBlock takes the next rows.
func (s *stream) NextBlock() schema.Block {
	if b := s.current; b != nil {
		s.current = nil
		if b.from = s.row + 1; b.from < b.n {
			return b
		}
		b.Release()
	}
	b := s.first
	s.first = nil
	if b == nil {
		b = s.fetch()
	}
	if b == nil {
		return nil // not a *block that is nil
	}
	return b
}

// Next reads the next row.
func (s *stream) Next() bool {
	if s.current == nil || s.row+1 >= s.current.n {
		b, ok := s.NextBlock().(*block)
		if !ok {
			return false
		}
		if s.cells == nil {
			s.cells = newDecoder(s.shapes, s.convert)
		}
		s.current, s.row = b, -1
		s.cells.begin(b)
	}
	s.row++
	if err := s.cells.read(s.row); err != nil {
		s.err = s.columnError(err)
		return false
	}
	return true
}

// Values returns the row that Next read.
func (s *stream) Values() []any { return s.cells.cells }

// columnError names the column of an error of a decoder.
func (s *stream) columnError(err error) error {
	var c *cellError
	if errors.As(err, &c) {
		return fmt.Errorf("column %q: %w", s.columns[c.column].Name, c.err)
	}
	return err
}

// Err returns what ended the rows early.
func (s *stream) Err() error {
	if s.err == nil {
		return nil
	}
	var d *duckdb.Error
	if errors.As(s.err, &d) {
		return queryError("running the query", "", s.err)
	}
	return s.err
}

// release gives up what the engine holds of the result.
func (s *stream) release() {
	for _, b := range []*block{s.first, s.current} {
		if b != nil {
			b.Release()
		}
	}
	s.first, s.current = nil, nil
	bindings.DestroyResult(&s.res)
	s.end()
	s.stmt.Close()
}

// Close ends the query and gives its connection back. All blocks must have been
// released.
func (s *stream) Close() error {
	s.release()
	if s.leave != nil {
		s.leave()
	}
	return s.conn.Close()
}
