package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
)

// pane shows what is behind the row under the cursor: its vulnerabilities and
// where they are.
type pane struct {
	where string // right, below or off
	key   string // of the row shown
	gen   int
	title string
	lines []paneLine
	facts paneFacts
	// asking is set while the title is there and the rest is not.
	asking bool
}

type paneLine struct {
	severity, text, right string
}

// paneFacts are the figures of the row's findings.
type paneFacts struct {
	findings, cves, images int64
	places                 []paneLine // the first of all of them
	all                    int64
	bases                  []baseBump
}

// baseBump is what building on a newer base image does to a row's findings.
type baseBump struct {
	base, newer    string
	clears, inBase int64
}

// paneAt is where the pane is. Until somebody says otherwise it stands beside
// the fix list, whose rows ask what they clear and where.
func (t *table) paneAt() string {
	switch {
	case !t.isView():
		return "off"
	case t.side.where != "":
		return t.side.where
	case t.view.Lens.Name == "fixes":
		return "right"
	}
	return "off"
}

// nextPane goes from right to below to off.
func (t *table) nextPane(a *App) tea.Cmd {
	next := map[string]string{"right": "below", "below": "off", "off": "right"}
	was := t.paneAt()
	if a.w < narrow && was == "right" {
		was = "below"
	}
	t.side.where = next[was]
	if a.w < narrow && t.side.where == "right" {
		t.side.where = "below"
	}
	a.state.Pane = t.side.where
	return t.wantPane(a)
}

// sideSize is the room that pane or facets take at the right and below.
func (t *table) sideSize(a *App, w, h int) (pw, ph int) {
	if t.face.open {
		return min(34, w/2), 0
	}
	switch where := t.paneAt(); {
	case where == "off":
		return 0, 0
	case where == "below" || w < narrow:
		if h < 14 {
			return 0, 0
		}
		return 0, 6
	}
	return 27 + max(0, min(15, (w-120)/3)), 0
}

func (t *table) sideLines(a *App, w, h int) []string {
	if t.face.open {
		return t.facetLines(a, w, h)
	}
	return t.paneLines(a, w)
}

// wantPane asks for the row under the cursor, once it has stayed there for a
// moment.
func (t *table) wantPane(a *App) tea.Cmd {
	if t.paneAt() == "off" {
		return nil
	}
	row := t.grid.Current()
	if row == nil {
		return nil
	}
	key := fmt.Sprint(t.gen, row)
	if key == t.side.key {
		return nil
	}
	t.side.key = key
	t.side.gen++
	gen := t.side.gen
	return a.after(90*time.Millisecond, func() tea.Msg {
		return done(func(a *App) tea.Cmd {
			if t.side.gen != gen {
				return nil
			}
			return t.askPane(a, gen, row)
		})
	})
}

func (t *table) askPane(a *App, gen int, row []any) tea.Cmd {
	v := t.view
	v.Chips = with(v.Chips, t.rowChips(row)...)
	cond, err := v.Conditions()
	if err != nil {
		return nil
	}
	from := " from " + lens.Source(cond...) + whereOf(cond)
	title, fixes := t.paneTitle(row), t.view.Lens.Name == "fixes"
	t.side.title, t.side.lines, t.side.facts, t.side.asking = title, nil, paneFacts{}, true
	return func() tea.Msg {
		_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: `select vulnerability, max(severity) as s, max(cvss), max(epss), bool_or(kev), count(*) as n,
			sum(count(*)) over (), count(*) over (), (select count(distinct image_id)` + from + `)` + from + ` group by 1 order by s desc, max(epss) desc nulls last, max(cvss) desc nulls last limit 8`}))
		var facts paneFacts
		var lines []paneLine
		for _, r := range rows {
			text := cell.Text(r[0])
			right := ""
			if f, ok := r[2].(float64); ok {
				right = fmt.Sprintf("%.1f", f)
			}
			if f, ok := r[3].(float64); ok {
				right += " " + strings.TrimPrefix(fmt.Sprintf("%.2f", f), "0")
			}
			if k, _ := r[4].(bool); k {
				right += " KEV"
			}
			facts.findings, facts.cves, facts.images = whole(r[6]), whole(r[7]), whole(r[8])
			lines = append(lines, paneLine{cell.Text(r[1]), text, right})
		}
		if err == nil {
			_, places, perr := read(a.db.Query(a.ctx, schema.Statement{SQL: `select repository || coalesce(':' || tags[1], '') as image, count(*) as n, count(*) over ()` +
				from + ` group by 1 order by 2 desc, 1 limit 8`}))
			err = perr
			for _, r := range places {
				facts.places = append(facts.places, paneLine{"", cell.Text(r[0]), "×" + cell.Number(r[1])})
				facts.all = whole(r[2])
			}
		}
		if err == nil && fixes {
			facts.bases, err = askBases(a, from)
		}
		return done(func(a *App) tea.Cmd {
			if t.side.gen != gen {
				return nil
			}
			t.side.asking = false
			if err != nil {
				return a.fail(err)
			}
			t.side.lines, t.side.facts = lines, facts
			return nil
		})
	}
}

