package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"argosy/schema"
	"argosy/schema/scratch"
)

//go:embed combine/*.sql
var combineSQL embed.FS

// Combined is what merging another database came to.
type Combined struct {
	// Origin is the id of the other database.
	Origin string
	// Runs and Syncs came along; KnownRuns and KnownSyncs were here already.
	Runs, Syncs, KnownRuns, KnownSyncs int64
	// New, Fixed and Reopened count findings as the runs changed them here. Open
	// and Images are the open findings and the images afterwards.
	New, Fixed, Reopened, Open, Images int64
	// Tables counts, for each table with differences, rows that were added, and
	// rows that went or were replaced.
	Tables []TableChange
	// Pruned is the time before which the other database no longer has what was
	// fixed; zero where nothing was pruned there.
	Pruned time.Time
	// Conflicts are settings that differ and stay as they are here, Taken those
	// that were taken over.
	Conflicts, Taken []string
}

// TableChange is how many rows of a table are not as they were.
type TableChange struct {
	Table          string
	Added, Removed int64
}

// Nothing says whether the database stayed as it was.
func (c *Combined) Nothing() bool { return len(c.Tables) == 0 }

// Combine brings everything of another argosy database into the one at path, in
// one transaction: its runs are replayed, one after the other, through the steps
// that an ingest takes, and get new numbers. The other file is only read; one of
// an older schema is brought up to date in a copy. What came before is known
// again, so that a second time changes nothing. With dryRun it finds out what
// would change. The error is of type *Error or context.Canceled.
func Combine(ctx context.Context, path, other string, opt Options, dryRun bool) (Combined, error) {
	const op = "merging"
	var out Combined
	for _, file := range []string{path, other} {
		exists, err := look(op, file)
		if err != nil {
			return out, mergeHint(err, other)
		}
		if !exists && file == other {
			return out, &Error{Kind: Missing, Op: op, Path: other, Msg: "there is no such file to merge", Hint: "name the database that is to come into " + path}
		}
		if !exists {
			return out, missing(op, file)
		}
	}
	a, err := os.Stat(path)
	if err != nil {
		return out, &Error{Op: op, Path: path, Err: err}
	}
	if b, err := os.Stat(other); err == nil && os.SameFile(a, b) {
		return out, &Error{Kind: Foreign, Op: op, Path: other, Msg: "that is the database itself", Hint: "name another database"}
	}
	l, err := NewLoader(ctx, path, opt)
	if err != nil {
		return out, err
	}
	defer l.Close()
	err = l.thread.do(func() error {
		conn, err := l.pool.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		if err := stageAside(ctx, conn); err != nil {
			return err
		}
		free, err := attachOther(ctx, conn, op, other, opt)
		if err != nil {
			return err
		}
		defer free()
		return attached(ctx, conn, opt, op, path, path, func() error {
			return l.retrying(ctx, conn, func() error {
				out = Combined{}
				return transact(ctx, conn, func() error { return l.combine(ctx, conn, other, dryRun, &out) })
			})
		})
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	var e *Error
	if err != nil && !errors.As(err, &e) && !errors.Is(err, context.Canceled) {
		err = &Error{Op: op, Path: other, Err: err}
	}
	return out, mergeHint(err, other)
}

// mergeHint words what to do about the database that is named as an argument,
// which --db does not name.
func mergeHint(err error, other string) error {
	var e *Error
	if errors.As(err, &e) && e.Path == other && strings.Contains(e.Hint, "--db") {
		e.Hint = "name the file of another argosy database: argosy merge OTHER.db; nothing was changed"
	}
	return err
}

// stageAside puts temporary tables before the staging tables: a transaction
// writes to one database only, and they are filled within it.
func stageAside(ctx context.Context, conn *sql.Conn) error {
	names, err := texts(ctx, conn, "select table_name from duckdb_tables() where starts_with(table_name, 'stage_')")
	if err != nil {
		return err
	}
	for _, n := range names {
		if _, err := conn.ExecContext(ctx, "create temp table "+name(n)+" as from memory.main."+name(n)+" limit 0"); err != nil {
			return err
		}
	}
	return nil
}

// attachOther makes the other database readable under the name other: itself, or
// a copy that was brought up to date. free gives it back.
func attachOther(ctx context.Context, conn *sql.Conn, op, other string, opt Options) (free func(), err error) {
	// The schema is looked at under the name that it is always looked at.
	if err := attachWait(ctx, conn, opt.Wait, op, other, "attach "+quote(other)+" as argosy (read_only)"); err != nil {
		return nil, err
	}
	have, _, err := versionOf(ctx, conn)
	var steps []migration
	if err == nil {
		steps, err = migrations()
	}
	if err == nil {
		err = judge(op, other, have, len(steps), true)
	}
	if err == nil && have == 0 {
		err = judge(op, other, -1, len(steps), false)
	}
	copied := ""
	var dir *scratch.Folder
	if err == nil && have < len(steps) {
		// The file stays locked against writers while it is copied.
		if dir, err = scratch.New("merge"); err == nil {
			copied = filepath.Join(dir.Path, "copy.db")
			err = copyDatabase(other, copied)
		}
	}
	if _, detachErr := conn.ExecContext(context.WithoutCancel(ctx), "detach argosy"); err == nil {
		err = detachErr
	}
	free = func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "detach database if exists other")
		if dir != nil {
			_ = dir.Close()
		}
	}
	if err == nil && dir != nil {
		other = copied
		err = attached(ctx, conn, opt, op, other, other, func() error { return nil })
	}
	if err == nil {
		err = attachWait(ctx, conn, opt.Wait, op, other, "attach "+quote(other)+" as other (read_only)")
	}
	if err != nil {
		free()
		return nil, err
	}
	return free, nil
}

