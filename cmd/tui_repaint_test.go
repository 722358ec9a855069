package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// growing are screens in a terminal that grows from four lines to eight, once
// the four are painted, and end once the eight are.
type growing struct {
	h   int
	out *sheet
}

func (g growing) Init() tea.Cmd {
	size := func(h int) tea.Cmd {
		return func() tea.Msg { return tea.WindowSizeMsg{Width: 20, Height: h} }
	}
	painted := func(text string) tea.Cmd {
		return func() tea.Msg {
			for !strings.Contains(g.out.String(), text) {
				time.Sleep(time.Millisecond)
			}
			return nil
		}
	}
	return tea.Sequence(size(4), painted("line 4"), size(8), painted("line 8"), tea.Quit)
}

// sheet is a buffer that is read while it is written.
type sheet struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sheet) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *sheet) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (g growing) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m, ok := msg.(tea.WindowSizeMsg); ok {
		g.h = m.Height
	}
	return g, nil
}

func (g growing) View() tea.View {
	v := tea.NewView(strings.Join(numbered(g.h), "\n"))
	v.AltScreen = true
	return v
}

func numbered(h int) (out []string) {
	for i := range h {
		out = append(out, fmt.Sprintf("line %d", i+1))
	}
	return out
}

// A terminal that has grown may still have the margins of a scroll that was
// meant for its old height: the renderer learns of the new one later. The
// screen painted then has all its lines.
func TestRepaintAfterResize(t *testing.T) {
	keys, _ := io.Pipe()
	defer keys.Close()
	out := &sheet{}
	a := &app{Streams: Streams{In: keys, Out: out, Err: io.Discard}}
	if err := a.show(context.Background(), growing{out: out}); err != nil {
		t.Fatal(err)
	}
	painted, _, _ := strings.Cut(out.String(), "\x1b[?1049l")
	// The last screen, and that it is painted anew, begins behind the four lines.
	at := strings.Index(painted, "line 4") + len("line 4")
	v := newPaper(8)
	v.write("\x1b[1;4r" + painted[at:])
	if got := v.lines[:8]; !slices.Equal(got, numbered(8)) {
		t.Errorf("the screen is\n%s\npainted by %q", strings.Join(got, "\n"), painted[at:])
	}
	margins := newPaper(8)
	margins.write("\x1b[1;4r\x1b[H\x1b[2J" + strings.Join(numbered(8), "\r\n"))
	if slices.Equal(margins.lines, numbered(8)) {
		t.Error("the paper of this test does not scroll between margins")
	}
}

// paper is a terminal as far as this test needs one.
type paper struct {
	lines            []string
	row, top, bottom int
}

func newPaper(h int) *paper { return &paper{lines: make([]string, h), bottom: h - 1} }

var sequence = regexp.MustCompile(`^\x1b\[[?><=]?([0-9;]*)([A-Za-z])`)

func (p *paper) write(s string) {
	for s != "" {
		if m := sequence.FindStringSubmatch(s); m != nil {
			p.do(m[1], m[2])
			s = s[len(m[0]):]
			continue
		}
		switch {
		case s[0] == '\n' && p.row == p.bottom:
			copy(p.lines[p.top:p.bottom], p.lines[p.top+1:p.bottom+1])
			p.lines[p.bottom] = ""
		case s[0] == '\n':
			p.row = min(p.row+1, len(p.lines)-1)
		case s[0] >= ' ':
			p.lines[p.row] += s[:1]
		}
		s = s[1:]
	}
}

func (p *paper) do(args, what string) {
	var n []int
	for _, a := range strings.Split(args, ";") {
		v, _ := strconv.Atoi(a)
		n = append(n, v)
	}
	switch what {
	case "r":
		p.top, p.bottom, p.row = 0, len(p.lines)-1, 0
		if len(n) == 2 {
			p.top, p.bottom = n[0]-1, n[1]-1
		}
	case "H":
		p.row = max(n[0]-1, 0)
	case "J":
		clear(p.lines)
	}
}
