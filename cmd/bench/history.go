package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"argosy/export"
	"argosy/queries"
	"argosy/schema"
	"argosy/schema/store"
)

// historyNow is the day after the last scan of the database that historyDB
// makes.
var historyNow = time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)

// history runs every saved report with its default parameters, whole and with the
// rows that a screen shows, and the changes between two runs, over a million open
// findings with a year behind them, or over the database that ARGOSY_BENCH_HISTORY
// names. Each is written as JSON to nowhere: the time is that of an answer without
// the start of the process. Processor time is told beside the clock's, which other
// work on the machine makes longer.
func history(ctx context.Context, dir string) error {
	path := os.Getenv("ARGOSY_BENCH_HISTORY")
	if path == "" {
		path = filepath.Join(dir, "history.db")
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := historyDB(ctx, path); err != nil {
			return err
		}
	}
	asked, err := libraryQuestions(ctx, path)
	if err != nil {
		return err
	}
	return measured(ctx, path, asked)
}

// measured asks the questions and prints what each took.
func measured(ctx context.Context, path string, asked []question) error {
	db, err := store.Open(ctx, path, store.Options{Threads: 2})
	if err != nil {
		return err
	}
	size, err := read(ctx, db, schema.Statement{SQL: "select count(*) filter (where fixed_at is null) as open, count(*) as findings, (select max(run_id) from runs) as runs from findings"})
	db.Close()
	if err != nil {
		return err
	}
	count, err := answer(ctx, path, question{"count", []schema.Statement{{SQL: "select severity, count(*) from findings where fixed_at is null group by severity order by severity"}}}, 0)
	if err != nil {
		return err
	}
	fmt.Printf("the saved reports over %d open findings of %d, %d runs (promised: 2 s each, changes between two runs 1 s)\n", size[0]["open"], size[0]["findings"], size[0]["runs"])
	fmt.Printf("  %-45s %6s %8s %8s %8s %8s %8s %9s\n", "report", "parts", "page", "cpu", "all", "cpu", "ratio", "rows")
	var told []toldReport
	for _, q := range asked {
		page, err := answer(ctx, path, q, pageRows)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		whole, err := answer(ctx, path, q, 0)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Printf("  %-45s %6d %8.3f %8.3f %8.3f %8.3f %8.1f %9d\n", q.name, len(q.parts), page.wall.Seconds(), page.cpu.Seconds(), whole.wall.Seconds(), whole.cpu.Seconds(),
			whole.cpu.Seconds()/count.cpu.Seconds(), whole.rows)
		told = append(told, toldReport{q.name, page, whole})
	}
	fmt.Printf("  page is the first %d rows of each part; ratio is the processor time of all rows to that of a count of the open findings by severity, %.3f s\n", pageRows, count.cpu.Seconds())
	tellSlowest("the first page", told, func(r toldReport) time.Duration { return r.page.wall })
	tellSlowest("all rows", told, func(r toldReport) time.Duration { return r.whole.wall })
	return nil
}

type toldReport struct {
	name        string
	page, whole answered
}

// promised is how long the answer may take.
func (r toldReport) promised() time.Duration {
	if strings.HasPrefix(r.name, "(changes between") || r.name == "changes-between-runs" {
		return time.Second
	}
	return 2 * time.Second
}

// pageRows is what a screen shows of an answer first.
const pageRows = 50

// tellSlowest names what breaks the promise, or else what is nearest to it.
func tellSlowest(what string, told []toldReport, took func(toldReport) time.Duration) {
	told = slices.Clone(told)
	slices.SortStableFunc(told, func(a, b toldReport) int { return cmp.Compare(took(b), took(a)) })
	late := slices.DeleteFunc(slices.Clone(told), func(r toldReport) bool { return took(r) <= r.promised() })
	if len(late) == 0 {
		fmt.Printf("  %s: none later than promised; the slowest: ", what)
		late = told[:min(5, len(told))]
	} else {
		fmt.Printf("  %s: LATER THAN PROMISED %d of %d: ", what, len(late), len(told))
	}
	for i, r := range late {
		if i > 0 {
			fmt.Print(", ")
		}
		fmt.Printf("%s %.1f s", r.name, took(r).Seconds())
	}
	fmt.Println()
}

