// Package tui is the terminal interface: screens over a database of findings.
//
// An App owns a stack of screens; the first is home. Whatever takes time runs
// as a command and comes back as a done message, a function that is called on
// the App between two key presses, so that no screen ever waits. A result that
// is no longer wanted is known by its generation and dropped.
package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/tui/cell"
	"argosy/tui/keymap"
	"argosy/tui/state"
	"argosy/tui/theme"
)

// Options of an App.
type Options struct {
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// After waits; nil is tea.Tick.
	After func(time.Duration, func() tea.Msg) tea.Cmd
	// State is what is remembered from the last time; nil remembers nothing.
	State *state.State
	// ReportDirs are the folders of the user's reports; the first is where new
	// ones go.
	ReportDirs []string
	// HistoryFile is where queries that were run are kept; empty for nowhere.
	HistoryFile string
	// Export writes the answer to a question to a file, as the command line
	// does, and says what it wrote. Nil where there is no such way.
	Export func(ctx context.Context, e Export) (string, error)
	// Command runs a command line of argosy on the same database, and returns what
	// it prints to standard output and to standard error. Nil where nothing can be
	// written.
	Command func(ctx context.Context, args ...string) (out, said string, err error)
	// Clock works out when schedules are due; nil where it cannot be told.
	Clock Clock
	// SSH says that the terminal is on another machine, so that no browser can be
	// opened here.
	SSH bool
	// Version of argosy.
	Version string
}

// App is the program; it implements tea.Model.
type App struct {
	ctx   context.Context
	db    Database
	opt   Options
	state *state.State

	w, h  int
	theme theme.Theme
	dark  bool
	depth theme.Depth

	stack   []screen
	over    overlay
	trail   trail
	note    string
	noteBad bool
	noteAt  time.Time
	quitAt  time.Time
	mouse   bool
	ticking bool
	ahead   []tea.KeyPressMsg // keys that wait for the row that the first of them is about

	undo        []string           // the command that takes the last change back
	editor      *editScreen        // once it was open
	exporting   context.CancelFunc // of an export that runs
	exportBegan time.Time

	stamp    Stamp
	fresh    string // hint about the file, when it is not what was read
	findings int64  // open findings in the file, -1 while unknown
}

// screen is one thing that fills the terminal.
type screen interface {
	// context is where its keys hold.
	context() keymap.Context
	// crumbs say where one is.
	crumbs() []string
	// lines draws everything between the header and the line of hints.
	lines(a *App, w, h int) []string
	// act does what a key stands for.
	act(a *App, action, key string) tea.Cmd
	// resume is called when the screen comes to the top, first or again.
	resume(a *App) tea.Cmd
	// leave is called when it goes for good.
	leave()
	// busy says since when it waits for something; zero when it does not.
	busy() time.Time
	// hints are the actions for the last line.
	hints() []string
}

// contextsOf lists where the keys of a screen are looked up, in order.
func contextsOf(s screen) []keymap.Context {
	list := []keymap.Context{s.context(), keymap.Everywhere}
	if m, ok := s.(interface{ more() keymap.Context }); ok && m.more() != "" {
		return append([]keymap.Context{m.more()}, list...)
	}
	return list
}

// typist is a screen, or overlay, that takes keys as text at times.
type typist interface {
	// typed takes a key and reports whether it was one for it.
	typed(a *App, msg tea.KeyPressMsg) (tea.Cmd, bool)
}

// overlay is a box above the screen that takes all keys.
type overlay interface {
	key(a *App, msg tea.KeyPressMsg) tea.Cmd
	// box draws it and says where.
	box(a *App, w, h int) (lines []string, x, y int)
}

// done is a result that has come: it is called between two key presses.
type done func(*App) tea.Cmd

// tick comes while something is waited for; watch now and then, to look at
// the file.
type (
	tick  struct{}
	watch struct{}
)

