package run_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"argosy/export"
	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/export/schedule/run"
	"argosy/queries"
	"argosy/schema"
	"argosy/schema/store"
)

// template is an empty database, made once: the tables cost more than the tests.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "argosy-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "t.db")
	l, err := store.OpenLedger(context.Background(), path, store.Options{Threads: 1}, 0)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	if _, err := l.OldRuns(context.Background(), nil); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// library is argosy's own reports.
var library = sync.OnceValues(func() (*queries.Library, error) { return queries.LoadLibrary() })

// world is a machine with a clock of its own, a database and people who get
// reports.
type world struct {
	t   *testing.T
	now time.Time
	dir string
	// sent is what arrived, by target.
	sent map[string][]deliver.Message
	// refuse says why a target does not take a message; nil when it does.
	refuse func(target string) error
	// build is called when a report is made.
	build func(ctx context.Context) error
	step  func(ctx context.Context, out io.Writer) int
	built int
	rows  int
	asOf  time.Time
	// cut ends the process at a point, the first time.
	cut   string
	alive bool
	said  []string
	token int
}

func newWorld(t *testing.T, now string) *world {
	w := &world{t: t, now: at(t, now), dir: t.TempDir(), sent: map[string][]deliver.Message{}, rows: 1}
	w.asOf = w.now
	data, err := template()
	if err == nil {
		err = os.WriteFile(filepath.Join(w.dir, "t.db"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	out, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// file reads schedules as a user writes them.
func (w *world) file(text string) *schedule.File {
	w.t.Helper()
	lib, err := library()
	if err != nil {
		w.t.Fatal(err)
	}
	f, err := schedule.Read("s.yaml", []byte(text), lib)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

const daily = `
schedules:
- id: daily
  report: counts
  format: csv
  cron: "0 7 * * *"
  timezone: UTC
  deliver: [{dir: a}, {dir: b}]
  on_failure: [{dir: alarm}]
  on_missed: [{dir: lost}]
`

// crash is the panic of a process that was cut off.
type crash struct{ point string }

// with calls do with an engine of a new process, and returns where it was cut
// off, if it was.
func (w *world) with(do func(*run.Engine) error) (cut string) {
	w.t.Helper()
	ctx := context.Background()
	ledger, err := store.OpenLedger(ctx, filepath.Join(w.dir, "t.db"), store.Options{Threads: 1}, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	defer ledger.Close()
	w.token++
	e := &run.Engine{
		Ledger: ledger, Sender: (*sender)(w), File: filepath.Join(w.dir, "s.yaml"), Folder: filepath.Join(w.dir, "runs"),
		Owner:     run.Owner{Machine: "m", PID: w.token, Token: "t", Alive: func(int) bool { return w.alive }},
		Clock:     func() time.Time { return w.now },
		Say:       func(format string, args ...any) { w.said = append(w.said, fmt.Sprintf(format, args...)) },
		Retryable: func(err error) bool { return errors.Is(err, errBusy) },
		Plan:      w.plan,
		Argosy:    func(ctx context.Context, _ schedule.Step, out io.Writer) int { return w.step(ctx, out) },
		Reached: func(point string) {
			if w.cut == point {
				w.cut = ""
				panic(crash{point})
			}
		},
	}
	defer func() {
		if c, ok := recover().(crash); ok {
			cut = c.point
		}
	}()
	if err := do(e); err != nil {
		w.t.Fatal(err)
	}
	return ""
}

var errBusy = errors.New("the database is in use")

// tick is a tick of a new process.
func (w *world) tick(text string) (out run.Outcome) {
	w.t.Helper()
	f := w.file(text)
	w.with(func(e *run.Engine) (err error) { out, err = e.Tick(context.Background(), f); return err })
	return out
}

func (w *world) plan(ctx context.Context, s *schedule.Schedule, now time.Time) (*export.Plan, func() error, error) {
	w.built++
	if w.build != nil {
		if err := w.build(ctx); err != nil {
			return nil, nil, err
		}
	}
	p := &export.Plan{Title: "Counts", Report: s.Report, Generated: now, Sheets: []export.Sheet{{Name: "counts", Matched: -1,
		Open: func(context.Context) (schema.Rows, error) { return &rows{left: w.rows}, nil }}}}
	if !w.asOf.IsZero() {
		p.Sources = []export.Source{{Scanner: "trivy", Newest: w.asOf, Oldest: w.asOf, Images: 1}}
	}
	return p, func() error { return nil }, nil
}

// rows are a few rows with one column.
type rows struct{ left, at int }

func (r *rows) Columns() []schema.Column { return []schema.Column{{Name: "n", Type: schema.TypeLong}} }
func (r *rows) Next() bool               { r.at++; r.left--; return r.left >= 0 }
func (r *rows) Values() []any            { return []any{int64(r.at)} }
func (r *rows) Err() error               { return nil }
func (r *rows) Close() error             { return nil }

// sender is who takes deliveries in a world.
type sender world

func (s *sender) Deliver(_ context.Context, t deliver.Target, m deliver.Message) (deliver.Receipt, error) {
	if s.refuse != nil {
		if err := s.refuse(t.Dir.Path); err != nil {
			return deliver.Receipt{}, err
		}
	}
	s.sent[t.Dir.Path] = append(s.sent[t.Dir.Path], m)
	return deliver.Receipt{Reference: t.Dir.Path}, nil
}

func (s *sender) Preview(w io.Writer, t deliver.Target, m deliver.Message) error {
	_, err := fmt.Fprintf(w, "%s %s %d files\n", t.Describe(), m.State, len(m.Artifacts))
	return err
}

func (s *sender) Places(t deliver.Target, _ deliver.Message) []deliver.Place {
	return []deliver.Place{{At: t.Dir.Path}}
}

// state reads the state of the newest run and its deliveries' states.
func (w *world) state() string {
	w.t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(w.dir, "t.db"), store.Options{Threads: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	last, err := db.LastRuns(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, r := range last {
		states := []string{string(r.State)}
		for _, d := range r.Deliveries {
			states = append(states, fmt.Sprintf("%d:%s", d.Target, d.State))
		}
		out = append(out, strings.Join(states, " "))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