// question is a report with its queries.
type question struct {
	name  string
	parts []schema.Statement
}

// libraryQuestions are the queries of every report of argosy's own.
func libraryQuestions(ctx context.Context, path string) ([]question, error) {
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	newest, err := read(ctx, db, schema.Statement{SQL: "select max(scanned_at) as at from scans"})
	if err != nil {
		return nil, err
	}
	now := historyNow
	if at, ok := newest[0]["at"].(time.Time); ok {
		now = at.Add(time.Hour) // that of the last scan which historyDB makes is an hour before
	}
	lib, err := queries.LoadLibrary()
	if err != nil {
		return nil, err
	}
	var out []question
	for _, r := range lib.Reports() {
		q := question{name: r.Name}
		for _, s := range flat(r.Sections) {
			p, err := queries.Prepare(ctx, db, queries.Request{Text: s.Text, Shared: s.Shared, Language: r.Language, Params: r.Params, Now: now})
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", r.Name, s.Name, err)
			}
			q.parts = append(q.parts, p.Statement)
		}
		out = append(out, q)
	}
	moment := func(days int) string {
		return "timestamp '" + now.AddDate(0, 0, -days).Add(-12*time.Hour).Format(time.DateTime) + "'"
	}
	out = append(out, question{"(changes between the last two runs)", []schema.Statement{{SQL: "select change, count(*) from changes_between_runs((select max(run_id) - 1 from runs), (select max(run_id) from runs)) group by all order by 1"}}},
		question{"(changes between two dates)", []schema.Statement{{SQL: fmt.Sprintf("select change, count(*) from changes_between(%s, %s) group by all order by 1", moment(7), moment(0))}}},
		question{"(findings_at half a year ago)", []schema.Statement{{SQL: fmt.Sprintf("select severity, count(*) from findings_at(%s) group by all order by 1", moment(183))}}})
	if only := os.Getenv("ARGOSY_BENCH_REPORTS"); only != "" {
		kept := out[:0]
		for _, q := range out {
			if strings.Contains(q.name, only) {
				kept = append(kept, q)
			}
		}
		out = kept
	}
	return out, nil
}

func flat(sections []queries.Section) []queries.Section {
	var out []queries.Section
	for _, s := range sections {
		if s.Text != "" {
			out = append(out, s)
		}
		out = append(out, flat(s.Blocks)...)
	}
	return out
}

type answered struct {
	wall, cpu time.Duration
	rows      int64
}

// answer runs a question twice, with so many rows of each part at the most or all
// of them, and keeps the better run. Each has a database of its own, so that it
// makes what its parts share.
func answer(ctx context.Context, path string, q question, most int64) (answered, error) {
	var best answered
	for range 2 {
		a, err := answerOnce(ctx, path, q, most)
		if err != nil {
			return best, err
		}
		if best.cpu == 0 || a.cpu < best.cpu {
			best = a
		}
	}
	return best, nil
}

func answerOnce(ctx context.Context, path string, q question, most int64) (answered, error) {
	db, err := store.Open(ctx, path, store.Options{Threads: 2})
	if err != nil {
		return answered{}, err
	}
	defer db.Close()
	plan := &export.Plan{Engine: db}
	for i, st := range q.parts {
		if most > 0 {
			st = st.First(most + 1)
		}
		plan.Sheets = append(plan.Sheets, export.Sheet{Name: fmt.Sprint(i), Limit: most, Matched: -1, Open: func(ctx context.Context) (schema.Rows, error) { return db.Query(ctx, st) }})
	}
	form, err := export.ByName("json")
	if err != nil {
		return answered{}, err
	}
	start, before := time.Now(), processor()
	stats, err := form.Write(ctx, plan, io.Discard)
	if err != nil {
		return answered{}, err
	}
	a := answered{wall: time.Since(start), cpu: processor() - before}
	for _, s := range stats.Sheets {
		a.rows += s.Written
	}
	return a, nil
}

// processor is the time that this process has had of all processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
