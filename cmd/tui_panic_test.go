package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
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
	restored(t, out.String())
}

// restored says whether what was written leaves the terminal as it was.
func restored(t *testing.T, out string) {
	t.Helper()
	for _, pair := range [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}} {
		on, off := strings.LastIndex(out, pair[0]), strings.LastIndex(out, pair[1])
		if on < 0 || off < on {
			t.Errorf("%q at %d is not taken back by %q at %d in %q", pair[0], on, pair[1], off, out)
		}
	}
}

// terminated are screens whose process is told to end once they were drawn.
type terminated struct{ broken }

func (x terminated) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(time.Time); ok {
		if p, err := os.FindProcess(os.Getpid()); err == nil {
			_ = p.Signal(syscall.SIGTERM)
		}
	}
	return x, nil
}

// TestTerminationRestoresTerminal ends the screens by a signal, as the program's
// main does, and leaves the terminal as it was.
func TestTerminationRestoresTerminal(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there is no such signal
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	keys, _ := io.Pipe()
	defer keys.Close()
	var out bytes.Buffer
	a := &app{Streams: Streams{In: keys, Out: &out, Err: io.Discard}}
	ended := make(chan error, 1)
	go func() { ended <- a.show(ctx, terminated{}) }()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the screens did not end")
	}
	restored(t, out.String())
}
