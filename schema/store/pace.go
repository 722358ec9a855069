package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// pace gives the engine one thread while statements run that have no order of
// their own, or take some rows of a part that has none: several threads bring
// joined and grouped rows in another order each time, and take other ones where a
// limit cuts, while one brings them as they lie in the file, the same on every
// day. A statement with an order has all threads; rows that are equal in it come
// in any order among themselves.
type pace struct {
	threads int
	mu      sync.Mutex
	single  int // statements without an order that run
}

// enter begins a statement and says whether its rows come in an order; leave ends
// it and must be called once.
func (p *pace) enter(ctx context.Context, pool *sql.DB, text string) (leave func(), sorted bool, err error) {
	if sorted = ordered(ctx, pool, text); sorted || p.threads == 1 {
		return func() {}, sorted, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.single == 0 {
		if err := setThreads(ctx, pool, 1); err != nil {
			return nil, false, err
		}
	}
	p.single++
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.single--; p.single == 0 {
			_ = setThreads(context.Background(), pool, p.threads) // slower, not wrong
		}
	}), false, nil
}

func setThreads(ctx context.Context, to execer, n int) error {
	_, err := to.ExecContext(ctx, fmt.Sprintf("set threads = %d", n))
	return err
}

// settles says of a statement, as the engine takes it apart, whether it sorts its
// rows at the end and no part of it takes some of rows that have no order.
const settles = `with taken as (select json_serialize_sql(?::varchar) as apart)
select list_contains(apart->>'$.statements[0].node.modifiers[*].type', 'ORDER_MODIFIER')
	and len(list_filter(json_extract(apart, '$..modifiers'), lambda m: contains(m::varchar, '"LIMIT_MODIFIER"') and not contains(m::varchar, '"ORDER_MODIFIER"'))) = 0
from taken`

func ordered(ctx context.Context, pool *sql.DB, text string) bool {
	var is sql.NullBool
	err := pool.QueryRowContext(ctx, settles, text).Scan(&is)
	return err == nil && is.Bool
}
