package store

import (
	"context"
	"fmt"
	"slices"

	"argosy/schema"
)

// ranks is a table whose rows lie beside those of a kept one and say which place
// each has in an order.
type ranks struct {
	table string
	ties  []schema.Order
}

// Rank numbers the rows in an order that tells every two of them apart, so that
// a sort that ends in that order compares one number in its place: the sort
// of a million findings reads and holds a third of what it would. Orders and
// first rows asked for later use it where it applies, and are the same.
func (k *Kept) Rank(ctx context.Context, ties []schema.Order) error {
	k.ranking.Lock()
	defer k.ranking.Unlock()
	if k.ranked.Load() != nil || len(ties) == 0 {
		return nil
	}
	places, err := k.s.create(ctx, "places", fmt.Sprintf("select rowid::integer as argosy_place from %s order by %s", k.table, keys(ties)))
	if err != nil {
		return err
	}
	defer func() { _, _ = k.s.pool.Exec("drop table if exists " + places) }()
	table, err := k.s.create(ctx, "ranks", fmt.Sprintf("select rowid::integer as argosy_rank from %s order by argosy_place", places))
	if err != nil {
		return err
	}
	k.ranked.Store(&ranks{table, slices.Clone(ties)})
	return nil
}

// places selects the places of the rows in an order.
func (k *Kept) places(by []schema.Order) string {
	if r := k.ranked.Load(); r != nil {
		if n, ok := untied(by, r.ties); ok {
			return fmt.Sprintf("select k.rowid as argosy_place from %s k positional join %s r order by %sr.argosy_rank", k.table, r.table, list(by[:n]))
		}
	}
	return fmt.Sprintf("select rowid as argosy_place from %s order by %s", k.table, keys(by))
}

// untied is how many columns of an order come before the ranked one; an order
// that does not end as the ranked one does has none.
func untied(by, ties []schema.Order) (int, bool) {
	for n := range len(by) + 1 {
		rest := slices.DeleteFunc(slices.Clone(ties), func(t schema.Order) bool {
			return slices.ContainsFunc(by[:n], func(o schema.Order) bool { return o.Column == t.Column })
		})
		if slices.Equal(by[n:], rest) {
			return n, true
		}
	}
	return 0, false
}
