package export

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// Shape is a form of JSON that another program defines.
type Shape string

// The shapes of Defender for Cloud's REST API (Microsoft.Security, sub-assessments
// 2019-01-01-preview and assessments 2021-06-01): an object with the rows as
// value, or one row a line.
const (
	ShapeNone          Shape = ""
	ShapeSubAssessment Shape = "subassessment"
	ShapeAssessment    Shape = "assessment"
)

// Shapes lists the shapes by name.
func Shapes() []Shape { return []Shape{ShapeSubAssessment, ShapeAssessment} }

// resourceType is the type of a shape's rows, as the REST API spells it.
func (s Shape) resourceType() string {
	if s == ShapeAssessment {
		return "Microsoft.Security/assessments"
	}
	return "Microsoft.Security/assessments/subAssessments"
}

// shaped finds the columns of Azure Resource Graph that the shapes need.
type shaped struct {
	typ                        string
	id, name, kind, properties int
}

func newShaped(shape Shape, columns []string) (*shaped, error) {
	s := &shaped{typ: shape.resourceType()}
	for _, c := range []struct {
		name string
		at   *int
	}{{"id", &s.id}, {"name", &s.name}, {"type", &s.kind}, {"properties", &s.properties}} {
		if *c.at = slices.Index(columns, c.name); *c.at < 0 {
			return nil, columnsError("writing the shape %q: the result has no column %q; query securityresources and leave its columns as they are (no project, no summarize)", shape, c.name)
		}
	}
	return s, nil
}

// appendRow appends a row as the REST API has it; ok is false for rows of
// another type.
func (s *shaped) appendRow(dst []byte, values []any) (_ []byte, ok bool) {
	if !strings.EqualFold(text(values[s.kind]), s.typ) {
		return dst, false
	}
	dst = append(appendJSONString(append(dst, `{"type":`...), s.typ), `,"id":`...)
	dst = append(appendJSONString(dst, text(values[s.id])), `,"name":`...)
	dst = append(appendJSONString(dst, text(values[s.name])), `,"properties":`...)
	raw, isText := []byte(nil), false
	switch v := values[s.properties].(type) {
	case json.RawMessage:
		raw = v
	case string:
		raw, isText = []byte(v), true
	}
	if isText && !json.Valid(raw) || len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("{}")
	}
	return append(appendRawJSON(dst, raw), '}'), true
}

// writeShape writes the main sheet in the shape of the options: with lines,
// one row a line.
func writeShape(ctx context.Context, plan *Plan, w io.Writer, lines bool) (Stats, error) {
	out := newOutput(w)
	stats, err := writeMain(ctx, plan, func(src *source) error {
		s, err := newShaped(plan.Options.Shape, columnNames(src.columns))
		if err != nil {
			return err
		}
		if !lines {
			out.buf = append(out.buf, `{"value":[`...)
		}
		separator := "\n"
		for src.next() {
			if !lines {
				out.buf = append(out.buf, separator...)
			}
			var ok bool
			start := len(out.buf)
			if out.buf, ok = s.appendRow(out.buf, src.values()); !ok {
				src.stats.Written--
				src.stats.Other++
				out.buf = out.buf[:start]
				if !lines {
					out.buf = out.buf[:start-len(separator)]
				}
				continue
			}
			if separator = ",\n"; lines {
				out.buf = append(out.buf, '\n')
			}
			if err := out.roll(); err != nil {
				return err
			}
		}
		if !lines {
			out.buf = append(out.buf, "\n]}\n"...)
		}
		return out.flush()
	})
	stats.Bytes = out.bytes
	return stats, err
}
