package schedule

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"argosy/queries"
)

// Schedule is one entry of a file: which report is due when.
type Schedule struct {
	// ID names the schedule; no other in the file has it.
	ID     string
	Report string
	Clock  Clock
	// Params are the report's parameters as text, as they are typed behind -p.
	Params map[string]string

	place  place
	report text
	params []pair
}

// File is a file of schedules, in the order of the file.
type File struct {
	Name      string
	Schedules []Schedule
}

// Mistake is one mistake in a file and where it stands; lines and columns count
// from 1.
type Mistake struct {
	File         string
	Line, Column int
	Text         string
}

func (m Mistake) Error() string { return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Text) }

// Mistakes are all mistakes of a file, in the order of the file.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Keys are the keys of a schedule, in the order in which people write them.
func Keys() []string { return []string{"id", "report", "cron", "timezone", "params"} }

// Read reads a file and holds it against the reports that there are: each
// schedule names one, gives it no parameter that it does not have, gives every
// value in the parameter's type, and every parameter that has no default. name
// is for messages. The error is Mistakes, all of them.
func Read(name string, data []byte, lib *queries.Library) (*File, error) {
	r := &reader{name: name}
	f := &File{Name: name}
	if root, ok := r.document(data); ok {
		r.file(root, f)
	}
	for _, s := range f.Schedules {
		if s.Report != "" {
			r.check(s, lib)
		}
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return f, nil
}

// file reads the root: the one key schedules.
func (r *reader) file(root value, f *File) {
	keys, ok := r.mapping(root, "the file", []string{"schedules"})
	if !ok {
		return
	}
	list, given := keys["schedules"]
	if !given {
		r.fail(root.at, "the file has no key schedules")
		return
	}
	elements, ok := r.list(list, "schedules")
	if ok && len(elements) == 0 {
		r.fail(list.at, "schedules is empty; write at least one")
	}
	ids := map[string]place{}
	for _, e := range elements {
		s, ok := r.schedule(e)
		if !ok {
			continue
		}
		if first, twice := ids[s.ID]; twice && s.ID != "" {
			r.fail(s.place, "the id %q stands at line %d already; give each schedule its own", s.ID, first.line)
		} else {
			ids[s.ID] = s.place
		}
		f.Schedules = append(f.Schedules, s)
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

func (r *reader) schedule(v value) (Schedule, bool) {
	keys, ok := r.mapping(v, "a schedule", Keys())
	if !ok {
		return Schedule{}, false
	}
	s := Schedule{Params: map[string]string{}, place: v.at}
	if id, ok := r.needed(keys, "id", v.at); ok {
		s.ID, s.place = id.text, id.at
		if !idForm.MatchString(id.text) {
			r.fail(id.at, "the id %q must be up to 64 lower-case letters, digits, - and _, and begin with a letter or a digit", id.text)
		}
	}
	if report, ok := r.needed(keys, "report", v.at); ok {
		s.Report, s.report = report.text, report
	}
	if cron, ok := r.needed(keys, "cron", v.at); ok {
		var err error
		if s.Clock.cron, err = ParseCron(cron.text); err != nil {
			r.fail(cron.at, "%v", err)
		}
	}
	if zone, ok := r.needed(keys, "timezone", v.at); ok {
		var err error
		if s.Clock.zone, err = ParseZone(zone.text); err != nil {
			r.fail(zone.at, "%v", err)
		}
	}
	if params, ok := keys["params"]; ok {
		s.params = r.pairs(params, "params")
		for _, p := range s.params {
			s.Params[p.name] = p.text.text
		}
	}
	return s, true
}

// check holds a schedule against its report.
func (r *reader) check(s Schedule, lib *queries.Library) {
	report, err := lib.Find(s.Report)
	if err != nil {
		r.fail(s.report.at, "%v", err)
		return
	}
	declared := map[string]queries.Param{}
	for _, p := range report.Params {
		declared[p.Name] = p
		given := slices.ContainsFunc(s.params, func(g pair) bool { return g.name == p.Name })
		if !given && !p.HasDefault {
			r.fail(s.report.at, "the report %s needs the parameter %s; add it below params", s.Report, p.Name)
		}
	}
	for _, p := range s.params {
		d, ok := declared[p.name]
		if !ok {
			r.fail(p.at, "the report %s has no parameter %q; see: argosy report show %s", s.Report, p.name, s.Report)
		} else if _, err := d.Value(p.text.text); err != nil {
			r.fail(p.text.at, "%v", err)
		}
	}
}

// err returns the mistakes in the order of the file.
func (r *reader) err() error {
	if len(r.mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.mistakes
}
