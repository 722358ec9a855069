package cmd

import (
	"strings"
	"testing"
)

// What is told while screens are shown is said after them, in order.
func TestNotesWaitForTheScreens(t *testing.T) {
	var said []string
	h := &heldNotes{say: func(s string) { said = append(said, s) }}
	h.tell("before")
	h.hold()
	h.tell("one")
	h.tell("two")
	said = append(said, "screens end")
	h.release()
	h.tell("after")
	if got, want := strings.Join(said, ", "), "before, screens end, one, two, after"; got != want {
		t.Errorf("said %s, want %s", got, want)
	}
}
