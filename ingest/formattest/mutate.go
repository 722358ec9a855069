package formattest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"

	"argosy/ingest/format"
)

// maxMutations bounds how many documents are made of one case.
const maxMutations = 600

// mutate decodes a case again and again with one value in it put in the place
// of another kind: what scanners write and what their schemas say differ, and
// a format may refuse such a document but must neither fail on its own nor
// deliver what the sink refuses. Lists are tried at their first two elements.
// Files of JSON lines are left alone.
func mutate(t *testing.T, f format.Format, doc []byte) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var root any
	if dec.Decode(&root) != nil {
		return
	}
	if _, err := dec.Token(); err != io.EOF {
		return
	}
	var places []place
	places = collect(places, "", root, nil)
	others := []any{nil, "", "x y", json.Number("7"), true, []any{}, map[string]any{}, []any{"x"}, []any{map[string]any{}}}
	step := max(1, len(places)*len(others)/maxMutations)
	if step%3 == 0 {
		// Every kind of value has its turn.
		step++
	}
	var buf bytes.Buffer
	for n := 0; n < len(places)*len(others); n += step {
		p, other := places[n/len(others)], others[n%len(others)]
		p.set(other)
		buf.Reset()
		write(&buf, root, false)
		p.set(p.value)
		tolerate(t, f, buf.Bytes(), fmt.Sprintf("with %#v at %s", other, p.path))
	}
}

// tolerate decodes a document that nobody promised to be good.
func tolerate(t *testing.T, f format.Format, doc []byte, what string) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s the format panics: %v", what, p)
		}
	}()
	rec := NewRecorder()
	f.Detect(format.NewOutline(doc, true))
	err := f.Decode(context.Background(), &format.Input{Reader: bytes.NewReader(doc), Name: "report", Syntax: format.NewOutline(doc, true).Syntax}, rec)
	if rec.Fault != nil {
		t.Errorf("%s: %v", what, rec.Fault)
	}
	if err == nil && rec.Open() > 0 {
		t.Errorf("%s %d scans were begun and never ended", what, rec.Open())
	}
}

// place is a value in a document and the way to put another one there.
type place struct {
	path  string
	value any
	set   func(any)
}

func collect(to []place, path string, v any, set func(any)) []place {
	if set != nil {
		to = append(to, place{path, v, set})
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			to = collect(to, path+"."+k, v[k], func(other any) { v[k] = other })
		}
	case []any:
		for i := range min(2, len(v)) {
			to = collect(to, fmt.Sprintf("%s[%d]", path, i), v[i], func(other any) { v[i] = other })
		}
	}
	return to
}
