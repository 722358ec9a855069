package cmd

import (
	"context"

	"argosy/schema/store"
)

// open opens the database for questions.
func (a *app) open(ctx context.Context) (*store.DB, error) {
	opt, err := a.options()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, a.db, opt)
}

// reading opens the database for the length of f.
func (a *app) reading(ctx context.Context, f func(*store.DB) error) error {
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return f(db)
}
