package formattest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"testing"

	"argosy/ingest/format"
)

// reorder decodes a document again with the keys of its objects sorted (as jq
// -S does) and in reverse: JSON gives order no meaning, so the counts must be
// the same. Files of JSON lines are left alone.
func reorder(t *testing.T, f format.Format, doc []byte, want *Recorder) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return
	}
	if _, err := dec.Token(); err != io.EOF {
		return
	}
	for _, backwards := range []bool{false, true} {
		var buf bytes.Buffer
		write(&buf, v, backwards)
		quiet := NewRecorder()
		quiet.Quiet = true
		d := decode(f, buf.Bytes(), quiet)
		switch {
		case d.err != nil:
			t.Errorf("with its keys in another order (backwards %v) the report fails: %v", backwards, d.err)
		case d.rec.Rows != want.Rows || len(d.rec.Distinct) != len(want.Distinct) || d.rec.Scans != want.Scans || d.rec.Advisories != want.Advisories:
			t.Errorf("with its keys in another order (backwards %v) the report has %d rows, %d distinct, %d scans, %d texts, not %d, %d, %d, %d", backwards,
				d.rec.Rows, len(d.rec.Distinct), d.rec.Scans, d.rec.Advisories, want.Rows, len(want.Distinct), want.Scans, want.Advisories)
		}
	}
}

func write(buf *bytes.Buffer, v any, backwards bool) {
	switch v := v.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if backwards {
			slices.Reverse(keys)
		}
		buf.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				buf.WriteByte(',')
			}
			write(buf, k, backwards)
			buf.WriteByte(':')
			write(buf, v[k], backwards)
		}
		buf.WriteByte('}')
	case []any:
		buf.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				buf.WriteByte(',')
			}
			write(buf, e, backwards)
		}
		buf.WriteByte(']')
	default:
		b, _ := json.Marshal(v) // scalars that were decoded just now
		buf.Write(b)
	}
}