// copyDatabase copies a file, and the log of a crash beside it.
func copyDatabase(from, to string) error {
	for _, suffix := range []string{"", ".wal"} {
		in, err := os.Open(from + suffix)
		if errors.Is(err, os.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			return err
		}
		out, err := os.OpenFile(to+suffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			_, err = io.Copy(out, in)
			if closeErr := out.Close(); err == nil {
				err = closeErr
			}
		}
		in.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// combine does the work within the transaction.
func (l *Loader) combine(ctx context.Context, conn *sql.Conn, source string, dryRun bool, out *Combined) error {
	full, err := filepath.Abs(source)
	if err != nil {
		return err
	}
	moment := l.opt.moment()
	at := quote(moment.Format("2006-01-02 15:04:05.999999"))
	_, err = conn.ExecContext(ctx, "set variable merge_source = "+quote(full)+"; set variable merged_at = "+at+"::timestamp; set variable run_started = "+at+"::timestamp")
	if err != nil {
		return err
	}
	tables, err := keepTables(ctx, conn)
	if err != nil {
		return err
	}
	if err := l.combineStep(ctx, conn, "10_runs"); err != nil {
		return err
	}
	if err := l.replayCatalogue(ctx, conn); err != nil {
		return fmt.Errorf("the catalogue: %w", err)
	}
	if err := l.replayRuns(ctx, conn, out); err != nil {
		return err
	}
	for _, name := range []string{"40_images", "45_findings", "50_inventory", "60_rest", "65_asides"} {
		if err := l.combineStep(ctx, conn, name); err != nil {
			return err
		}
	}
	if err := l.combineStep(ctx, conn, "70_ratings"); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"46_scores", true}, mergeStep{"48_ratings", true}, mergeStep{"55_severities", true}, mergeStep{"77_bases", true}); err != nil {
		return err
	}
	if err := reassign(ctx, conn, moment); err != nil {
		return err
	}
	if err := rankFixes(ctx, conn); err != nil {
		return fmt.Errorf("ordering fixed versions: %w", err)
	}
	if err := readCombined(ctx, conn, tables, out); err != nil {
		return err
	}
	if dryRun || out.Nothing() {
		return errDryRun
	}
	return nil
}

func (l *Loader) combineStep(ctx context.Context, conn *sql.Conn, name string) error {
	text, err := combineSQL.ReadFile("combine/" + name + ".sql")
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// replayCatalogue merges the texts first: severities of findings rest on them.
func (l *Loader) replayCatalogue(ctx context.Context, conn *sql.Conn) error {
	if err := l.combineStep(ctx, conn, "20_catalogue"); err != nil {
		return err
	}
	if err := nameVulnerabilities(ctx, conn, "select id, same_as from other.alias_claims"); err != nil {
		return fmt.Errorf("joining aliases: %w", err)
	}
	const canonical = `create or replace temp table m_mentioned as
		select distinct coalesce(n.canonical, m.vulnerability) as vulnerability, m.current from m_mentioned m left join argosy.alias_names n on n.id = m.vulnerability`
	if _, err := conn.ExecContext(ctx, canonical); err != nil {
		return err
	}
	var texts int64
	if err := conn.QueryRowContext(ctx, "select count(*) from stage_advisories").Scan(&texts); err != nil {
		return err
	}
	if err := eachPart(ctx, conn, texts/partTexts+1, func(p *part) error { return p.inOrder(ctx, conn, mergeStep{"40_vulnerabilities", true}) }); err != nil {
		return err
	}
	if err := l.combineStep(ctx, conn, "25_findings"); err != nil {
		return err
	}
	// What got another name is put together anew with the run that comes next.
	if _, err := conn.ExecContext(ctx, "create temp table g_moved as from m_moved"); err != nil {
		return err
	}
	if err := clearStage(ctx, conn); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, "create temp table m_moved as from g_moved")
	return err
}

