package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"argosy/schema"
)

// Ledger writes down what becomes of schedules. The file is held for the length
// of each call only. Its methods are for one goroutine, which must have no
// other connection to the file while one of them runs: a process holds the lock
// of a file once, and gives it up with the first that closes.
type Ledger struct {
	path     string
	opt      Options
	patience time.Duration
	in       *inst
	current  bool // the schema is this argosy's
}

// OpenLedger prepares to write into the database at path, which comes into
// being where it is missing. What is claimed waits opt.Wait for a file that is
// in use; what was done is recorded with more patience, since it would be done
// again otherwise. Close must be called.
func OpenLedger(ctx context.Context, path string, opt Options, patience time.Duration) (*Ledger, error) {
	const op = "opening the database"
	exists, err := look(op, path)
	if err != nil {
		return nil, err
	}
	if !exists {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, unreachable("making the folder of the database", path, err)
		}
	}
	in, err := instance(opt, "", "use memory")
	if err != nil {
		return nil, err
	}
	return &Ledger{path: path, opt: opt, patience: max(opt.Wait, patience), in: in}, nil
}

// Close ends the private engine.
func (l *Ledger) Close() error { return l.in.pool.Close() }

// within runs work in one transaction. A file whose schema is older is brought
// up to date first; views are not made anew otherwise, and a file that nothing
// was written to stays as it is.
func (l *Ledger) within(ctx context.Context, op string, wait time.Duration, work func(*sql.Conn) error) error {
	conn, err := l.in.pool.Conn(ctx)
	if err != nil {
		return &Error{Op: op, Path: l.path, Err: err}
	}
	defer conn.Close()
	change := func() error { return transact(ctx, conn, func() error { return work(conn) }) }
	if !l.current {
		if l.current, err = l.upToDate(ctx, conn, op, wait); err != nil {
			return err
		}
	}
	if !l.current {
		opt := l.opt
		opt.Wait = wait
		err := attached(ctx, conn, opt, op, l.path, l.path, change)
		l.current = err == nil
		return err
	}
	if err := attachWait(ctx, conn, wait, op, l.path, "attach "+quote(l.path)+" as argosy"); err != nil {
		return err
	}
	err = change()
	if err == nil {
		_, err = conn.ExecContext(ctx, "checkpoint argosy")
	}
	if _, detachErr := conn.ExecContext(context.WithoutCancel(ctx), "detach argosy"); err == nil {
		err = detachErr
	}
	var e *Error
	if err == nil || errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return err
	}
	return &Error{Op: op, Path: l.path, Err: err}
}

// upToDate says whether the file is there and has the schema of this argosy.
func (l *Ledger) upToDate(ctx context.Context, conn *sql.Conn, op string, wait time.Duration) (bool, error) {
	exists, err := look(op, l.path)
	if err != nil || !exists {
		return false, err
	}
	if err := attachWait(ctx, conn, wait, op, l.path, "attach "+quote(l.path)+" as argosy (read_only)"); err != nil {
		return false, err
	}
	have, _, err := versionOf(ctx, conn)
	if _, detachErr := conn.ExecContext(context.WithoutCancel(ctx), "detach argosy"); err == nil {
		err = detachErr
	}
	if err != nil {
		return false, &Error{Op: op, Path: l.path, Err: err}
	}
	steps, err := migrations()
	if err != nil {
		return false, &Error{Op: op, Path: l.path, Err: err}
	}
	return have == len(steps), judge(op, l.path, have, len(steps), true)
}

// Plan writes down the schedules of a file, works out what is due since the
// last time, and claims each slot once. A schedule that was not there or not
// enabled the last time begins now. Those of the same file that are no longer
// in it are disabled. It returns the runs that are now the owner's: new ones,
// and those that another process left behind or put off, the earliest first.
func (l *Ledger) Plan(ctx context.Context, list []schema.Schedule, due schema.Due) ([]schema.ScheduleRun, error) {
	var runs []schema.ScheduleRun
	err := l.within(ctx, "planning the runs", l.opt.Wait, func(conn *sql.Conn) error {
		ids := map[string]bool{}
		for _, s := range list {
			ids[s.ID] = true
			if err := planOne(ctx, conn, s, due); err != nil {
				return err
			}
		}
		if err := disableOthers(ctx, conn, due, ids); err != nil {
			return err
		}
		taken, err := takeUp(ctx, conn, due, ids)
		if err != nil {
			return err
		}
		runs, err = readRuns(ctx, conn, taken)
		return err
	})
	return runs, err
}