// askBases asks which newer base images clear findings of a scope.
func askBases(a *App, from string) (out []baseBump, err error) {
	// The base is named by its lowest place and not by the view image_names: the
	// engine keeps two megabytes each time that is joined, and this is asked for
	// each row that the cursor rests on.
	_, rows, err := read(a.db.Query(a.ctx, schema.Statement{SQL: `with s as (select distinct finding, image_id` + from + `), bumps as (
	select any_value(s.image_id) as image_id, r.newer_name, count(*) filter (where r.closed) as closed, count(*) as findings
	from s join rebuilt_findings r using (finding) where r.newer_name is not null and r.origin = 'base image' group by r.newer_name having count(r.closed) > 0 order by 3 desc, 2 limit 2)
select min(place_name(l.registry, l.repository, l.tags, i.digest)), u.newer_name, u.closed, u.findings
from bumps u left join base_images b using (image_id) left join locations l on l.image_id = b.base_image_id left join images i on i.image_id = b.base_image_id
group by all order by 3 desc, 2`}))
	for _, r := range rows {
		out = append(out, baseBump{hostless(cell.Text(r[0])), hostless(cell.Text(r[1])), whole(r[2]), whole(r[3])})
	}
	return out, err
}

// hostless is an image's name without the registry and most of a digest, for
// where there is little room.
func hostless(name string) string {
	if _, rest, ok := strings.Cut(name, "/"); ok {
		name = rest
	}
	name, digest, ok := strings.Cut(name, "@sha256:")
	if ok {
		name += "@" + cell.Cut(digest, 9)
	}
	return name
}

// whole reads a number of the engine, which counts some things in more digits
// than others.
func whole(v any) int64 {
	switch x := v.(type) {
	case int64:
		return x
	case string:
		var n int64
		_, _ = fmt.Sscan(x, &n)
		return n
	}
	return 0
}

// rowChips single out what the pane is about; a finding's are those of its
// package and vulnerability.
func (t *table) rowChips(row []any) []lens.Chip {
	if t.view.Lens.Into != "" {
		return t.chipsOf(row)
	}
	var out []lens.Chip
	for _, field := range []string{"vulnerability", "package"} {
		out = append(out, lens.Chip{Field: field, Op: lens.Is, Values: []*string{typed(t.value(row, field))}})
	}
	return out
}

func (t *table) paneTitle(row []any) string {
	eco, _ := t.value(row, "type").(string)
	if t.view.Lens.Name == "fixes" {
		from := cell.Format(lens.Versions, t.value(row, "from_versions"), time.Time{}, eco)
		to := cell.Format(lens.Newest, t.value(row, "to_version"), time.Time{}, eco)
		return cell.Text(t.value(row, "package")) + "  " + from + " → " + to
	}
	if t.view.Lens.Name == "findings" {
		return cell.Text(t.value(row, "vulnerability")) + " in " + cell.Text(t.value(row, "package"))
	}
	return cell.Text(row[0])
}

