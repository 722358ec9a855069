package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// Commit merges everything that was accepted into the file, in one
// transaction, and records the run. The file is held for the length of this
// call. A document that cannot be merged is rejected and the others go in; the
// result says so. When it fails the database is as it was before.
func (l *Loader) Commit(ctx context.Context, run schema.Run) (schema.RunResult, error) {
	const op = "storing the run"
	var res schema.RunResult
	conn, err := l.pool.Conn(ctx)
	if err != nil {
		return res, &Error{Op: op, Path: l.path, Err: err}
	}
	defer conn.Close()
	if err := l.settle(ctx); err != nil {
		return res, &Error{Op: op, Path: l.path, Err: err}
	}
	file := l.path
	if _, err := os.Stat(file); run.DryRun && errors.Is(err, fs.ErrNotExist) {
		file = Memory
	}
	err = l.thread.do(func() error {
		opt := l.opt
		if l.texts > longTexts {
			opt.group = longRowGroup
		}
		return attached(ctx, conn, opt, op, l.path, file, func() error { return l.mergeWithout(ctx, conn, &run, &res) })
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	res.Files = run.Files
	return res, err
}

// longMemory is the engine's memory, in bytes, for runs with many long texts,
// which are rows of Defender, and for those of more than fewParts parts: each
// part leaves some behind that stays in memory until the transaction ends.
const (
	longMemory = 144 << 20
	longTexts  = 64 << 20 // bytes
	fewParts   = 4
)

// mergeWithin merges within the memory that staging had, which is plenty for
// most runs, and with more where the engine asks for it: not every step can work
// from disk. A limit that the user set is kept.
func (l *Loader) mergeWithin(ctx context.Context, conn *sql.Conn, run schema.Run, res *schema.RunResult) error {
	return l.retrying(ctx, conn, func() error { return l.merge(ctx, conn, run, res) })
}

// grow gives the engine so much more memory as what was changed takes so far, up
// to half as much again: it stays until the transaction ends, and a run that
// lacks memory is done twice.
func (l *Loader) grow(ctx context.Context, conn *sql.Conn) error {
	if l.opt.MemoryLimit > 0 || l.memory < longMemory {
		return nil
	}
	var held int64
	err := conn.QueryRowContext(ctx, "select coalesce(sum(memory_usage_bytes + temporary_storage_bytes), 0)::bigint from duckdb_memory() where tag = 'TRANSACTION'").Scan(&held)
	if err != nil {
		return err
	}
	const step = 8 << 20
	if want := longMemory + min(held/step*step, longMemory/2); want > l.memory {
		return l.setMemory(ctx, conn, want)
	}
	return nil
}

// retrying does work again with more memory as long as it lacks memory.
func (l *Loader) retrying(ctx context.Context, conn *sql.Conn, work func() error) error {
	l.memory = stagingMemory
	for {
		err := work()
		if l.opt.MemoryLimit > 0 || l.memory > 1<<36 || !outOfMemory(err) {
			return err
		}
		if err := l.setMemory(ctx, conn, 2*l.memory); err != nil {
			return err
		}
	}
}

// room gives the engine the memory of a large run.
func (l *Loader) room(ctx context.Context, conn *sql.Conn) error {
	if l.opt.MemoryLimit > 0 || l.memory >= longMemory {
		return nil
	}
	return l.setMemory(ctx, conn, longMemory)
}

func (l *Loader) setMemory(ctx context.Context, conn *sql.Conn, bytes int64) error {
	l.memory = bytes
	_, err := conn.ExecContext(ctx, fmt.Sprintf("set memory_limit = '%dMiB'", bytes>>20))
	return err
}

func outOfMemory(err error) bool {
	var d *duckdb.Error
	return errors.As(err, &d) && d.Type == duckdb.ErrorTypeOutOfMemory
}

// merge runs the steps of merge/*.sql in one transaction.
func (l *Loader) merge(ctx context.Context, conn *sql.Conn, run schema.Run, res *schema.RunResult) error {
	return transact(ctx, conn, func() error {
		if err := l.steps(ctx, conn, run, res); err != nil {
			return err
		}
		if run.DryRun {
			return errDryRun
		}
		return nil
	})
}

func (l *Loader) steps(ctx context.Context, conn *sql.Conn, run schema.Run, res *schema.RunResult) error {
	*res = schema.RunResult{} // a run that was tried before had less memory
	if err := conn.QueryRowContext(ctx, "select coalesce(max(run_id), 0) + 1 from argosy.runs").Scan(&res.RunID); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("set variable run_id = %d; set variable run_started = ", res.RunID)+quote(run.Started.UTC().Format("2006-01-02 15:04:05.999999"))+"::timestamp"); err != nil {
		return err
	}
	repeats := l.repeats
	if !repeats {
		// Two documents may hold the same scan.
		err := conn.QueryRowContext(ctx, `select count(*) > 0 from (select 1 from stage_scans group by image_key, scanner, scanned_at having count(*) > 1)`).Scan(&repeats)
		if err != nil {
			return err
		}
	}
	if err := l.mergeParts(ctx, conn, repeats, true, res); err != nil {
		return err
	}
	if err := decideAt(ctx, conn, run.Started); err != nil {
		return err
	}
	var exempt bool
	if err := conn.QueryRowContext(ctx, "select count(*) > 0 from argosy.exemptions").Scan(&exempt); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"60_records", true}); err != nil {
		return err
	}
	if err := mergeResources(ctx, conn); err != nil {
		return err
	}
	if err := findOwners(ctx, conn); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"77_bases", true},
		mergeStep{"80_statements", l.told > 0}, mergeStep{"81_exempted", exempt || l.told > 0}); err != nil {
		return err
	}
	if err := rankFixes(ctx, conn); err != nil {
		return fmt.Errorf("ordering fixed versions: %w", err)
	}
	if err := counts(ctx, conn, res); err != nil {
		return err
	}
	if l.told > 0 {
		if err := statementCounts(ctx, conn, res); err != nil {
			return err
		}
	}
	return record(ctx, conn, run, l.opt.moment(), res)
}