// rewritten is how old the record of a schedule gets while nothing happens: a
// tick each minute would else change the file each minute, and have everybody
// who looks at it read it again.
const rewritten = time.Hour

// planOne writes a schedule down and claims its slots.
func planOne(ctx context.Context, conn *sql.Conn, s schema.Schedule, due schema.Due) error {
	now := stampTime(due.Now)
	params, err := json.Marshal(s.Params)
	if err != nil {
		return err
	}
	var until, seen time.Time
	var enabled, same bool
	err = conn.QueryRowContext(ctx, `select worked_out, seen_at, enabled, enabled = ? and file = ? and report = ? and format = ? and cron = ? and timezone = ? and params::varchar = ?
		from argosy.schedules where schedule_id = ?`, s.Enabled, due.File, s.Report, s.Format, s.Cron, s.Timezone, string(params), s.ID).Scan(&until, &seen, &enabled, &same)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err != nil || !enabled {
		until = now
	}
	if s.Enabled && now.After(until) {
		runs := due.Slots(s.ID, until)
		for _, run := range runs {
			if _, err := claim(ctx, conn, run); err != nil {
				return err
			}
		}
		if len(runs) == 0 && same && now.Sub(seen) < rewritten {
			return nil
		}
		until = now
	} else if same && now.Sub(seen) < rewritten {
		return nil
	}
	_, err = conn.ExecContext(ctx, `insert into argosy.schedules values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (schedule_id) do update set file = excluded.file, report = excluded.report, format = excluded.format, cron = excluded.cron,
			timezone = excluded.timezone, params = excluded.params, enabled = excluded.enabled, seen_at = excluded.seen_at, worked_out = excluded.worked_out`,
		s.ID, due.File, s.Report, s.Format, s.Cron, s.Timezone, string(params), s.Enabled, now, until)
	return err
}

