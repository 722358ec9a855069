package tui

import (
	"fmt"
	"strings"

	"argosy/queries"
	"argosy/tui/cell"
)

// lines draws list and preview.
func (r *reports) lines(a *App, w, h int) []string {
	th := a.theme
	if r.err != nil {
		return append(boxed(th, "Reports", []string{" " + th.Bad.On(oneLine(r.err.Error()))}, w, ""), "")
	}
	body := h - 3
	lw := w
	if w >= narrow {
		lw = w * 70 / 120
	}
	list := []string{" " + th.Accent.On("> "+cell.Clean(r.text)+"▏") + cell.Spaces(max(1, lw-22-cell.Width(r.text))) + th.Dim.On(fmt.Sprintf("%d of %d", len(r.shown), len(r.all)))}
	room := body - 1
	if w < narrow {
		room = body/2 - 1
	}
	from := max(0, min(r.at-room/2, len(r.shown)-room))
	for i := from; i < min(from+room, len(r.shown)); i++ {
		list = append(list, r.line(a, r.all[r.shown[i]], lw-2, i == r.at))
	}
	preview := r.preview(a, w-lw-4)
	if w < narrow {
		for len(list) < room+1 {
			list = append(list, "")
		}
		out := boxed(th, "Reports · type to find", list, w, "")
		low := r.preview(a, w-4)
		for len(low) < h-len(out)-3 {
			low = append(low, "")
		}
		out = append(out, boxed(th, "Preview", low[:max(0, h-len(out)-3)], w, "")...)
		return append(out, a.status(r.counts(a), ""))
	}
	for len(list) < body {
		list = append(list, "")
	}
	for len(preview) < body {
		preview = append(preview, "")
	}
	out := beside(boxed(th, "Reports · type to find", list[:body], lw, ""), lw+1, boxed(th, "Preview", preview[:body], w-lw-1, ""))
	return append(out, a.status(r.counts(a), ""))
}

func (r *reports) line(a *App, s *queries.Saved, w int, here bool) string {
	place := s.Folder + "/"
	if s.Folder == "" && len(s.Tags) > 0 {
		place = "#" + strings.Join(s.Tags, " #")
	}
	ago := "never"
	if run, ok := r.last(a, s); ok {
		ago = cell.Ago(a.now().Sub(run.at))
	}
	right := strings.ToUpper(string(s.Language)) + "  " + cell.Fit(ago, r.agoWidth(a), false)
	if w >= 60 {
		right += "  " + cell.Fit(place, 13, false)
	}
	own := "·"
	if fileOf(a, s) != "" {
		own = "★"
	}
	left := cell.Fit(own+" "+cell.Clean(titleOf(s)), w-cell.Width(right)-4, false)
	if here {
		return a.theme.Accent.On(" ▌") + a.theme.Row.On(left+" "+right+" ")
	}
	return "  " + left + " " + a.theme.Dim.On(right)
}

// agoWidth is the room for when each report ran.
func (r *reports) agoWidth(a *App) int {
	w := len("never")
	for _, s := range r.all {
		if run, ok := r.last(a, s); ok {
			w = max(w, cell.Width(cell.Ago(a.now().Sub(run.at))))
		}
	}
	return w
}

// bodyOf is the text of a report below its header, which is told in words.
func bodyOf(s *queries.Saved) []string {
	mark := "//"
	if s.Language == queries.SQL {
		mark = "--"
	}
	lines := strings.Split(strings.TrimSpace(s.Text), "\n")
	for len(lines) > 0 && (strings.HasPrefix(lines[0], mark) || strings.TrimSpace(lines[0]) == "") {
		lines = lines[1:]
	}
	return lines
}

func (r *reports) preview(a *App, w int) []string {
	s := r.current()
	if s == nil {
		return []string{" " + a.theme.Dim.On("nothing fits")}
	}
	th := a.theme
	out := []string{" " + th.Bold.On(cell.Cut(cell.Clean(titleOf(s)), w-2)), ""}
	for _, l := range cell.Wrap(cell.Clean(s.Description), w-2, 6) {
		out = append(out, " "+l)
	}
	if len(s.Params) > 0 {
		out = append(out, "", " "+th.Head.On("Parameters"))
		for _, p := range s.Params {
			def := "required"
			if p.HasDefault {
				def = p.Default
			}
			out = append(out, cell.Cut("   "+cell.Fit(p.Name, 14, false)+cell.Fit(string(p.Type), 9, false)+cell.Clean(def), w))
		}
	}
	if flat := flatSections(s.Sections); len(flat) > 1 {
		out = append(out, "", " "+th.Head.On(fmt.Sprintf("Sheets (%d)", len(flat))))
		for _, sec := range flat {
			out = append(out, "   "+cell.Cut(sec.Name, w-4))
		}
	}
	if facts := r.facts(a, s); len(facts) > 0 {
		out = append(out, "")
		for _, f := range facts {
			out = append(out, " "+cell.Cut(cell.Clean(f), w-2))
		}
	}
	file := fileOf(a, s)
	if file == "" {
		file = "comes with argosy"
	}
	out = append(out, "", " "+th.Dim.On(cell.Cut(s.Name+" · "+file, w-2)), "")
	for _, l := range bodyOf(s) {
		out = append(out, " "+th.Dim.On(cell.Cut(cell.Clean(l), w-2)))
	}
	return out
}
