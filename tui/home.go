package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/chart"
	"argosy/tui/keymap"
)

// home is the first screen: risk now, twelve weeks of it, what needs attention,
// and the teams.
type home struct {
	teams *table
	risk  map[string]riskLine
	share float64 // of findings that can be fixed
	kev   int64
	trend []trendPoint
	needs []need
	next  string // schedule that is due
	ago   string // the last ingest
	gen   int
}

type riskLine struct {
	open, before int64 // now and a week ago
}

type trendPoint struct {
	at   time.Time
	open int64
}

type need struct {
	text, key string
	bad       bool
}

func newHome(a *App) *home {
	l, err := lens.Find("teams")
	if err != nil {
		panic(err) // the name is a constant
	}
	t := newTable(a, lens.View{Lens: l})
	t.side.where = "off"
	return &home{teams: t}
}

func (h *home) context() keymap.Context { return keymap.Table }

// more are the keys of home besides the table's.
func (h *home) more() keymap.Context { return keymap.Home }

func (h *home) crumbs() []string { return nil }

func (h *home) busy() time.Time { return h.teams.busy() }

func (h *home) leave() { h.teams.leave() }

func (h *home) cancelled(a *App) bool { return h.teams.cancelled(a) }

func (h *home) want(a *App) tea.Cmd { return h.teams.want(a) }

func (h *home) shortTabs(a *App) (string, string) { return a.shortTabs("") }

func (h *home) typed(a *App, msg tea.KeyPressMsg) (tea.Cmd, bool) { return h.teams.typed(a, msg) }

func (h *home) closeOne(a *App) bool { return h.teams.closeOne(a) }

func (h *home) hints() []string {
	return []string{"open", "lens8", "find", "facets", "sort", "reports", "edit", "export", "palette", "help", "quit", "schedules", "ingests", "theme"}
}

func (h *home) resume(a *App) tea.Cmd {
	if h.teams.kept != nil && h.teams.stamp == a.db.Stamp() {
		return h.teams.afterLoad(a)
	}
	h.teams.place = h.teams.grid.Cursor()
	return tea.Batch(h.askRisk(a), h.teams.load(a), h.askTrend(a), h.askNeeds(a))
}

func (h *home) act(a *App, action, key string) tea.Cmd {
	switch action {
	case "refresh":
		h.teams.drop()
		return h.resume(a)
	case "exploited":
		return h.show(a, "findings", lens.Where("kev", lens.Is, "true"))
	case "overdue":
		return h.show(a, "findings", lens.Where("due", lens.Is, "overdue"))
	case "unscanned":
		return a.push(newUnscanned(a.now()))
	case "keep", "drop", "facets", "status", "pane":
		// These narrow the scope; the teams' own screen shows it.
		t := newTable(a, h.teams.view)
		t.place = h.teams.grid.Cursor()
		c, _ := h.teams.grid.Column()
		t.grid.SetColumn(c.Name)
		if action == "keep" || action == "drop" {
			return h.teams.act(a, action, key)
		}
		return tea.Batch(a.push(t), t.act(a, action, key))
	}
	return h.teams.act(a, action, key)
}

// show opens a lens with a filter.
func (h *home) show(a *App, name string, chip lens.Chip) tea.Cmd {
	l, err := lens.Find(name)
	if err != nil {
		return a.fail(err)
	}
	return a.push(newTable(a, lens.View{Lens: l, Chips: []lens.Chip{chip}}))
}

// staleDays is after how many days a scan counts as old here.
const staleDays = 14

// newUnscanned lists the images that were not scanned for long, or never.
func newUnscanned(now time.Time) *table {
	t := newResult("Images not scanned", schema.Statement{SQL: `select case when i.last_scanned is null then 'never' else 'not since' end as scanned, i.last_scanned, l.registry, l.repository,
	array_to_string(l.tags, ', ') as tags, i.digest, i.pushed
from images i left join locations l on l.image_id = i.image_id and l.gone_at is null
where i.kind = 'image' and i.deleted is null and (i.last_scanned is null or i.last_scanned < timestamp '` + now.UTC().AddDate(0, 0, -staleDays).Format("2006-01-02 15:04:05") + `')
order by i.last_scanned nulls first, l.registry, l.repository`})
	t.empty = "every image was scanned lately"
	return t
}

