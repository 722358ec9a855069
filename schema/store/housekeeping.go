package store

import (
	"context"
	"database/sql"
	"strconv"
	"time"
)

// PruneRule says which history may go. Both conditions hold where both are
// given.
type PruneRule struct {
	// Before: what was over before this moment. Zero is no condition.
	Before time.Time
	// Keep: what the newest Keep runs have nothing to do with. 0 is no condition.
	Keep int
}

// Pruned counts what pruning removes and what it leaves.
type Pruned struct {
	// Findings that are closed, with their sightings and the spans in which
	// they were open.
	Findings, Sightings, Spans int64
	// Scans, and runs with their files and skipped rows.
	Scans, Runs, Files, Skips int64
	// Open findings, which stay, and those closed that stay.
	Open, Closed int64
	// Horizon is when the last removed finding was closed, zero for none:
	// history before it is no longer whole. HorizonRun is the run that told.
	Horizon    time.Time
	HorizonRun int64
}

// Nothing says whether there was nothing to remove.
func (p *Pruned) Nothing() bool { return p.Findings+p.Scans+p.Runs == 0 }

// Prune removes history in one transaction. Open findings stay with all of
// their history, as due dates are counted from it; so do the first and the last
// scan of an image by each scanner, and the newest run. With dryRun it counts
// and changes nothing.
func Prune(ctx context.Context, path string, opt Options, rule PruneRule, dryRun bool) (Pruned, error) {
	var out Pruned
	err := write(ctx, path, opt, "pruning", func(ctx context.Context, conn *sql.Conn) error {
		out = Pruned{}
		if err := choose(ctx, conn, rule); err != nil {
			return err
		}
		if err := weigh(ctx, conn, &out); err != nil {
			return err
		}
		if dryRun || out.Nothing() {
			return errDryRun
		}
		_, err := conn.ExecContext(ctx, pruneSQL)
		return err
	})
	if err == errDryRun {
		err = nil
	}
	return out, err
}

// choose lists what goes. A finding that the newest run closed stays, so that
// what the newest run changed can always be told.
func choose(ctx context.Context, conn *sql.Conn, rule PruneRule) error {
	before, keep := any(nil), any(nil)
	if !rule.Before.IsZero() {
		before = rule.Before.UTC()
	}
	if rule.Keep > 0 {
		keep = rule.Keep
	}
	for _, s := range []struct {
		text string
		args []any
	}{
		{`create or replace temp table p_rule as select b.before, b.keep, n.newest,
			-- the last run that may go: all of them where no number is to be kept
			case when b.keep is null then n.newest - 1
			     else coalesce((select run_id from argosy.runs order by run_id desc limit 1 offset ` + strconv.Itoa(rule.Keep) + `), -1) end as last_run
			from (select ?::timestamp as before, ?::integer as keep) b, (select coalesce(max(run_id), 0) as newest from argosy.runs) n`, []any{before, keep}},
		{`create or replace temp table p_runs as select run_id from argosy.runs, p_rule
			where run_id < newest and run_id <= last_run and (before is null or coalesce(finished, started) < before)`, nil},
		{`create or replace temp table p_scans as select s.scan_id from argosy.scans s
			join (select image_id, scanner, min(scanned_at) filter (where state <> 'late') as first_at, max(scanned_at) filter (where state <> 'late') as last_at
			      from argosy.scans group by all) k on k.image_id = s.image_id and k.scanner = s.scanner, p_rule
			where s.run_id <= last_run and (before is null or s.scanned_at < before)
			  and (s.state = 'late' or s.scanned_at > k.first_at and s.scanned_at < k.last_at)`, nil},
		{`create or replace temp table p_findings as select f.finding, f.fixed_at, c.run from argosy.findings f
			left join (select finding, max(run_closed) as run from argosy.spans group by finding) c using (finding), p_rule
			where f.fixed_at is not null and (before is null or f.fixed_at < before) and coalesce(c.run, 0) <= last_run`, nil},
	} {
		if _, err := conn.ExecContext(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// weigh counts what choose chose.
func weigh(ctx context.Context, conn *sql.Conn, out *Pruned) error {
	var horizon sql.NullTime
	err := conn.QueryRowContext(ctx, `select (select count(*) from p_findings),
		(select count(*) from argosy.sightings where finding in (select finding from p_findings)),
		(select count(*) from argosy.spans where finding in (select finding from p_findings)),
		(select count(*) from p_scans), (select count(*) from p_runs),
		(select count(*) from argosy.run_files where run_id in (select run_id from p_runs)),
		(select count(*) from argosy.run_skips where run_id in (select run_id from p_runs)),
		(select count(*) from argosy.findings where fixed_at is null),
		(select count(*) from argosy.findings where fixed_at is not null and finding not in (select finding from p_findings)),
		(select max(fixed_at) from p_findings), (select coalesce(max(run), 0) from p_findings)`).
		Scan(&out.Findings, &out.Sightings, &out.Spans, &out.Scans, &out.Runs, &out.Files, &out.Skips, &out.Open, &out.Closed, &horizon, &out.HorizonRun)
	out.Horizon = horizon.Time
	return err
}

const pruneSQL = `
insert into argosy.prunings select argosy.argosy_now(), max(fixed_at), coalesce(max(run), 0), count(*), (select count(*) from p_scans), (select count(*) from p_runs) from p_findings;
delete from argosy.sightings where finding in (select finding from p_findings);
delete from argosy.spans where finding in (select finding from p_findings);
delete from argosy.exempted where finding in (select finding from p_findings);
delete from argosy.set_asides where finding in (select finding from p_findings);
delete from argosy.findings where finding in (select finding from p_findings);
delete from argosy.scans where scan_id in (select scan_id from p_scans);
delete from argosy.run_files where run_id in (select run_id from p_runs);
delete from argosy.run_skips where run_id in (select run_id from p_runs);
delete from argosy.runs where run_id in (select run_id from p_runs);`
