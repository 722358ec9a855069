package tui

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"

	"argosy/queries/lens"
	"argosy/tui/cell"
)

// lines draws the finding.
func (d *detail) lines(a *App, w, h int) []string {
	chips := fitStyled(d.from.chipLine(a, w-30, d.from.view.Chips), w-28) + a.theme.Dim.On(cell.Fit(fmt.Sprintf("finding %s of %s ", cell.Group(d.from.grid.Cursor()+1), cell.Group(max(0, d.from.grid.Total))), 28, true))
	out := []string{chips}
	var body []string
	switch {
	case d.err != nil:
		body = []string{a.theme.Bad.On(cell.Cut(oneLine(d.err.Error()), w-4))}
	case d.fields == nil:
		body = []string{""}
	default:
		body = d.body(a, w-4)
	}
	room := h - 4
	d.most = max(0, len(body)-room)
	d.top = min(d.top, d.most)
	right := ""
	if d.most > 0 {
		right = "j k scroll"
	}
	shown := make([]string, room)
	for i := range shown {
		if d.top+i < len(body) {
			shown[i] = " " + body[d.top+i]
		}
	}
	out = append(out, boxed(a.theme, "", shown, w, right)...)
	return append(out, a.status("n N next/previous finding", ""))
}

func (d *detail) body(a *App, w int) []string {
	th := a.theme
	date := func(name string) string {
		if t, ok := d.fields[name].(time.Time); ok {
			return cell.Date(t)
		}
		return ""
	}
	head := th.Bold.On(d.text("vulnerability")) + "   " + th.Severity(d.text("severity")).On(cell.Format(lens.Severity, d.fields["severity"], time.Time{}, ""))
	if f, ok := d.fields["cvss"].(float64); ok {
		head += fmt.Sprintf("   CVSS %.1f", f)
	}
	if f, ok := d.fields["epss"].(float64); ok {
		head += fmt.Sprintf("   EPSS %.3f", f)
		if p, ok := d.fields["epss_percentile"].(float64); ok {
			head += fmt.Sprintf(" (p%.0f)", p*100)
		}
	}
	if k, _ := d.fields["kev"].(bool); k {
		head += "   " + th.Bad.On("KEV")
		if due := date("kev_due"); due != "" {
			head += th.Bad.On(" due " + due)
		}
	}
	out := []string{head}
	out = append(append(out, cell.Wrap(d.text("title"), w, 2)...), "")
	row := func(label string, parts ...string) {
		for i, l := range packed(parts, w-12) {
			name := ""
			if i == 0 {
				name = label
			}
			out = append(out, th.Dim.On(cell.Fit(name, 12, false))+l)
		}
	}
	fixed := "no fix is known (" + d.text("fix_status") + ")"
	if d.fields["fixed_version"] != nil {
		fixed = "fixed in " + d.text("fixed_version")
	}
	eco := ""
	if d.text("package_type") != "" {
		eco = " (" + d.text("package_type") + ")"
	}
	row("Package", d.text("package_name")+" "+d.text("installed_version")+eco, fixed)
	row("Found in", d.layer(), d.text("lies_in"), strings.Join(texts2(d.fields["paths"]), "  "))
	row("Image", d.text("registry")+"/"+d.text("repository")+tagOf(d.fields["tags"]), strings.Trim(d.text("os")+"/"+d.text("architecture"), "/"), d.text("distribution")+" "+d.text("distribution_version"))
	row("Base image", d.text("base_image"), d.newerBase())
	digest := d.text("digest")
	if cell.Width(digest) > w-12 {
		_, digest, _ = strings.Cut(digest, ":")
	}
	row("Digest", digest)
	row("Team", d.text("owner_team"), d.text("team_mail"))
	seen := ""
	if t, ok := d.fields["first_seen"].(time.Time); ok {
		seen = cell.Date(t) + " (" + cell.Days(a.now().Sub(t)) + ")"
	}
	row("First seen", seen, "last seen "+date("last_seen"), since("fix known since ", date("fix_since")), since("reopened ", date("reopened_at")))
	if t, ok := d.fields["due"].(time.Time); ok {
		state := d.text("due_state")
		if over := a.now().Sub(t); over > 0 {
			state = "✗ " + cell.Days(over) + " over"
		}
		row("Due", cell.Date(t), state, since("by the policy ", d.text("due_policy")))
	}
	row("Scanners", strings.Join(texts2(d.fields["scanners"]), ", "), since("severity by ", d.text("severity_source")), since("in its words ", d.text("severity_raw")))
	if s := d.text("status"); s != "Unhealthy" {
		row("Status", s, d.text("status_cause"), d.text("status_reason"))
	}
	row("Published", date("published"), since("modified ", date("modified")), strings.Join(texts2(d.fields["cwes"]), ", "), d.text("cvss_v3_vector"))
	row("Also known", strings.Join(texts2(d.fields["aliases"]), ", "))
	out = append(out, "")
	if d.around != nil {
		press := func(label, value, key string) {
			pad := max(1, w-32-cell.Width(value)-cell.Width(key))
			out = append(out, th.Dim.On(cell.Fit(label, 30, false))+value+cell.Spaces(pad)+th.Key.On(key))
		}
		press("Same CVE elsewhere", plural(int(whole(d.around[0])), "repo")+", "+plural(int(whole(d.around[1])), "team"), "v")
		press("Fixable CVEs in this package", cell.Number(d.around[2]), "f")
		if d.fields["layer"] != nil {
			press("Findings in this layer", cell.Number(d.around[3]), "l")
		}
		out = append(out, "")
	}
	return append(out, d.longer(a, w)...)
}

