package tui

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/kql/duck"
	"argosy/queries/lens"
	"argosy/queries/versions"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/keymap"
)

// detail is everything about one finding of a table.
type detail struct {
	from    *table
	fields  map[string]any
	history [][]any
	around  []any // repositories and teams with the vulnerability; what the upgrade clears; findings of the layer
	err     error
	loading bool
	started time.Time
	gen     int
	top     int
	most    int
}

func newDetail(from *table) *detail { return &detail{from: from} }

func (d *detail) context() keymap.Context { return keymap.Detail }

func (d *detail) busy() time.Time {
	if d.loading {
		return d.started
	}
	return time.Time{}
}

func (d *detail) leave() {}

func (d *detail) hints() []string {
	return []string{"everywhere", "lens8", "nextrow", "copycell", "exempt", "assign", "url", "back", "help", "copyrow", "scroll"}
}

func (d *detail) crumbs() []string {
	c := d.from.crumbs()
	return append(c[:len(c)-1:len(c)-1], d.text("vulnerability"))
}

func (d *detail) text(name string) string { return cell.Text(d.fields[name]) }

// resume asks for the row under the cursor of the table.
func (d *detail) resume(a *App) tea.Cmd {
	row := d.from.grid.Current()
	id, _ := d.from.value(row, "finding").(string)
	if row == nil || id == "" {
		d.err = fmt.Errorf("the row is not here; esc goes back")
		return nil
	}
	d.gen++
	d.loading, d.started, d.err, d.top = true, a.now(), nil, 0
	gen, place := d.gen, whole(d.from.value(row, "location_id"))
	return func() tea.Msg {
		fields, history, around, err := askDetail(a, id, place)
		return done(func(*App) tea.Cmd {
			if d.gen == gen {
				d.loading, d.fields, d.history, d.around, d.err = false, fields, history, around, err
			}
			return nil
		})
	}
}

func askDetail(a *App, id string, place int64) (map[string]any, [][]any, []any, error) {
	ask := func(text string) ([]schema.Column, [][]any, error) {
		return read(a.db.Query(a.ctx, schema.Statement{SQL: text}))
	}
	columns, rows, err := ask(`select s.*, ` + teamOf + ` as owner_team, v."references" as links, v.cwes, v.epss_percentile, v.modified, v.cvss_v4,
	i.layers, list_position(i.layers, s.layer) as layer_at, len(i.layers) as layer_count, i.end_of_life
from subassessments s join vulnerabilities v on v.vulnerability_id = s.vulnerability_id join images i on i.image_id = s.image_id
where s.finding = '` + id + `'::uuid and s.location_id = ` + fmt.Sprint(place))
	if err != nil {
		return nil, nil, nil, err
	}
	if len(rows) == 0 {
		return nil, nil, nil, fmt.Errorf("the finding is no longer open; R on the table asks again")
	}
	fields := map[string]any{}
	for i, c := range columns {
		fields[c.Name] = rows[0][i]
	}
	if fields["layer"] != nil {
		_, base, err := ask(`select origin, newer_name, closed, (select string_agg(distinct n.name, ', ' order by n.name) from
	(select b.image_id, place_name(l.registry, l.repository, l.tags, i.digest) as name from base_images b join locations l on l.image_id = b.base_image_id join images i on i.image_id = b.base_image_id) n where n.image_id = r.image_id)
from rebuilt_findings r where finding = '` + id + `'::uuid`)
		if err != nil {
			return nil, nil, nil, err
		}
		if len(base) > 0 {
			fields["lies_in"], fields["newer_base"], fields["base_closes"], fields["base_image"] = base[0][0], base[0][1], base[0][2], base[0][3]
		}
	}
	_, history, err := ask(`select scanner, valid_from, valid_to, severity, fixed_version, status from sightings where finding = '` + id + `'::uuid order by valid_from, scanner`)
	if err != nil {
		return nil, nil, nil, err
	}
	package_ := "package_name is not distinct from " + sqlText(fields["package_name"])
	_, around, err := ask(`select count(distinct registry || '/' || repository) filter (where vulnerability_id = ` + cell.Text(fields["vulnerability_id"]) + `),
	count(distinct ` + teamOf + `) filter (where vulnerability_id = ` + cell.Text(fields["vulnerability_id"]) + `),
	count(distinct vulnerability_id) filter (where fixable and ` + package_ + `),
	count(distinct finding) filter (where image_id = ` + cell.Text(fields["image_id"]) + ` and layer = ` + sqlText(fields["layer"]) + `)
from subassessments where status = 'Unhealthy' and (vulnerability_id = ` + cell.Text(fields["vulnerability_id"]) + ` or ` + package_ + ` or image_id = ` + cell.Text(fields["image_id"]) + `)`)
	if err != nil || len(around) == 0 {
		return fields, history, nil, err
	}
	return fields, history, around[0], nil
}

// teamOf is the team of a row of subassessments.
const teamOf = lens.TeamExpr

func sqlText(v any) string {
	if s, ok := v.(string); ok {
		return duck.Text(s)
	}
	return "null"
}

