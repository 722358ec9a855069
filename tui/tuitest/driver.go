// Package tuitest drives the screens without a terminal: keys go in, and what
// would be painted comes out. Everything that the program does in the
// background is done before the next key, so that a test sees one order only.
package tuitest

import (
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"argosy/tui"
)

// Driver runs an App.
type Driver struct {
	App *tui.App
	// Quit is set when the program has ended.
	Quit bool
	// Steps bounds how much one key may set off; 0 is a thousand.
	Steps int
	// Clipboard is what was put on the terminal's clipboard last.
	Clipboard string
	// Runs counts the programs that the terminal was lent to, Suspended how often
	// the program was sent to the background.
	Runs, Suspended int

	pending []tea.Cmd
}

// After stands in for tea.Tick: what waits a moment is done at once, and what
// comes again and again is left out.
func After(d time.Duration, msg func() tea.Msg) tea.Cmd {
	if d >= 100*time.Millisecond {
		return nil
	}
	return func() tea.Msg { return msg() }
}

// New starts an App at a size and waits for its first screen.
func New(app *tui.App, w, h int) *Driver {
	d := &Driver{App: app}
	d.settle(app.Init())
	d.Size(w, h)
	return d
}

// Size resizes the terminal.
func (d *Driver) Size(w, h int) { d.send(tea.WindowSizeMsg{Width: w, Height: h}) }

// Keys presses keys, named as in package keymap; text in quotes is typed.
func (d *Driver) Keys(names ...string) {
	for _, n := range names {
		if len(n) > 2 && n[0] == '"' {
			for _, r := range strings.Trim(n, `"`) {
				d.send(tea.KeyPressMsg(tea.Key{Code: r, Text: string(r)}))
			}
			continue
		}
		d.send(tea.KeyPressMsg(key(n)))
	}
}

// Mouse sends what the terminal tells of the mouse.
func (d *Driver) Mouse(msg tea.MouseMsg) { d.send(msg) }

// Press sends a key without waiting for what it sets off; the commands are
// returned to be finished with Finish.
func (d *Driver) Press(name string) tea.Cmd {
	_, cmd := d.App.Update(tea.KeyPressMsg(key(name)))
	return cmd
}

// Finish does what Press set off.
func (d *Driver) Finish(cmd tea.Cmd) { d.settle(cmd) }

// Later sends a key and keeps what it sets off for Work, as a busy machine
// does.
func (d *Driver) Later(name string) { d.pending = append(d.pending, d.Press(name)) }

// Waiting is how many things wait for Work.
func (d *Driver) Waiting() int { return len(d.pending) }

// Work does the nth of the things that wait, and says whether something came of it
// that the screens were told.
func (d *Driver) Work(n int) bool {
	cmd := d.pending[n]
	d.pending = append(d.pending[:n], d.pending[n+1:]...)
	if cmd == nil {
		return false
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		d.pending = append(d.pending, msg...)
	case tea.QuitMsg:
		d.Quit = true
	default:
		_, more := d.App.Update(msg)
		d.pending = append(d.pending, more)
		return true
	}
	return false
}

// Screen is what is painted, without colours, one line per line.
func (d *Driver) Screen() string {
	lines := strings.Split(ansi.Strip(d.App.View().Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// send gives the program a message and paints what comes of it: how far a text
// scrolls is known once it was drawn.
func (d *Driver) send(msg tea.Msg) {
	_, cmd := d.App.Update(msg)
	d.settle(cmd)
	_ = d.App.View()
}

// settle runs commands, and the commands that they lead to, to their end.
func (d *Driver) settle(cmd tea.Cmd) {
	most := d.Steps
	if most == 0 {
		most = 1000
	}
	queue := []tea.Cmd{cmd}
	for steps := 0; len(queue) > 0; steps++ {
		if steps > most {
			panic(fmt.Sprintf("a key set off more than %d steps", most))
		}
		next := queue[0]
		queue = queue[1:]
		if next == nil {
			continue
		}
		switch msg := next().(type) {
		case nil:
		case tea.BatchMsg:
			queue = append(queue, msg...)
		case tea.QuitMsg:
			d.Quit = true
		case tea.SuspendMsg:
			d.Suspended++
		default:
			d.terminal(msg)
			_, more := d.App.Update(msg)
			queue = append(queue, more)
		}
	}
}

// terminal notes what the terminal itself would do; the types of these messages
// are Bubble Tea's own.
func (d *Driver) terminal(msg tea.Msg) {
	switch fmt.Sprintf("%T", msg) {
	case fmt.Sprintf("%T", tea.SetClipboard("")()):
		d.Clipboard = fmt.Sprint(msg)
	case fmt.Sprintf("%T", tea.ExecProcess(exec.Command("true"), nil)()):
		d.Runs++
	}
}

// key makes a key press of its name.
func key(name string) tea.Key {
	named := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "delete": tea.KeyDelete, "space": tea.KeySpace,
	}
	var k tea.Key
	rest := name
	for {
		switch {
		case strings.HasPrefix(rest, "ctrl+"):
			k.Mod |= tea.ModCtrl
			rest = rest[5:]
			continue
		case strings.HasPrefix(rest, "shift+"):
			k.Mod |= tea.ModShift
			rest = rest[6:]
			continue
		case strings.HasPrefix(rest, "alt+"):
			k.Mod |= tea.ModAlt
			rest = rest[4:]
			continue
		}
		break
	}
	if c, ok := named[rest]; ok {
		k.Code = c
		if rest == "space" && k.Mod == 0 {
			k.Text = " "
		}
		return k
	}
	if len(rest) > 1 && rest[0] == 'f' && rest[1] >= '1' && rest[1] <= '9' {
		var n int
		_, _ = fmt.Sscan(rest[1:], &n)
		k.Code = tea.KeyF1 + rune(n-1)
		return k
	}
	r, _ := utf8.DecodeRuneInString(rest)
	k.Code = r
	if k.Mod == 0 {
		k.Text = rest
	}
	return k
}
