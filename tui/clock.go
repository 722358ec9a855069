package tui

import (
	"context"
	"maps"
	"time"

	"argosy/schema"
)

// clocked gives every statement the App's clock, by which the views decide what
// is overdue and which exemptions hold.
type clocked struct {
	Database
	now func() time.Time
}

func (c clocked) at(st schema.Statement) schema.Statement {
	if _, set := st.Variables["argosy_now"]; !set {
		v := maps.Clone(st.Variables)
		if v == nil {
			v = map[string]string{}
		}
		v["argosy_now"] = c.now().UTC().Format("2006-01-02 15:04:05.999999")
		st.Variables = v
	}
	return st
}

func (c clocked) Query(ctx context.Context, st schema.Statement) (schema.Rows, error) {
	return c.Database.Query(ctx, c.at(st))
}

func (c clocked) Keep(ctx context.Context, st schema.Statement) (Kept, error) {
	return c.Database.Keep(ctx, c.at(st))
}
