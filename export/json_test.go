package export

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestJSONStrings puts what needs care at every place of the eight bytes that are
// looked at together, and reads the string back.
func TestJSONStrings(t *testing.T) {
	for _, special := range []string{"\"", "\\", "\x00", "\n", "\x1f", "\x7f", "é", "\u2028", "𝄞", "\xff", "!", "#", "[", "]", " ", "~"} {
		for before := range 18 {
			s := strings.Repeat("a", before) + special + strings.Repeat("z", 17-before)
			written := appendJSONString(nil, s)
			var back string
			if err := json.Unmarshal(written, &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") {
				t.Errorf("%q is written as %s and read as %q, %v", s, written, back, err)
			}
			if strings.ContainsAny(string(written), "\x00\n\x1f\x7f") {
				t.Errorf("%q is written with a control: %q", s, written)
			}
		}
	}
}