// mergeResources merges rows that are no findings.
func mergeResources(ctx context.Context, conn *sql.Conn) error {
	if err := setPart(ctx, conn, "part_resources", partResources); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"70_resources", true}); err != nil {
		return err
	}
	var parts int64
	if err := conn.QueryRowContext(ctx, "select coalesce(max(part) + 1, 0)::bigint from m_resources").Scan(&parts); err != nil {
		return err
	}
	err := eachPart(ctx, conn, parts, func(p *part) error { return p.inOrder(ctx, conn, mergeStep{"71_rows", true}) })
	if err != nil {
		return err
	}
	return inOrder(ctx, conn, mergeStep{"72_registries", true})
}

// partRows, partTexts and partResources are about how many staged rows, texts of
// vulnerabilities and rows of other kinds are merged at once: memory depends on
// them and not on the size of the run. Of the last few, for each function that
// reads the JSON of a row holds what it made of all rows it was given at once.
const (
	partRows  = 60_000
	partTexts = 5_000

	partResources = 500
)

// mergeParts merges images and scans, then the catalogue, then the findings:
// those of images that nothing was known of as they are, all others part by
// part. counted says that the scans tell truly how many findings their rows are.
// It works with one thread: rows that are joined, grouped or changed by several
// lie as these come to them, and the same files must make the same database. The
// time is hardly another, for parts are small and compressing is not shared, and
// each thread would hold blocks of all columns.
func (l *Loader) mergeParts(ctx context.Context, conn *sql.Conn, repeats, counted bool, res *schema.RunResult) error {
	if err := setPart(ctx, conn, "part_rows", partRows); err != nil {
		return err
	}
	if err := setThreads(ctx, conn, 1); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("set variable counted = %t", counted)); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"10_images", true}); err != nil {
		return err
	}
	if err := nameVulnerabilities(ctx, conn, ""); err != nil {
		return fmt.Errorf("joining aliases: %w", err)
	}
	if err := typePackages(ctx, conn); err != nil {
		return fmt.Errorf("typing packages: %w", err)
	}
	if err := inOrder(ctx, conn, mergeStep{"20_ranks", true}, mergeStep{"22_staged", true}, mergeStep{"24_fresh", true},
		mergeStep{"26_parts", true}, mergeStep{"39_mentioned", true}); err != nil {
		return err
	}
	var fresh, parts, first int64
	var long bool
	if err := conn.QueryRowContext(ctx, `select (select coalesce(sum(n), 0)::bigint from m_fresh), (select coalesce(max(part) + 1, 0)::bigint from m_fresh),
		(select coalesce(max(first + pieces), 0)::bigint from m_parts), (select coalesce(sum(size), 0) > getvariable('part_rows') from m_staged)`).
		Scan(&fresh, &first, &parts, &long); err != nil {
		return err
	}
	res.New += fresh
	if long || parts > fewParts {
		if err := l.room(ctx, conn); err != nil {
			return err
		}
	}
	if !repeats {
		// A scanner may use two names of one vulnerability, or leave a type out.
		if err := conn.QueryRowContext(ctx, "select exists (from m_named) or exists (from m_row_types)").Scan(&repeats); err != nil {
			return err
		}
	}
	var texts int64
	if err := conn.QueryRowContext(ctx, "select count(*) from stage_advisories").Scan(&texts); err != nil {
		return err
	}
	err := eachPart(ctx, conn, texts/partTexts+1, func(p *part) error {
		return p.inOrder(ctx, conn, mergeStep{"40_vulnerabilities", true})
	})
	if err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"41_names", true}, mergeStep{"45_feeds", l.fed}, mergeStep{"46_scores", true}, mergeStep{"47_withdrawn", l.fed}, mergeStep{"48_ratings", true}); err != nil {
		return err
	}
	if err := eachPart(ctx, conn, first, func(p *part) error { return p.inOrder(ctx, conn, mergeStep{"49_first", true}) }); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"27_placed", parts > 0}); err != nil {
		return err
	}
	return eachPart(ctx, conn, parts, func(p *part) error {
		if err := l.grow(ctx, conn); err != nil {
			return err
		}
		if err := p.inOrder(ctx, conn, mergeStep{"29_part", true}, mergeStep{"21_dups", repeats}, mergeStep{"30_sightings", true}, mergeStep{"50_new", true}, mergeStep{"51_several", true},
			mergeStep{"51_told", true}, mergeStep{"52_findings", true}); err != nil {
			return err
		}
		// A first scan of all tells nothing that its new findings lack.
		var known bool
		if err := conn.QueryRowContext(ctx, "select exists (from m_several) or exists (from m_seen) or exists (from m_rows where not simple)").Scan(&known); err != nil {
			return err
		}
		if err := p.inOrder(ctx, conn, mergeStep{"53_rejoin", known}, mergeStep{"54_paths", repeats}, mergeStep{"55_severities", known}, mergeStep{"57_spans", true}); err != nil {
			return err
		}
		return partCounts(ctx, conn, res)
	})
}

