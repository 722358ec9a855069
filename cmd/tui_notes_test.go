package cmd

import (
	"strings"
	"testing"
)

// What is told while screens are shown is said after them, in order; what begins
// meanwhile is not.
func TestNotesWaitForTheScreens(t *testing.T) {
	var said []string
	h := &heldNotes{say: func(s string) { said = append(said, s) }}
	begin := h.begin(func(s string) { said = append(said, s+" ...") })
	begin("long")
	h.tell("before")
	h.hold()
	begin("never")
	h.tell("one")
	h.tell("two")
	said = append(said, "screens end")
	h.release()
	h.tell("after")
	if got, want := strings.Join(said, ", "), "long ..., before, screens end, one, two, after"; got != want {
		t.Errorf("said %s, want %s", got, want)
	}
}
