package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
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
	fmt.Printf("  %-44s %8s %8s %8s %9s\n", "report", "seconds", "cpu", "ratio", "rows")
	for _, q := range asked {
		a, err := answer(ctx, conn, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Printf("  %-44s %8.3f %8.3f %8.1f %9d\n", q.name, a.wall.Seconds(), a.cpu.Seconds(), a.cpu.Seconds()/count.cpu.Seconds(), a.rows)
	}
	fmt.Printf("  ratio is the processor time to that of a count of the open findings by severity, %.3f s\n", count.cpu.Seconds())
	return nil
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
	out = append(out, question{"changes between runs 51 and 52", schema.Statement{SQL: "select change, count(*) from changes_between_runs(51, 52) group by all"}},
		question{"changes between two dates", schema.Statement{SQL: "select change, count(*) from changes_between(timestamp '2026-11-03', timestamp '2026-11-09 12:00:00') group by all"}},
		question{"findings_at half a year ago", schema.Statement{SQL: "select severity, count(*) from findings_at(timestamp '2026-05-10') group by all"}})
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