// partCounts adds up what a part of the run changed.
func partCounts(ctx context.Context, conn *sql.Conn, res *schema.RunResult) error {
	var fresh, fixed, reopened int64
	err := conn.QueryRowContext(ctx, `select
		(select count(*) from m_new),
		(select count(*) from m_before b join argosy.findings f using (finding) where b.fixed_at is null and f.fixed_at is not null)
		+ (select count(*) from m_new where fixed_at is not null),
		(select count(*) from argosy.findings f join m_several m using (finding) left join m_before b using (finding)
		  where f.reopened_at is not null and f.fixed_at is null and f.reopened_at is distinct from b.reopened_at)`).
		Scan(&fresh, &fixed, &reopened)
	res.New, res.Fixed, res.Reopened = res.New+fresh, res.Fixed+fixed, res.Reopened+reopened
	return err
}

// counts says what is known after the run. A finding is open where a repository
// that holds its image does not exempt it; most need no look at repositories.
func counts(ctx context.Context, conn *sql.Conn, res *schema.RunResult) error {
	return conn.QueryRowContext(ctx, `with unclear as (
			select finding, image_id, running from argosy.findings
			where fixed_at is null and status = 'Unhealthy'
			  and (finding in (select finding from argosy.exempted) or image_id in (select image_id from argosy.locations where gone_at is not null))
		), counted as (
			select distinct u.finding from unclear u join argosy.locations l on l.image_id = u.image_id
			left join argosy.exempted x on x.finding = u.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy.argosy_now())
			where x.finding is null and (l.gone_at is null or u.running is not null)
		)
		select (select count(*) from m_scans where state = 'late'), (select count(*) from m_scans where state = 'woven'),
		(select count(*) from argosy.findings where fixed_at is null and status = 'Unhealthy') - (select count(*) from unclear) + (select count(*) from counted),
		(select count(*) from argosy.images where kind = 'image')`).
		Scan(&res.Late, &res.Woven, &res.Open, &res.Images)
}

