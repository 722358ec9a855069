package other

import (
	"encoding/json"
	"strings"
	"testing"

	"argosy/ingest/format"
	"argosy/ingest/formattest"
)

func TestCases(t *testing.T) { formattest.Cases(t, Format) }

// TestNeighbours builds a document of the paths of each neighbour: it must be
// told for what it is, and not without one of its marks.
func TestNeighbours(t *testing.T) {
	for _, n := range neighbours() {
		want := format.NotApplicable
		if n.instead != "" {
			want = format.Unsupported
		}
		if m := Format.Detect(outline(t, n, "")); m.Verdict != want {
			t.Errorf("%s is not recognised: %+v", n.what, m)
		}
		if len(n.paths) > 1 {
			if m := Format.Detect(outline(t, n, n.paths[0])); m.Verdict != format.No && strings.Contains(m.Reason, n.what) {
				t.Errorf("%s is recognised without %s", n.what, n.paths[0])
			}
		}
	}
}

// outline is that of a document with the paths of a neighbour but one.
func outline(t *testing.T, n neighbour, without string) *format.Outline {
	t.Helper()
	var root any
	for _, p := range n.paths {
		if p != without {
			root = put(root, strings.Split(strings.ReplaceAll(p, "[]", ".[]"), "."), n, p)
		}
	}
	doc, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return format.NewOutline(doc, true)
}

func put(at any, path []string, n neighbour, whole string) any {
	if len(path) > 0 && path[0] == "" {
		path = path[1:]
	}
	if len(path) == 0 {
		if whole == n.path {
			return n.prefix
		}
		if at != nil {
			return at
		}
		return "x"
	}
	if path[0] == "[]" {
		list, _ := at.([]any)
		if list == nil {
			list = []any{nil}
		}
		list[0] = put(list[0], path[1:], n, whole)
		return list
	}
	m, _ := at.(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	m[path[0]] = put(m[path[0]], path[1:], n, whole)
	return m
}

func FuzzDecode(f *testing.F) { formattest.Fuzz(f, Format) }
