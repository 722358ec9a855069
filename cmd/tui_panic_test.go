package cmd

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// broken are screens that panic after they were drawn.
type broken struct{}

func (broken) Init() tea.Cmd {
	return tea.Tick(200*time.Millisecond, func(t time.Time) tea.Msg { return t })
}

func (b broken) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(time.Time); ok {
		panic("on purpose")
	}
	return b, nil
}

func (broken) View() tea.View {
	v := tea.NewView("drawn")
	v.AltScreen = true
	return v
}

// TestPanicRestoresTerminal leaves the alternate screen and shows the cursor
// again when the screens panic, and says what to do.
func TestPanicRestoresTerminal(t *testing.T) {
	keys, _ := io.Pipe()
	defer keys.Close()
	var out bytes.Buffer
	a := &app{Streams: Streams{In: keys, Out: &out, Err: io.Discard}}
	err := a.show(context.Background(), broken{})
	if err == nil || !strings.Contains(err.Error(), "the terminal was restored, please report") {
		t.Errorf("the error is %v", err)
	}
	for _, pair := range [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}} {
		on, off := strings.LastIndex(out.String(), pair[0]), strings.LastIndex(out.String(), pair[1])
		if on < 0 || off < on {
			t.Errorf("%q at %d is not taken back by %q at %d in %q", pair[0], on, pair[1], off, out.String())
		}
	}
}