// packed puts parts beside one another on lines of a width; a part is broken
// only where it does not fit a line of its own.
func packed(parts []string, w int) (lines []string) {
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if n := len(lines) - 1; n >= 0 && cell.Width(lines[n])+3+cell.Width(p) <= w {
			lines[n] += "   " + p
			continue
		}
		lines = append(lines, cell.Wrap(p, w, 4)...)
	}
	return lines
}

func since(word, value string) string {
	if value == "" {
		return ""
	}
	return word + value
}

func tagOf(v any) string {
	if tags := texts2(v); len(tags) > 0 {
		return ":" + cell.Clean(strings.Join(tags, ", "))
	}
	return ""
}

func (d *detail) layer() string {
	layer := d.text("layer")
	if layer == "" {
		return ""
	}
	if at := whole(d.fields["layer_at"]); at > 0 {
		return fmt.Sprintf("layer %d/%s", at, cell.Number(d.fields["layer_count"]))
	}
	return "layer " + cell.Cut(layer, 19)
}

// newerBase says what building the image on a newer base does to the finding.
func (d *detail) newerBase() string {
	name := d.text("newer_base")
	if name == "" || d.text("lies_in") != "base image" {
		return ""
	}
	switch closes, known := d.fields["base_closes"].(bool); {
	case !known:
		return "newer: " + name + ", which was not scanned"
	case closes:
		return "building on " + name + " clears it"
	}
	return name + " has it too"
}

// longer is what needs scrolling: description, references, history, record.
func (d *detail) longer(a *App, w int) []string {
	th := a.theme
	var out []string
	if text := d.text("description"); text != "" {
		out = append(out, th.Head.On("▾ Description"))
		out = append(out, cell.Wrap(text, w, 40)...)
		out = append(out, "")
	}
	if list := texts2(d.fields["links"]); len(list) > 0 {
		out = append(out, th.Head.On(fmt.Sprintf("▾ References (%d)", len(list)))+th.Dim.On("  o opens the first"))
		for _, l := range list {
			out = append(out, cell.Cut(cell.Clean(l), w))
		}
		out = append(out, "")
	}
	if len(d.history) > 0 {
		out = append(out, th.Head.On(fmt.Sprintf("▾ History (%d)", len(d.history))))
		for _, r := range d.history {
			until := "still"
			if t, ok := r[2].(time.Time); ok {
				until = cell.Date(t)
			}
			from, _ := r[1].(time.Time)
			out = append(out, cell.Fit(cell.Text(r[0]), 10, false)+cell.Date(from)+" to "+cell.Fit(until, 10, false)+"  "+th.Severity(cell.Text(r[3])).On(cell.Fit(cell.Text(r[3]), 9, false))+cell.Text(r[5])+since("  fixed in ", cell.Text(r[4])))
		}
		out = append(out, "")
	}
	out = append(out, th.Head.On("▾ Record")+th.Dim.On("  Y copies it as JSON"))
	names := make([]string, 0, len(d.fields))
	for n := range d.fields {
		if n != "description" && d.fields[n] != nil {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	for _, n := range names {
		v := cell.Text(d.fields[n])
		if raw, ok := d.fields[n].(json.RawMessage); ok {
			v = cell.Clean(string(raw))
		}
		out = append(out, th.Dim.On(cell.Fit(n, 22, false))+cell.Cut(v, max(1, w-22)))
	}
	return out
}
