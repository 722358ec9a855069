package schedule

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"argosy/export/deliver"
	"argosy/queries"
)

// Schedule is one entry of a file: which report is due when, and what becomes
// of it.
type Schedule struct {
	// ID names the schedule; no other in the file has it.
	ID     string
	Report string
	Clock  Clock
	// Params are the report's parameters as text, as they are typed behind -p.
	Params map[string]string
	// Name begins the names of files; the report's when the file says nothing.
	Name string
	// Format is one of the export formats that have a suffix.
	Format string
	// SplitBy is the column of which each value gets a file; empty for one file.
	SplitBy string
	// Enabled is false for a schedule that is switched off.
	Enabled bool
	// Before are the steps that bring the data up to date.
	Before []Step
	// MaxDataAge is how old the newest scan may be, 0 for no limit; Stale says
	// what happens when it is older.
	MaxDataAge time.Duration
	Stale      Stale
	OnEmpty    OnEmpty
	CatchUp    CatchUp
	// Deadline bounds an attempt, its retries of deliveries included.
	Deadline time.Duration
	Retry    Retry
	// Keep is how many runs keep their files beside the database.
	Keep int
	// Deliver are the targets of the report; OnFailure and OnMissed are told of
	// what did not happen.
	Deliver, OnFailure, OnMissed []deliver.Target

	place   place
	report  text
	splitBy text
	params  []pair
}

// Retry says how often something is attempted in all, and how long it waits
// after the first failure; each further wait is twice as long.
type Retry struct {
	Max     int
	Backoff time.Duration
}

// Stale is what happens to a report whose data is older than allowed.
type Stale string

// OnEmpty is what happens to a report without rows.
type OnEmpty string

// CatchUp is what happens to slots that passed while nothing ran.
type CatchUp string

// The words of the keys stale, on_empty and catch_up. The first of each is what
// holds when the file says nothing.
const (
	StaleBanner Stale = "banner" // it goes out and says so
	StaleFail   Stale = "fail"   // the run fails

	EmptySend OnEmpty = "send" // the file goes out
	EmptySkip OnEmpty = "skip" // nothing goes out
	EmptyNote OnEmpty = "note" // a message without the file goes out

	CatchUpLast CatchUp = "last" // the newest slot runs, the others are missed
	CatchUpNone CatchUp = "none" // all are missed
	CatchUpAll  CatchUp = "all"  // the newest MostCaughtUp run, the others are missed
)

// MostCaughtUp is how many slots of one schedule run at once after a pause.
const MostCaughtUp = 5

// What holds when the file says nothing.
const (
	defaultFormat   = "xlsx"
	defaultDeadline = 30 * time.Minute
	defaultAttempts = 3
	defaultBackoff  = 5 * time.Minute
	defaultKeep     = 20
)

// File is a file of schedules, in the order of the file.
type File struct {
	Name      string
	Schedules []Schedule
	// Servers are the mail servers by name.
	Servers map[string]deliver.Server
}

// Find returns the schedule of an id.
func (f *File) Find(id string) (*Schedule, bool) {
	for i := range f.Schedules {
		if f.Schedules[i].ID == id {
			return &f.Schedules[i], true
		}
	}
	return nil, false
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

// SplitMistake is a mistake in the key split_by of a schedule, where it stands.
func (f *File) SplitMistake(s *Schedule, err error) Mistake {
	return Mistake{f.Name, s.splitBy.at.line, s.splitBy.at.column, err.Error()}
}

// Keys are the keys of a schedule, in the order in which people write them.
func Keys() []string {
	return []string{"id", "report", "cron", "timezone", "params", "name", "format", "split_by", "enabled", "before", "max_data_age", "stale",
		"on_empty", "catch_up", "deadline", "retry", "keep", "deliver", "on_failure", "on_missed"}
}

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
	r.apart(f.Schedules)
	if err := r.err(); err != nil {
		return nil, err
	}
	return f, nil
}

// file reads the root: the mail servers and the schedules.
func (r *reader) file(root value, f *File) {
	keys, ok := r.mapping(root, "the file", []string{"smtp", "schedules"})
	if !ok {
		return
	}
	f.Servers = map[string]deliver.Server{}
	if v, given := keys["smtp"]; given {
		r.servers(v, f.Servers)
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
		s, ok := r.schedule(e, f.Servers)
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

func (r *reader) schedule(v value, servers map[string]deliver.Server) (Schedule, bool) {
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
	r.output(keys, &s)
	r.handling(keys, &s)
	if v, ok := keys["before"]; ok {
		s.Before = r.steps(v)
	}
	s.Deliver = r.targets(keys, "deliver", servers)
	s.OnFailure = r.targets(keys, "on_failure", servers)
	s.OnMissed = r.targets(keys, "on_missed", servers)
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
		} else if _, err := d.Value(p.text.text, time.Time{}); err != nil {
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