// New makes the program.
func New(ctx context.Context, db Database, opt Options) *App {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.State == nil {
		opt.State = state.None()
	}
	a := &App{ctx: ctx, db: clocked{db, opt.Now}, opt: opt, state: opt.State, dark: true, findings: -1, stamp: db.Stamp()}
	a.colour()
	a.mouse = a.state.Mouse
	a.stack = []screen{newHome(a)}
	if v, err := viewOf(a.state.Last[db.Path()]); err == nil {
		a.trail.add(v)
	}
	return a
}

// Init asks for the terminal's background and for the first screen's rows.
func (a *App) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, a.top().resume(a), a.watching())
}

func (a *App) watching() tea.Cmd {
	return a.after(5*time.Second, func() tea.Msg { return watch{} })
}

// after sends a message when a time has passed.
func (a *App) after(d time.Duration, msg func() tea.Msg) tea.Cmd {
	if a.opt.After != nil {
		return a.opt.After(d, msg)
	}
	return tea.Tick(d, func(time.Time) tea.Msg { return msg() })
}

func (a *App) now() time.Time { return a.opt.Now() }

func (a *App) top() screen { return a.stack[len(a.stack)-1] }

// push puts a screen on top.
func (a *App) push(s screen) tea.Cmd {
	a.stack = append(a.stack, s)
	a.note = ""
	a.forget()
	return s.resume(a)
}

// keptViews is how many views below the top keep their rows; older ones are
// asked for again when one comes back to them.
const keptViews = 3

// mostViews is how far back esc goes.
const mostViews = 60

// forget frees the rows of views that lie deep in the stack.
func (a *App) forget() {
	if len(a.stack) > mostViews {
		a.stack[1].leave()
		a.stack = append(a.stack[:1:1], a.stack[2:]...)
	}
	for _, s := range a.stack[:max(0, len(a.stack)-1-keptViews)] {
		if t, ok := s.(*table); ok && t.kept != nil {
			t.place = t.grid.Cursor()
			t.stop()
			t.drop()
		}
	}
}

// replace puts a screen in the place of the top one, home excepted.
func (a *App) replace(s screen) tea.Cmd {
	if len(a.stack) > 1 {
		a.top().leave()
		a.stack = a.stack[:len(a.stack)-1]
	}
	return a.push(s)
}

// pop goes one screen back.
func (a *App) pop() tea.Cmd {
	if len(a.stack) == 1 {
		return nil
	}
	a.top().leave()
	a.stack = a.stack[:len(a.stack)-1]
	a.note = ""
	return a.top().resume(a)
}

// Update takes a message.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.update(msg)
	if !a.ticking && !a.top().busy().IsZero() {
		a.ticking = true
		cmd = tea.Batch(cmd, a.ticker())
	}
	return a, cmd
}

func (a *App) ticker() tea.Cmd {
	return a.after(100*time.Millisecond, func() tea.Msg { return tick{} })
}

func (a *App) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.w, a.h = msg.Width, msg.Height
		return a.afterKey()
	case tea.BackgroundColorMsg:
		a.dark = msg.IsDark()
		a.colour()
	case tea.ColorProfileMsg:
		depths := map[string]theme.Depth{"TrueColor": theme.Full, "ANSI256": theme.Cube, "ANSI": theme.Sixteen}
		a.depth = theme.None
		if d, ok := depths[msg.String()]; ok {
			a.depth = d
		}
		a.colour()
	case tea.KeyPressMsg:
		return a.key(msg)
	case tea.PasteMsg:
		return a.paste(msg.Content)
	case tea.MouseMsg:
		return a.mouseEvent(msg)
	case done:
		cmd := msg(a)
		if f, ok := a.over.(*form); ok && f.fresh != nil {
			f.fresh(f)
		}
		return tea.Batch(cmd, a.catchUp())
	case tick:
		a.ticking = false
	case watch:
		a.look()
		return a.watching()
	}
	return nil
}

// colour takes the theme for this terminal.
func (a *App) colour() { a.theme = theme.ByName(a.state.Theme, a.dark, a.depth) }

// look compares the file with what was read of it.
func (a *App) look() {
	now := a.db.Stamp()
	switch {
	case now == a.stamp:
		a.fresh = ""
	case now == Stamp{}:
		a.fresh = "the database is gone"
	default:
		a.fresh = "new data · R refresh"
	}
}