// claim inserts a run unless its slot has one, and says whether it did.
func claim(ctx context.Context, conn *sql.Conn, run schema.ScheduleRun) (bool, error) {
	r, err := conn.ExecContext(ctx, `insert into argosy.schedule_runs (run_id, schedule_id, slot, report, state, reason, attempt, owner, lease_until, claimed_at, ended_at, by_hand, resent, message)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) on conflict do nothing`,
		run.ID, run.Schedule, stampTime(run.Slot), run.Report, string(run.State), orNull(run.Reason), run.Attempt, orNull(run.Owner), timeOrNull(run.Lease),
		stampTime(run.Claimed), timeOrNull(run.Ended), run.ByHand, orNull(string(run.Message)))
	if err != nil {
		return false, err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, putParts(ctx, conn, run)
}

// disableOthers switches off what is no longer in the file.
func disableOthers(ctx context.Context, conn *sql.Conn, due schema.Due, ids map[string]bool) error {
	known, err := texts(ctx, conn, "select schedule_id from argosy.schedules where file = ? and enabled", due.File)
	if err != nil {
		return err
	}
	for _, id := range known {
		if ids[id] {
			continue
		}
		if _, err := conn.ExecContext(ctx, "update argosy.schedules set enabled = false, seen_at = ? where schedule_id = ?", stampTime(due.Now), id); err != nil {
			return err
		}
	}
	return nil
}

// takeUp gives the owner every run of the file's schedules that has work left
// and nobody alive to do it, and returns their ids.
func takeUp(ctx context.Context, conn *sql.Conn, due schema.Due, ids map[string]bool) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `select r.run_id, r.schedule_id, coalesce(s.file, ''), coalesce(r.owner, ''), r.lease_until
		from argosy.schedule_runs r left join argosy.schedules s using (schedule_id)
		where r.state in ('claimed', 'running', 'delivering')
			or r.run_id in (select run_id from argosy.schedule_deliveries where state = 'pending')
		order by r.slot, r.claimed_at, r.schedule_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	now := stampTime(due.Now)
	var out []string
	leases := map[string]time.Time{}
	for rows.Next() {
		var id, schedule, file, owner string
		var lease sql.NullTime
		if err := rows.Scan(&id, &schedule, &file, &owner, &lease); err != nil {
			return nil, err
		}
		if !ids[schedule] && file != due.File {
			continue
		}
		waits := lease.Valid && lease.Time.After(now)
		switch {
		case owner == due.Owner:
			out = append(out, id)
		case !waits, owner != "" && due.Dead(owner):
			out = append(out, id)
			leases[id] = due.Lease(schedule)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for id, lease := range leases {
		if _, err := conn.ExecContext(ctx, "update argosy.schedule_runs set owner = ?, lease_until = ? where run_id = ?", due.Owner, stampTime(lease), id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Claim claims a run that a person asks for. It returns the run as it is in the
// database and whether it is now the owner's: not when its slot has one already.
func (l *Ledger) Claim(ctx context.Context, run schema.ScheduleRun) (schema.ScheduleRun, bool, error) {
	var out schema.ScheduleRun
	var mine bool
	err := l.within(ctx, "claiming the run", l.opt.Wait, func(conn *sql.Conn) error {
		var err error
		if mine, err = claim(ctx, conn, run); err != nil {
			return err
		}
		out, err = readRun(ctx, conn, run.ID)
		return err
	})
	return out, mine, err
}

// Take gives the owner a run that nobody works on and that is still as it was
// read; it reports false when it is not.
func (l *Ledger) Take(ctx context.Context, run schema.ScheduleRun, owner string, lease time.Time) (bool, error) {
	taken := false
	err := l.within(ctx, "taking the run", l.opt.Wait, func(conn *sql.Conn) error {
		r, err := conn.ExecContext(ctx, `update argosy.schedule_runs set owner = ?, lease_until = ?
			where run_id = ? and owner is null and state = ? and attempt = ? and coalesce(resent, 0) = ?`,
			owner, stampTime(lease), run.ID, string(run.State), run.Attempt, run.Resent)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		taken = n == 1
		return err
	})
	return taken && err == nil, err
}

// Save stores a run that owner holds, with its steps, artifacts and deliveries.
// It reports false, and stores nothing, when another process has taken the run
// over.
func (l *Ledger) Save(ctx context.Context, owner string, run schema.ScheduleRun) (bool, error) {
	held := false
	err := l.within(ctx, fmt.Sprintf("recording the run %s of %s", run.ID, run.Schedule), l.patience, func(conn *sql.Conn) error {
		r, err := conn.ExecContext(ctx, `update argosy.schedule_runs set state = ?, reason = ?, attempt = ?, owner = ?, lease_until = ?, started_at = ?, ended_at = ?,
			data_as_of = ?, rows_matched = ?, rows_written = ?, rows_truncated = ?, coverage = ?, resent = ?, message = ?
			where run_id = ? and owner = ?`,
			string(run.State), orNull(run.Reason), run.Attempt, orNull(run.Owner), timeOrNull(run.Lease), timeOrNull(run.Started), timeOrNull(run.Ended),
			timeOrNull(run.DataAsOf), countOrNull(run.Matched), countOrNull(run.Written), countOrNull(run.Truncated), orNull(run.Coverage), run.Resent, orNull(string(run.Message)),
			run.ID, owner)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if held = n == 1; err != nil || !held {
			return err
		}
		return putParts(ctx, conn, run)
	})
	return held && err == nil, err
}

// Removed writes down that the files of a run are gone.
func (l *Ledger) Removed(ctx context.Context, runs []string, at time.Time) error {
	return l.within(ctx, "recording removed files", l.patience, func(conn *sql.Conn) error {
		for _, id := range runs {
			if _, err := conn.ExecContext(ctx, "update argosy.schedule_artifacts set removed_at = ? where run_id = ? and removed_at is null", stampTime(at), id); err != nil {
				return err
			}
		}
		return nil
	})
}