// statementCounts says what the VEX statements of the run came to.
func statementCounts(ctx context.Context, conn *sql.Conn, res *schema.RunResult) error {
	return conn.QueryRowContext(ctx, `select count(*), count(*) filter (where matched = 0), (
			select count(distinct (statement_no, product)) from stage_statements
			where file_no in (select file_no from stage_good) and statement_no not in (select statement_no from m_statements))
		from (
			select max(e.matched) as matched from m_statements s join argosy.exemptions e on e.exemption_key = s.key and e.removed is null
			group by s.statement_no, s.product)`).Scan(&res.Statements, &res.Unmatched, &res.Superseded)
}

// record writes the run, its files and the rows that were skipped.
func record(ctx context.Context, conn *sql.Conn, run schema.Run, finished time.Time, res *schema.RunResult) error {
	var rows, findings, skipped int64
	state := "complete"
	for _, f := range run.Files {
		rows, findings, skipped = rows+f.Rows, findings+f.Findings, skipped+f.Skipped
		switch f.State {
		case schema.FileRejected, schema.FileUnsupported, schema.FileUnrecognised:
			state = "partial"
		}
	}
	_, err := conn.ExecContext(ctx, "insert into argosy.runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		res.RunID, run.Started, finished, state, run.Version, run.Source, len(run.Files), rows, findings, skipped)
	if err != nil {
		return err
	}
	files := feed[schema.FileResult]{table: "argosy.run_files", fields: fileFields(res.RunID)}
	if err := insertFeed(ctx, conn, &files, "file_feed", run.Files, "* replace (split_list(scanners) as scanners)"); err != nil {
		return err
	}
	var skips []skipRow
	for _, f := range run.Files {
		for _, s := range f.Skips {
			skips = append(skips, skipRow{f.Path, s})
		}
	}
	feed := feed[skipRow]{table: "argosy.run_skips", fields: skipFields(res.RunID)}
	return insertFeed(ctx, conn, &feed, "skip_feed", skips, "*")
}

type skipRow struct {
	path string
	schema.Skip
}

func fileFields(run int64) []field[schema.FileResult] {
	type f = schema.FileResult
	return []field[f]{
		longField("run_id", func(*f) int64 { return run }),
		textField("path", func(v *f) string { return v.Path }),
		textField("format", func(v *f) string { return v.Format }),
		textField("format_version", func(v *f) string { return v.FormatVersion }),
		textField("state", func(v *f) string { return string(v.State) }),
		textField("scanners", func(v *f) string { return joined(v.Scanners) }),
		longField("images", func(v *f) int64 { return v.Images }),
		longField("rows_read", func(v *f) int64 { return v.Rows }),
		longField("findings", func(v *f) int64 { return v.Findings }),
		longField("merged", func(v *f) int64 { return v.Merged }),
		longField("skipped", func(v *f) int64 { return v.Skipped }),
		longField("bytes", func(v *f) int64 { return v.Bytes }),
		timeField("modified", timeOf),
		textField("error", func(v *f) string { return v.Error }),
	}
}

func skipFields(run int64) []field[skipRow] {
	return []field[skipRow]{
		longField("run_id", func(*skipRow) int64 { return run }),
		textField("path", func(v *skipRow) string { return v.path }),
		textField("place", func(v *skipRow) string { return orWord(v.Place, "-") }),
		textField("reason", func(v *skipRow) string { return v.Reason }),
	}
}