// lines draws the screen.
func (h *home) lines(a *App, w, height int) []string {
	var out []string
	if w >= narrow {
		out = append(out, a.tabs(""))
	} else {
		_, second := a.shortTabs("")
		out = append(out, fitTo(" "+a.theme.Dim.On("scope: all findings"), w-lineWidth(second))+second)
	}
	if height >= 20 {
		out = append(out, h.panels(a, w)...)
	}
	body := h.teams.body(a, w, height-len(out)-1)
	out = append(out, body...)
	if h.teams.find.typing {
		return append(out, h.teams.find.line(a, w))
	}
	left, _ := h.teams.statusParts(a)
	mouse := "off"
	if a.mouse {
		mouse = "on"
	}
	return append(out, a.status(left, fmt.Sprintf("theme %s · mouse %s", a.state.Theme, mouse)))
}

// panels are the three boxes, or one where there is little room.
func (h *home) panels(a *App, w int) []string {
	if w < narrow {
		left := w/2 - 1
		return beside(boxed(a.theme, "Risk now", h.riskLines(a, left-2), left, ""), left, boxed(a.theme, "Needs attention", h.needLines(a, w-left-2), w-left, ""))
	}
	third := w * 36 / 120
	middle := w - 2*third - 2
	left := boxed(a.theme, "Risk now", h.riskLines(a, third-2), third, "")
	mid := boxed(a.theme, "Open findings, 12 weeks", h.trendLines(a, middle-2, 5), middle, "")
	right := boxed(a.theme, "Needs attention", h.needLines(a, w-third-middle-2), w-third-middle, "")
	return beside(beside(left, third, mid), third+middle, right)
}

func (h *home) riskLines(a *App, w int) []string {
	var out []string
	digits := 5
	for _, r := range h.risk {
		digits = max(digits, len(cell.Group(r.open)))
	}
	room := w - digits - 15 // for the change
	for _, s := range []string{"Critical", "High", "Medium", "Low"} {
		r := h.risk[s]
		n := "…"
		change := ""
		if h.risk != nil {
			n = cell.Group(r.open)
			if d := r.open - r.before; r.before > 0 && d != 0 {
				mark, style := "▲", a.theme.Bad
				if d < 0 {
					mark, style = "▼", a.theme.Good
				}
				by := fmt.Sprintf("%s %.1f %%", mark, 100*absolute(float64(d))/float64(r.before))
				if absolute(float64(d)) > 10*float64(r.before) {
					by = mark + " " + cell.Group(d) // a share of next to nothing says nothing
				}
				if cell.Width(by) > room-3 && !strings.HasSuffix(by, "%") {
					by = mark + " " + chart.Short(float64(d), 1)
				}
				change = style.On(by)
				if cell.Width(by) <= room-3 {
					change += a.theme.Dim.On(" wk")
				}
			}
		}
		out = append(out, " "+a.theme.Severity(s).On(cell.Fit(cell.Shape(s)+" "+upper(s), 10, false))+" "+cell.Fit(n, digits+1, true)+"  "+change)
	}
	last := ""
	if h.risk != nil {
		last = fmt.Sprintf(" fixable now %.1f %% · KEV %s", h.share, cell.Group(h.kev))
		if n := h.risk["Unknown"].open; n > 0 {
			last += " · unknown " + cell.Group(n)
			if cell.Width(last) > w {
				last = fmt.Sprintf(" fixable %.0f %% · KEV %s · ? %s", h.share, cell.Group(h.kev), cell.Group(n))
			}
		}
	}
	return append(out, cell.Cut(last, w))
}

func (h *home) needLines(a *App, w int) []string {
	var out []string
	for _, n := range h.needs {
		mark, style := "·", a.theme.Dim
		if n.bad {
			mark, style = "!", a.theme.Bad
		}
		text := cell.Cut(n.text, w-4)
		if n.key != "" && cell.Width(n.text) > w-9 {
			n.text, _, _ = strings.Cut(n.text, ", ") // the rest stands on the screen that the key opens
		}
		if n.key != "" {
			text = cell.Fit(n.text, w-9, false) + " " + a.theme.Key.On("["+n.key+"]")
		}
		out = append(out, " "+style.On(mark)+" "+text)
	}
	for len(out) < 5 {
		out = append(out, "")
	}
	return out[:5]
}
