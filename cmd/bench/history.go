package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"argosy/queries"
	"argosy/schema"
	"argosy/schema/store"
)

// historyNow is the day after the last scan of the database that historyDB
// makes.
var historyNow = time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)

// history runs every saved report with its default parameters, and the changes
// between two runs, over a million open findings with a year behind them. Each
// fills a table in memory, so that every cell is made and the time is the
// engine's. Processor time is told beside the clock's, which other work on the
// machine makes longer.
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
	return connected(ctx, "?threads=2", func(conn *sql.Conn) error { return measured(ctx, conn, path, asked) })
}

// measured asks the questions on a connection and prints what each took.
func measured(ctx context.Context, conn *sql.Conn, path string, asked []question) error {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("attach '%s' as argosy (read_only); use argosy", path)); err != nil {
		return err
	}
	var open, all int64
	if err := conn.QueryRowContext(ctx, "select count(*) filter (where fixed_at is null), count(*) from findings").Scan(&open, &all); err != nil {
		return err
	}
	count, err := answer(ctx, conn, question{name: "count", st: schema.Statement{SQL: "select severity, count(*) from findings where fixed_at is null group by severity"}})
	if err != nil {
		return err
	}
	fmt.Printf("the saved reports over %d open findings of %d, 52 runs (promised: 2 s each, changes between two runs 1 s)\n", open, all)
	fmt.Printf("  %-60s %8s %8s %8s %8s %8s %9s\n", "report", "page", "cpu", "all", "cpu", "ratio", "rows")
	var told []toldReport
	for _, q := range asked {
		page, err := answer(ctx, conn, question{name: q.name, st: firstPage(q.st)})
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		whole, err := answer(ctx, conn, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Printf("  %-60s %8.3f %8.3f %8.3f %8.3f %8.1f %9d\n", q.name, page.wall.Seconds(), page.cpu.Seconds(), whole.wall.Seconds(), whole.cpu.Seconds(),
			whole.cpu.Seconds()/count.cpu.Seconds(), whole.rows)
		told = append(told, toldReport{q.name, whole})
	}
	fmt.Printf("  page is the first %d rows; ratio is the processor time of all rows to that of a count of the open findings by severity, %.3f s\n", pageRows, count.cpu.Seconds())
	tellSlowest(told)
	return nil
}

type toldReport struct {
	name string
	answered
}

// pageRows is what a screen shows of an answer first.
const pageRows = 50

// firstPage asks for what fits a screen, as --limit does.
func firstPage(st schema.Statement) schema.Statement {
	text := strings.TrimRight(st.SQL, "; \n")
	if regexp.MustCompile(`(?i)\blimit (\d+|\$\w+)$`).MatchString(text) {
		text = "select * from (\n" + text + "\n)"
	}
	st.SQL = fmt.Sprintf("%s\nlimit %d", text, pageRows)
	return st
}

// tellSlowest names what breaks the promise, or else what is nearest to it.
func tellSlowest(told []toldReport) {
	const promised = 2 * time.Second
	slices.SortStableFunc(told, func(a, b toldReport) int { return cmp.Compare(b.wall, a.wall) })
	shown := min(5, len(told))
	if late := slices.IndexFunc(told, func(r toldReport) bool { return r.wall <= promised }); late == 0 {
		fmt.Printf("  none over %.0f s; the slowest: ", promised.Seconds())
	} else {
		if shown = late; late < 0 {
			shown = len(told)
		}
		fmt.Printf("  over %.0f s: ", promised.Seconds())
	}
	for i, r := range told[:shown] {
		if i > 0 {
			fmt.Print(", ")
		}
		fmt.Printf("%s %.1f s", r.name, r.wall.Seconds())
	}
	fmt.Println()
}

type question struct {
	name string
	st   schema.Statement
}

// libraryQuestions are the queries of every report of argosy's own.
func libraryQuestions(ctx context.Context, path string) ([]question, error) {
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	lib, err := queries.LoadLibrary()
	if err != nil {
		return nil, err
	}
	var out []question
	for _, r := range lib.Reports() {
		for _, s := range flat(r.Sections) {
			name := r.Name
			if s.Name != "" && s.Name != r.Name {
				name += ": " + s.Name
			}
			p, err := queries.Prepare(ctx, db, queries.Request{Text: s.Text, Language: r.Language, Params: r.Params, Now: historyNow})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out = append(out, question{name, p.Statement})
		}
	}
	out = append(out, question{"(changes between runs 51 and 52)", schema.Statement{SQL: "select change, count(*) from changes_between_runs(51, 52) group by all"}},
		question{"(changes between two dates)", schema.Statement{SQL: "select change, count(*) from changes_between(timestamp '2026-11-03', timestamp '2026-11-09 12:00:00') group by all"}},
		question{"(findings_at half a year ago)", schema.Statement{SQL: "select severity, count(*) from findings_at(timestamp '2026-05-10') group by all"}})
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

// answer runs a question twice and keeps the better run.
func answer(ctx context.Context, conn *sql.Conn, q question) (answered, error) {
	var best answered
	for name, value := range q.st.Variables {
		if _, err := conn.ExecContext(ctx, "set variable "+name+" = '"+strings.ReplaceAll(value, "'", "''")+"'"); err != nil {
			return best, err
		}
	}
	defer func() {
		// One question's assessment key would hide the rows from the next.
		for name := range q.st.Variables {
			_, _ = conn.ExecContext(ctx, "reset variable "+name)
		}
	}()
	args := append([]any{}, q.st.Args...)
	for name, value := range q.st.Named {
		args = append(args, sql.Named(name, value))
	}
	for range 2 {
		start, before := time.Now(), processor()
		if _, err := conn.ExecContext(ctx, "create or replace temp table answer as select * from (\n"+strings.TrimRight(strings.TrimSpace(q.st.SQL), ";")+"\n)", args...); err != nil {
			return best, err
		}
		a := answered{wall: time.Since(start), cpu: processor() - before}
		if err := conn.QueryRowContext(ctx, "select count(*) from answer").Scan(&a.rows); err != nil {
			return best, err
		}
		if best.cpu == 0 || a.cpu < best.cpu {
			best = a
		}
	}
	return best, nil
}

// processor is the time that this process has had of all processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
