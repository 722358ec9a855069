package store

import (
	"context"
	"database/sql"
	"database/sql/driver"

	bindings "github.com/duckdb/duckdb-go-bindings"
	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// plan is a statement that the engine has planned on a connection. To plan a large
// one takes a tenth of a second, as often as the engine is asked about it: its
// columns are read from the plan that is run.
type plan struct {
	raw      bindings.Connection
	stmt     *duckdb.Stmt
	prepared bindings.PreparedStatement
}

// planOf has the engine plan a statement. The error is errUnstreamed where the
// driver is not built as expected.
func planOf(ctx context.Context, conn *sql.Conn, text string) (*plan, error) {
	var p *plan
	err := conn.Raw(func(c any) error {
		preparer, ok := c.(driver.ConnPrepareContext)
		raw, okConn := inner[bindings.Connection](c, "conn")
		if !ok || !okConn {
			return errUnstreamed
		}
		stmt, err := preparer.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		st, okStmt := stmt.(*duckdb.Stmt)
		statement, okPrepared := inner[*bindings.PreparedStatement](stmt, "preparedStmt")
		if !okStmt || !okPrepared || statement == nil {
			stmt.Close()
			return errUnstreamed
		}
		p = &plan{raw: raw, stmt: st, prepared: *statement}
		return nil
	})
	return p, err
}

// names are those of the statement's columns.
func (p *plan) names() []string {
	names := make([]string, bindings.PreparedStatementColumnCount(p.prepared))
	for i := range names {
		names[i] = bindings.PreparedStatementColumnName(p.prepared, bindings.IdxT(i))
	}
	return names
}

// columns are those of the statement's rows; false where one has a type that a
// stream does not read, or that only what is bound decides.
func (p *plan) columns() ([]schema.Column, bool) {
	names := p.names()
	columns := make([]schema.Column, len(names))
	for i, name := range names {
		t := bindings.PreparedStatementColumnLogicalType(p.prepared, bindings.IdxT(i))
		s, err := shapeOf(t)
		bindings.DestroyLogicalType(&t)
		if err != nil {
			return nil, false
		}
		columns[i] = schema.Column{Name: name, Type: s.column()}
	}
	return columns, len(columns) > 0
}

// column is the type of a column whose cells have the shape. typeOf says the same
// of the names of types.
func (s *shape) column() schema.Type {
	switch s.typ {
	case bindings.TypeBoolean:
		return schema.TypeBool
	case bindings.TypeTinyInt, bindings.TypeSmallInt, bindings.TypeInteger, bindings.TypeBigInt, bindings.TypeUTinyInt, bindings.TypeUSmallInt, bindings.TypeUInteger:
		return schema.TypeLong
	case bindings.TypeUBigInt, bindings.TypeHugeInt, bindings.TypeDecimal:
		return schema.TypeDecimal
	case bindings.TypeFloat, bindings.TypeDouble:
		return schema.TypeReal
	case bindings.TypeTimestamp, bindings.TypeTimestampS, bindings.TypeTimestampMS, bindings.TypeTimestampNS, bindings.TypeTimestampTZ, bindings.TypeDate:
		return schema.TypeDatetime
	case bindings.TypeUUID:
		return schema.TypeGUID
	}
	return schema.TypeString
}
