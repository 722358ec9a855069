package cell

import "testing"

// TestClean makes text safe for a terminal, and as wide as every terminal draws
// it.
func TestClean(t *testing.T) {
	for _, c := range []struct {
		in, want string
		width    int
	}{
		{"plain", "plain", 5},
		{"漢字", "漢字", 4},
		{"a\x1b[31mb", "a�[31mb", 7},
		{"one\ntwo\tthree", "one two three", 13},
		{"📦-👩\u200d👩\u200d👧\u200d👦", "📦-👩", 5},
		{"👍🏽 ok", "👍 ok", 5},
		{"☃\ufe0f", "☃", 1},
		{"नमस्\u200dते", "नमस्ते", 3},
		{"right\u202eleft", "right�left", 10},
	} {
		got := Clean(c.in)
		if got != c.want {
			t.Errorf("Clean(%q) is %q, not %q", c.in, got, c.want)
		}
		if w := Width(got); w != c.width {
			t.Errorf("%q is %d wide, not %d", got, w, c.width)
		}
	}
}

// TestTail keeps the end of a text within a width, also where a character takes
// two columns.
func TestTail(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"reports/a/b.json", 8, "…/b.json"},
		{"b.json", 8, "b.json"},
		{"漢字漢字", 6, "…漢字"},
		{"漢字漢字", 7, "…字漢字"},
		{"ab", 1, "…"},
	} {
		if got := Tail(c.in, c.w); got != c.want || Width(got) > max(c.w, 1) {
			t.Errorf("Tail(%q, %d) is %q, %d wide; want %q", c.in, c.w, got, Width(got), c.want)
		}
	}
}