// replayRuns takes every run of the other database that is not here through the
// steps of an ingest.
func (l *Loader) replayRuns(ctx context.Context, conn *sql.Conn, out *Combined) error {
	rows, err := conn.QueryContext(ctx, "select other_run, run_id from g_runs where kind = 'ingest' and not known order by other_run")
	if err != nil {
		return err
	}
	defer rows.Close()
	var runs [][2]int64
	for rows.Next() {
		var r [2]int64
		if err := rows.Scan(&r[0], &r[1]); err != nil {
			return err
		}
		runs = append(runs, r)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	var res schema.RunResult
	var moved bool
	if err := conn.QueryRowContext(ctx, "select exists (from g_moved)").Scan(&moved); err != nil {
		return err
	}
	if moved && len(runs) == 0 {
		if err := l.mergeParts(ctx, conn, false, false, &res); err != nil {
			return err
		}
		if err := clearStage(ctx, conn); err != nil {
			return err
		}
	}
	for _, r := range runs {
		if err := l.replayRun(ctx, conn, r[0], r[1], &res); err != nil {
			return fmt.Errorf("run %d: %w", r[0], err)
		}
	}
	out.New, out.Fixed, out.Reopened = res.New, res.Fixed, res.Reopened
	return nil
}

func (l *Loader) replayRun(ctx context.Context, conn *sql.Conn, theirs, ours int64, res *schema.RunResult) error {
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("set variable other_run = %d; set variable run_id = %d", theirs, ours)); err != nil {
		return err
	}
	if err := l.combineStep(ctx, conn, "30_replay"); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "select count(*) from stage_rows").Scan(&l.rows); err != nil {
		return err
	}
	if err := l.mergeParts(ctx, conn, false, false, res); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"60_records", true}); err != nil {
		return err
	}
	if err := l.combineStep(ctx, conn, "35_late"); err != nil {
		return err
	}
	return clearStage(ctx, conn)
}

// clearStage empties the staging tables and drops what the steps of one run
// leave behind.
func clearStage(ctx context.Context, conn *sql.Conn) error {
	text := "delete from stage_scans; delete from stage_rows; delete from stage_details; delete from stage_advisories;"
	names, err := texts(ctx, conn, "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'm_')")
	if err != nil {
		return err
	}
	for _, n := range names {
		text += "drop table " + name(n) + ";"
	}
	_, err = conn.ExecContext(ctx, text)
	return err
}

// keepTables remembers, as a hash of every row, what the tables hold.
func keepTables(ctx context.Context, conn *sql.Conn) ([]string, error) {
	tables, err := texts(ctx, conn, `select table_name from duckdb_tables() where database_name = 'argosy' and schema_name = 'main'
		and not starts_with(table_name, 'schedule') and table_name not in ('argosy_schema', 'database_origin') order by 1`)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		if _, err := conn.ExecContext(ctx, "create temp table "+name("had_"+t)+" as select hash(t)::hugeint as row_hash, count(*) as n from argosy."+name(t)+" t group by 1"); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

func readCombined(ctx context.Context, conn *sql.Conn, tables []string, out *Combined) error {
	for _, t := range tables {
		c := TableChange{Table: t}
		err := conn.QueryRowContext(ctx, `with now as (select hash(t)::hugeint as row_hash, count(*) as n from argosy.`+name(t)+` t group by 1)
			select coalesce(sum(greatest(coalesce(n.n, 0) - coalesce(h.n, 0), 0)), 0)::bigint, coalesce(sum(greatest(coalesce(h.n, 0) - coalesce(n.n, 0), 0)), 0)::bigint
			from now n full join `+name("had_"+t)+` h using (row_hash)`).Scan(&c.Added, &c.Removed)
		if err != nil {
			return err
		}
		if c.Added+c.Removed > 0 {
			out.Tables = append(out.Tables, c)
		}
	}
	err := conn.QueryRowContext(ctx, `select (select any_value(id) from other.database_origin),
		count(*) filter (where kind = 'ingest' and not known), count(*) filter (where kind = 'sync' and not known),
		count(*) filter (where kind = 'ingest' and known), count(*) filter (where kind = 'sync' and known),
		(select count(*) from argosy.findings where fixed_at is null and status = 'Unhealthy'), (select count(*) from argosy.images where kind = 'image')
		from g_runs`).Scan(&out.Origin, &out.Runs, &out.Syncs, &out.KnownRuns, &out.KnownSyncs, &out.Open, &out.Images)
	if err != nil {
		return err
	}
	var pruned sql.NullTime
	if err := conn.QueryRowContext(ctx, "select max(horizon) from other.prunings").Scan(&pruned); err != nil {
		return err
	}
	out.Pruned = pruned.Time
	said := `select concat_ws(' ', kind, nullif(name, 'all')) from g_settings where taken = `
	if out.Conflicts, err = texts(ctx, conn, said+"false order by all"); err != nil {
		return err
	}
	out.Taken, err = texts(ctx, conn, said+"true order by all")
	return err
}

// Words lists the changes of tables for people.
func (c *Combined) Words() string {
	var list []string
	for _, t := range c.Tables {
		text := fmt.Sprintf("%s +%d", t.Table, t.Added)
		if t.Removed > 0 {
			text += fmt.Sprintf(" -%d", t.Removed)
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}
