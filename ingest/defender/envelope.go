package defender

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
)

// documents reads one or more JSON values: pages, lists or single rows.
func (d *decoder) documents(ctx context.Context, in *format.Input) error {
	d.r = jsonread.New(in)
	for first := true; first || d.r.More(); first = false {
		if err := d.value(ctx); err != nil {
			return err
		}
	}
	return d.r.End()
}

func (d *decoder) value(ctx context.Context) error {
	if d.r.Kind() == '[' {
		return d.r.Array(func(int) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return d.object(ctx)
		})
	}
	return d.object(ctx)
}

// object reads a page or a row: which of the two shows only in its keys.
func (d *decoder) object(ctx context.Context) error {
	if d.r.Kind() != '{' {
		return d.r.Skip()
	}
	row := map[string]json.RawMessage{}
	page, noList := false, false
	err := d.r.Object(func(key []byte) error {
		switch k := string(key); k {
		case "value", "data", "Data", "records", "tables":
			if d.r.Kind() == '[' && k != "tables" {
				page = true
				return d.r.Array(func(i int) error {
					if err := ctx.Err(); err != nil {
						return err
					}
					if d.r.Kind() != '{' {
						if err := d.r.Skip(); err != nil {
							return err
						}
						return d.to.Skip(fmt.Sprintf("%s[%d]", k, i), "the row is no object")
					}
					return d.object(ctx)
				})
			}
			if k == "tables" || d.r.Kind() == '{' && (k == "data" || k == "Data") {
				page = true
				return d.tables()
			}
			noList = noList || d.r.Kind() != 'n'
			return d.r.Skip()
		case "nextLink", "@odata.nextLink", "$skipToken", "skip_token", "skipToken", "SkipToken", "resultTruncated":
			v, err := d.r.Raw()
			if s := strings.Trim(string(v), `"`); s != "" && s != "null" && !strings.EqualFold(s, "false") {
				d.partial = "the export holds one page of several"
			}
			return err
		default:
			v, err := d.r.Raw()
			row[k] = v
			return err
		}
	})
	switch {
	case err != nil || page:
		return err
	case len(row) == 0 && noList:
		return &format.Error{Msg: "the page's rows are no list", Where: d.r.Where()}
	case len(row) == 0:
		return nil
	}
	return d.row(row)
}

// tables reads {columns, rows}, one or a list of them. Every service writes
// the columns first; rows that stand before them wait.
func (d *decoder) tables() error {
	one := func() error {
		var columns []struct {
			Name string `json:"name"`
		}
		var waiting [][]json.RawMessage
		deliver := func(cells []json.RawMessage) error {
			row := map[string]json.RawMessage{}
			for i, v := range cells {
				if i < len(columns) {
					row[columns[i].Name] = v
				}
			}
			return d.row(row)
		}
		table, other := false, false
		err := d.r.Object(func(key []byte) error {
			switch string(key) {
			case "columns":
				table = true
				return d.r.Into(&columns)
			case "rows":
				table = true
				return d.r.Array(func(int) error {
					var cells []json.RawMessage
					err := d.r.Array(func(int) error {
						v, err := d.r.Raw()
						cells = append(cells, v)
						return err
					})
					if err != nil || columns == nil {
						waiting = append(waiting, cells)
						return err
					}
					return deliver(cells)
				})
			}
			other = true
			return d.r.Skip()
		})
		if err == nil && other && !table {
			err = &format.Error{Msg: "the table has neither columns nor rows", Where: d.r.Where()}
		}
		if err == nil && columns == nil && len(waiting) > 0 {
			err = &format.Error{Msg: "the table has rows and no columns", Where: d.r.Where()}
		}
		for _, cells := range waiting {
			if err == nil {
				err = deliver(cells)
			}
		}
		return err
	}
	if d.r.Kind() == '[' {
		return d.r.Array(func(int) error { return one() })
	}
	return one()
}

// text reads a member that is a string; other scalars are taken as written.
func text(row map[string]json.RawMessage, keys ...string) string {
	for _, k := range keys {
		raw, ok := row[k]
		if !ok {
			for name, v := range row {
				if strings.EqualFold(name, k) {
					raw = v
				}
			}
		}
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		if s, ok := quoted(raw); ok {
			if s != "" {
				return s
			}
			continue
		}
		return string(raw)
	}
	return ""
}

// quoted is the text of a value that is one, or null. Only its first byte is
// looked at where it is none: properties are long.
func quoted(raw json.RawMessage) (s string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' && raw[0] != 'n' {
		return "", false
	}
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// unwrapped is the JSON that a text holds; a value that is no text, or one of
// something else, comes back as it is, and false.
func unwrapped(raw json.RawMessage) (json.RawMessage, bool) {
	s, ok := quoted(raw)
	if held := json.RawMessage(s); ok && json.Valid(held) {
		return held, true
	}
	return raw, false
}

// inner reads JSON that may also stand in a string, as Defender writes it in
// places.
func inner(raw json.RawMessage, v any) bool {
	if s, ok := quoted(raw); ok {
		raw = json.RawMessage(s)
	}
	return len(raw) > 0 && json.Unmarshal(raw, v) == nil
}

func skipf(d *decoder, why string, args ...any) error {
	return d.to.Skip(fmt.Sprintf("row %d", d.rows), fmt.Sprintf(why, args...))
}
