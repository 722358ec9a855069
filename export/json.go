package export

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"

	"argosy/schema"
)

// writeJSON writes an array with one object a row and one row a line. A plan
// with several sheets becomes an object from sheet name to array.
func writeJSON(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	if plan.Options.Shape != ShapeNone {
		return writeShape(ctx, plan, w, false)
	}
	stats := newStats(plan)
	if len(plan.Sheets) == 0 {
		return stats, errNoSheets
	}
	out := newOutput(w)
	many := len(plan.Sheets) > 1
	names := sheetKeys(plan)
	for i := range plan.Sheets {
		if many {
			out.buf = append(out.buf, "{,"[min(i, 1)], '\n')
			out.buf = append(appendJSONString(out.buf, names[i]), ": "...)
		}
		err := writeSheet(ctx, &plan.Sheets[i], &stats.Sheets[i], func(src *source) error {
			return jsonArray(src, out)
		})
		if err != nil {
			stats.Bytes = out.bytes
			return stats, err
		}
	}
	if many {
		out.buf = append(out.buf, "\n}"...)
	}
	out.buf = append(out.buf, '\n')
	err := out.flush()
	stats.Bytes = out.bytes
	return stats, err
}

// sheetKeys are the names of the sheets, made unique.
func sheetKeys(plan *Plan) []string {
	columns := make([]schema.Column, len(plan.Sheets))
	for i := range plan.Sheets {
		columns[i].Name = plan.Sheets[i].label()
	}
	return uniqueNames(columns, func(s string) string { return s })
}

func jsonArray(src *source, out *output) error {
	keys := jsonKeys(src.columns)
	out.buf = append(out.buf, '[')
	if src.next() {
		out.buf = newObjects(keys).append(append(out.buf, '\n'), src.values())
	}
	err := src.writeLines(out, func() liner {
		o := newObjects(keys)
		return liner{append: func(dst []byte, cells []any) []byte { return o.append(append(dst, ",\n"...), cells) }}
	})
	if err != nil {
		return err
	}
	if src.stats.Written > 0 {
		out.buf = append(out.buf, '\n')
	}
	out.buf = append(out.buf, ']')
	return out.err
}

// writeJSONL writes the main sheet with one object a line.
func writeJSONL(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	if plan.Options.Shape != ShapeNone {
		return writeShape(ctx, plan, w, true)
	}
	out := newOutput(w)
	stats, err := writeMain(ctx, plan, func(src *source) error {
		keys := jsonKeys(src.columns)
		err := src.writeLines(out, func() liner {
			o := newObjects(keys)
			return liner{append: func(dst []byte, cells []any) []byte { return append(o.append(dst, cells), '\n') }}
		})
		if err != nil {
			return err
		}
		return out.flush()
	})
	stats.Bytes = out.bytes
	return stats, err
}

// jsonKeys are the quoted names of the columns with the colon. A name that
// occurs twice gets a number: an object that repeats a key loses a value in
// nearly every reader.
func jsonKeys(columns []schema.Column) [][]byte {
	names := uniqueNames(columns, func(s string) string { return s })
	keys := make([][]byte, len(names))
	for i, name := range names {
		keys[i] = append(appendJSONString(nil, name), ':')
	}
	return keys
}

// objects writes rows as objects.
type objects struct {
	keys [][]byte
	memo *memo
}

func newObjects(keys [][]byte) *objects { return &objects{keys, newMemo(len(keys), appendJSON)} }

func (o *objects) append(dst []byte, values []any) []byte {
	dst = append(dst, '{')
	for i, key := range o.keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, key...)
		switch v := values[i].(type) {
		case float64, time.Time:
			dst = o.memo.append(dst, i, v)
		default:
			dst = appendJSON(dst, v)
		}
	}
	return append(dst, '}')
}

// appendJSON appends a cell as a JSON value: numbers as numbers, except that
// those JSON does not have are the strings NaN, Infinity and -Infinity;
// datetimes with seven digits of fraction; timespans as text; dynamic as is.
func appendJSON(dst []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendJSONString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			dst = append(dst, '"')
			return append(appendFloat(dst, v), '"')
		}
		return appendFloat(dst, v)
	case time.Time:
		return append(appendTime(append(dst, '"'), v, true), '"')
	case schema.Timespan:
		dst = append(dst, '"')
		return append(appendTimespan(dst, v), '"')
	case json.RawMessage:
		return appendRawJSON(dst, v)
	}
	return appendJSONString(dst, text(value))
}

// appendRawJSON appends a dynamic value on one line. Text that is not JSON
// must not break the document around it and becomes a string.
func appendRawJSON(dst []byte, raw json.RawMessage) []byte {
	if len(bytes.TrimSpace(raw)) == 0 {
		return append(dst, "null"...)
	}
	if !json.Valid(raw) {
		return appendJSONString(dst, string(raw))
	}
	if bytes.IndexByte(raw, '\n') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		return append(dst, raw...)
	}
	var line bytes.Buffer
	if json.Compact(&line, raw) != nil {
		return appendJSONString(dst, string(raw))
	}
	return append(dst, line.Bytes()...)
}

// plain says of eight bytes that JSON has them as they are: none is a control, a
// quote, a backslash or beyond ASCII. It may say no where it could say yes (Bit
// Twiddling Hacks, "hasless" and "haszero").
func plain(s string) bool {
	const ones = 0x0101010101010101
	b := unsafe.Slice(unsafe.StringData(s), 8)
	x := binary.LittleEndian.Uint64(b)
	return (x|(x-' '*ones)|((x^'"'*ones)-ones)|((x^'\\'*ones)-ones)|((x^0x7f*ones)-ones))&(0x80*ones) == 0
}

// appendJSONString appends s quoted. Only what JSON demands is escaped, so
// that text in any script stays readable; invalid UTF-8 becomes U+FFFD.
func appendJSONString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		if i+8 <= len(s) && plain(s[i:i+8]) {
			i += 8
			continue
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, `\n`...)
			case '\r':
				dst = append(dst, `\r`...)
			case '\t':
				dst = append(dst, `\t`...)
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\uFFFD"...)
			start = i + size
		}
		i += size
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