// paneLines draws the pane at the right.
func (t *table) paneLines(a *App, w int) []string {
	s, th := &t.side, a.theme
	if s.title == "" {
		return nil
	}
	out := []string{}
	for _, l := range cell.Wrap(s.title, w, 2) {
		out = append(out, th.Title.On(l))
	}
	if s.asking {
		return append(out, th.Dim.On("…"))
	}
	verb := "Holds"
	if t.view.Lens.Name == "fixes" {
		verb = "Clears"
	}
	out = append(out, cell.Cut(fmt.Sprintf("%s %s, %s", verb, plural(int(s.facts.findings), "finding"), plural(int(s.facts.cves), "CVE")), w))
	for _, l := range s.lines {
		style := th.Severity(l.severity)
		room := w - 2 - cell.Width(l.right) - 1
		out = append(out, style.On(cell.Shape(l.severity))+" "+cell.Fit(l.text, max(4, room), false)+" "+th.Dim.On(l.right))
	}
	if more := s.facts.cves - int64(len(s.lines)); more > 0 {
		out = append(out, th.Dim.On(fmt.Sprintf("  +%s more", cell.Group(more))))
	}
	out = append(out, "", th.Head.On("Where"))
	for _, l := range s.facts.places {
		room := w - cell.Width(l.right) - 1
		out = append(out, cell.Fit(l.text, max(4, room), false)+" "+th.Dim.On(l.right))
	}
	if more := s.facts.all - int64(len(s.facts.places)); more > 0 {
		out = append(out, th.Dim.On(fmt.Sprintf("+%s more", cell.Group(more))))
	}
	if len(s.facts.bases) > 0 {
		out = append(out, "", th.Head.On("Base image"))
	}
	for _, b := range s.facts.bases {
		out = append(out, cell.Cut(b.base, w), cell.Cut("→ "+b.newer, w), th.Dim.On(cell.Cut("  "+b.clearing(), w)))
	}
	return append(out, "", th.Dim.On("p moves the pane"))
}

func (b baseBump) clearing() string {
	return fmt.Sprintf("clears %s of %s in it", cell.Group(b.clears), cell.Group(b.inBase))
}

// sideBox draws the pane below.
func (t *table) sideBox(a *App, w, h int) []string {
	s, th := &t.side, a.theme
	var lines []string
	if s.asking {
		lines = append(lines, " "+th.Dim.On("…"))
	} else if s.title != "" {
		var b strings.Builder
		for i, l := range s.lines {
			part := cell.Shape(l.severity) + " " + l.text + " " + l.right
			if cell.Width(stripped(b.String()))+cell.Width(part)+3 > (w-4)*2 || i >= 6 {
				break
			}
			if i == 3 {
				lines = append(lines, " "+b.String())
				b.Reset()
			}
			b.WriteString(th.Severity(l.severity).On(cell.Shape(l.severity)) + " " + l.text + " " + th.Dim.On(l.right) + "   ")
		}
		lines = append(lines, " "+b.String())
		var places []string
		for _, l := range s.facts.places {
			places = append(places, l.text+" "+l.right)
		}
		for _, l := range cell.Wrap(strings.Join(places, " · "), w-4, 2) {
			lines = append(lines, " "+l)
		}
		for _, b := range s.facts.bases[:min(1, len(s.facts.bases))] {
			lines = append(lines, " "+cell.Cut("base image → "+b.newer+" "+b.clearing(), w-4))
		}
		lines = append(lines, " "+th.Dim.On(strings.Join([]string{plural(int(s.facts.findings), "finding"), plural(int(s.facts.cves), "CVE"), plural(int(s.facts.images), "image")}, ", ")))
	}
	for len(lines) < h-2 {
		lines = append(lines, "")
	}
	return boxed(th, s.title, lines[:h-2], w, "p closes")
}