func (d *detail) act(a *App, action, key string) tea.Cmd {
	switch action {
	case "scroll":
		if key == "k" || key == "up" {
			d.top--
		} else {
			d.top++
		}
		d.top = max(0, min(d.top, d.most))
	case "nextrow":
		by := int64(1)
		if key == "N" {
			by = -1
		}
		d.from.grid.MoveTo(d.from.grid.Cursor() + by)
		return tea.Batch(d.resume(a), d.from.want(a))
	case "everywhere":
		return a.push(newTable(a, everywhereView(d.from.view, d.text("vulnerability"))))
	case "copycell":
		if fix := fixCommand(d.text("package_type"), d.text("package_name"), d.text("installed_version"), d.text("fixed_version")); fix != "" {
			return tea.Batch(tea.SetClipboard(fix), a.say("copied: "+fix))
		}
		return a.say("no version that fixes it is known")
	case "copyrow":
		text, err := json.MarshalIndent(d.fields, "", "  ")
		if err != nil {
			return a.fail(err)
		}
		return tea.Batch(tea.SetClipboard(string(text)), a.say("copied the record as JSON"))
	case "exempt", "assign", "url":
		if d.fields == nil {
			return a.say("the finding is not here yet")
		}
		return a.about(action, d.subject())
	case "layer":
		return d.layerView(a)
	case "edit", "export", "save":
		return d.from.act(a, action, key)
	case "refresh":
		return d.resume(a)
	}
	return nil
}

// layerView shows the findings of the finding's layer.
func (d *detail) layerView(a *App) tea.Cmd {
	layer := d.text("layer")
	if layer == "" {
		return a.say("the report names no layer")
	}
	l, err := lens.Find("findings")
	if err != nil {
		return a.fail(err)
	}
	chips := []lens.Chip{lens.Where("registry", lens.Is, d.text("registry")), lens.Where("repository", lens.Is, d.text("repository")),
		lens.Where("image", lens.Is, d.text("image_key")), lens.Where("layer", lens.Is, layer)}
	return a.push(newTable(a, lens.View{Lens: l, Chips: chips, AllStatus: d.from.view.AllStatus}))
}

// about does what can be done with what a row is about.
func (a *App) about(action string, s subject) tea.Cmd {
	switch action {
	case "exempt":
		return a.exemptForm(s)
	case "assign":
		return a.assignForm(s)
	}
	return a.url(s.links)
}

// url opens the first reference.
func (a *App) url(list []string) tea.Cmd {
	if len(list) == 0 {
		return a.say("no advisory is named here")
	}
	link := list[0]
	if !strings.HasPrefix(link, "https://") && !strings.HasPrefix(link, "http://") {
		return a.say("the reference is no web address: " + cell.Clean(link))
	}
	if a.opt.SSH {
		return tea.Batch(tea.SetClipboard(link), a.say("copied "+cell.Clean(link)))
	}
	return tea.Batch(a.say("opening "+cell.Clean(link)), func() tea.Msg {
		err := exec.Command(opener(), link).Start()
		return done(func(a *App) tea.Cmd {
			if err != nil {
				return tea.Batch(tea.SetClipboard(link), a.say("no browser here; copied "+cell.Clean(link)))
			}
			return nil
		})
	})
}

// opener is the program that opens addresses and files in what the user chose
// for them.
func opener() string {
	if p := map[string]string{"darwin": "open", "windows": "explorer"}[runtime.GOOS]; p != "" {
		return p
	}
	return "xdg-open"
}

// openFile opens a file that was written; said tells of the writing.
func (a *App) openFile(path, said string) tea.Cmd {
	if a.opt.SSH {
		return a.say(said + " · over SSH it is not opened")
	}
	return func() tea.Msg {
		opening := exec.Command(opener(), path)
		err := opening.Start()
		if err == nil {
			go func() { _ = opening.Wait() }()
		}
		return done(func(a *App) tea.Cmd {
			if err != nil {
				return a.say(said + " · nothing here opens it")
			}
			return a.say(said + " · opening it")
		})
	}
}

// texts2 reads a list of texts.
func texts2(v any) []string {
	raw, ok := v.(json.RawMessage)
	if !ok {
		return nil
	}
	var out []string
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}

// fixCommand is what upgrades a package, in the words of its ecosystem; empty
// where no fixed version is known.
func fixCommand(ecosystem, name, installed, fixed string) string {
	if fixed == "" || name == "" {
		return ""
	}
	to := cell.Clean(versions.Target(ecosystem, installed, []string{fixed}))
	name, to = shellWord(name), shellWord(to)
	switch strings.ToLower(ecosystem) {
	case "deb", "debian", "ubuntu":
		return "apt-get install --only-upgrade " + name + "=" + to
	case "rpm", "redhat", "centos", "fedora", "amazon", "rocky", "alma":
		return "dnf upgrade " + name + "-" + to
	case "apk", "alpine", "wolfi":
		return "apk add --upgrade '" + strings.Trim(name, "'") + ">=" + strings.Trim(to, "'") + "'"
	case "npm", "node-pkg":
		return "npm install " + name + "@" + to
	case "pypi", "python-pkg", "pip":
		return "pip install '" + strings.Trim(name, "'") + ">=" + strings.Trim(to, "'") + "'"
	case "golang", "gobinary", "gomod", "go":
		return "go get " + name + "@v" + strings.TrimPrefix(to, "v")
	case "gem":
		return "bundle update " + name
	case "cargo":
		return "cargo update -p " + name + " --precise " + to
	}
	return name + " " + shellWord(installed) + " -> " + to
}

// shellWord quotes what a shell would take apart.
func shellWord(s string) string {
	if strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._/:@+~^%=,", r))
	}) < 0 && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