// say shows a note in the status line until the next key.
func (a *App) say(text string) tea.Cmd {
	a.note, a.noteBad, a.noteAt = text, false, a.now()
	return nil
}

// fail shows an error likewise.
func (a *App) fail(err error) tea.Cmd {
	if err != nil {
		a.note, a.noteBad, a.noteAt = oneLine(err.Error()), true, a.now()
	}
	return nil
}

func oneLine(s string) string { return cell.Clean(strings.Join(strings.Fields(s), " ")) }

// key sends a key to whom it is for: the overlay, a screen where something is
// typed, the screen's own keys, the keys that hold everywhere.
func (a *App) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	if name == "ctrl+c" {
		a.ahead = nil
		return a.interrupt()
	}
	if name == "ctrl+z" {
		return tea.Suspend
	}
	a.note = ""
	if len(a.ahead) > 0 {
		return a.later(msg)
	}
	if a.over != nil {
		return tea.Batch(a.over.key(a, msg), a.afterKey())
	}
	if t, ok := a.top().(typist); ok {
		if cmd, taken := t.typed(a, msg); taken {
			return tea.Batch(cmd, a.afterKey())
		}
	}
	s := a.top()
	action := keymap.Find(name, contextsOf(s)...)
	if action == "" {
		return nil
	}
	if a.mustWait(s, action) {
		return a.later(msg)
	}
	return tea.Batch(a.act(s, action, name), a.afterKey())
}

// paste sends text to whoever takes typed keys.
func (a *App) paste(text string) tea.Cmd {
	var cmds []tea.Cmd
	for _, r := range text {
		k := tea.Key{Code: r, Text: string(r)}
		switch r {
		case '\n', '\r':
			k = tea.Key{Code: tea.KeyEnter}
		case '\t':
			k = tea.Key{Code: ' ', Text: "    "}
		}
		msg := tea.KeyPressMsg(k)
		if a.over != nil {
			cmds = append(cmds, a.over.key(a, msg))
		} else if t, ok := a.top().(typist); ok {
			cmd, _ := t.typed(a, msg)
			cmds = append(cmds, cmd)
		}
	}
	return tea.Batch(append(cmds, a.afterKey())...)
}

// afterKey brings rows that a screen has come to need.
func (a *App) afterKey() tea.Cmd {
	if t, ok := a.top().(interface{ want(*App) tea.Cmd }); ok {
		return t.want(a)
	}
	return nil
}

// interrupt cancels what runs; a second time within two seconds quits.
func (a *App) interrupt() tea.Cmd {
	if c, ok := a.top().(interface{ cancelled(*App) bool }); ok && c.cancelled(a) {
		a.quitAt = a.now()
		return a.say("cancelled")
	}
	if a.now().Sub(a.quitAt) < 2*time.Second {
		return a.quit()
	}
	a.quitAt = a.now()
	return a.say("ctrl+c once more quits")
}

// quit ends, after a question when a text in the editor is not saved.
func (a *App) quit() tea.Cmd {
	var open []string
	if a.editor != nil {
		for _, q := range a.editor.texts {
			if q.buf.Dirty() && strings.TrimSpace(q.buf.Text()) != "" {
				open = append(open, q.name)
			}
		}
	}
	if len(open) == 0 {
		return a.end()
	}
	a.over = newPrompt("Quit", "", strings.Join(open, ", ")+" not saved; type yes to quit without them", func(a *App, text string) tea.Cmd {
		if text != "yes" {
			return nil
		}
		return a.end()
	})
	return nil
}

// end ends.
func (a *App) end() tea.Cmd {
	for _, s := range a.stack {
		s.leave()
	}
	return tea.Quit
}

// Close writes down what the next start begins with, however this one ended.
func (a *App) Close() error {
	for i := len(a.stack) - 1; i >= 0; i-- {
		if t, ok := a.stack[i].(*table); ok && t.isView() {
			t.rememberView(a)
			break
		}
	}
	a.state.Mouse = a.mouse
	return a.state.Save()
}
