package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"argosy/schema"
)

// shared are the tables that statements of a report have in common. They lie in
// the engine's memory until the database is closed.
type shared struct {
	mu    sync.Mutex
	names map[string]string // of the tables, by what they were made of
}

// use has a statement read the tables that it shares with others, and makes those
// that are not there yet. A statement whose rows come in no order must not: who
// makes a table decides how its rows lie.
func (s *shared) use(ctx context.Context, conn *sql.Conn, st schema.Statement) (schema.Statement, error) {
	if len(st.Shared) == 0 {
		return st, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var made []string // clauses, and what stands for them
	for _, part := range st.Shared {
		table, err := s.table(ctx, conn, st, strings.NewReplacer(made...).Replace(part.Query))
		if err != nil {
			return st, err
		}
		made = append(made, part.Clause, fmt.Sprintf("%s as not materialized (from %s)", part.Name, table))
	}
	st.SQL = strings.NewReplacer(made...).Replace(st.SQL)
	st.Named = schema.Bindable(st.SQL, st.Named)
	return st, nil
}

// table is the name of the table of a query's rows.
func (s *shared) table(ctx context.Context, conn *sql.Conn, st schema.Statement, query string) (string, error) {
	bound := schema.Bindable(query, st.Named)
	// Maps are printed in the order of their keys.
	key := fmt.Sprintf("%q %#v %#v", query, bound, st.Variables)
	if name, ok := s.names[key]; ok {
		return name, nil
	}
	if err := setVariables(ctx, conn, st.Variables); err != nil {
		return "", err
	}
	name := fmt.Sprintf("memory.main.shared_%d", len(s.names))
	_, err := conn.ExecContext(ctx, "create or replace table "+name+" as\n"+query, arguments(schema.Statement{Named: bound})...)
	if err != nil {
		return "", err
	}
	if s.names == nil {
		s.names = map[string]string{}
	}
	s.names[key] = name
	return name, nil
}
