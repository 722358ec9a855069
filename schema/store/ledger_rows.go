package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"argosy/schema"
)

// stampTime is a moment as the tables hold it.
func stampTime(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stampTime(t)
}

func countOrNull(n int64) any {
	if n < 0 {
		return nil
	}
	return n
}

// putParts stores what belongs to a run.
func putParts(ctx context.Context, conn *sql.Conn, run schema.ScheduleRun) error {
	for i, s := range run.Steps {
		_, err := conn.ExecContext(ctx, `insert into argosy.schedule_steps values (?, ?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (run_id, step) do update set command = excluded.command, state = excluded.state, exit_code = excluded.exit_code, optional = excluded.optional,
				output = excluded.output, started_at = excluded.started_at, ended_at = excluded.ended_at`,
			run.ID, i+1, s.Command, s.State, s.ExitCode, s.Optional, orNull(s.Output), stampTime(s.Started), stampTime(s.Ended))
		if err != nil {
			return err
		}
	}
	if err := dropArtifacts(ctx, conn, run); err != nil {
		return err
	}
	for _, a := range run.Artifacts {
		_, err := conn.ExecContext(ctx, `insert into argosy.schedule_artifacts values (?, ?, ?, ?, ?, ?, ?)
			on conflict (run_id, name) do update set path = excluded.path, media_type = excluded.media_type, bytes = excluded.bytes, sha256 = excluded.sha256,
				removed_at = excluded.removed_at`,
			run.ID, a.Name, a.Path, a.MediaType, a.Bytes, a.SHA256, timeOrNull(a.Removed))
		if err != nil {
			return err
		}
	}
	for _, d := range run.Deliveries {
		_, err := conn.ExecContext(ctx, `insert into argosy.schedule_deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (run_id, target) do update set purpose = excluded.purpose, kind = excluded.kind, description = excluded.description, state = excluded.state,
				attempts = excluded.attempts, last_error = excluded.last_error, next_try = excluded.next_try, sent_at = excluded.sent_at, receipt = excluded.receipt`,
			run.ID, d.Target, d.Purpose, d.Kind, d.Description, d.State, d.Attempts, orNull(d.Error), timeOrNull(d.NextTry), timeOrNull(d.Sent), orNull(d.Receipt))
		if err != nil {
			return err
		}
	}
	return nil
}

// dropArtifacts forgets the files that an earlier attempt made and this one did
// not.
func dropArtifacts(ctx context.Context, conn *sql.Conn, run schema.ScheduleRun) error {
	have, err := texts(ctx, conn, "select name from argosy.schedule_artifacts where run_id = ?", run.ID)
	for _, name := range have {
		if !slices.ContainsFunc(run.Artifacts, func(a schema.ScheduleArtifact) bool { return a.Name == name }) {
			if _, err := conn.ExecContext(ctx, "delete from argosy.schedule_artifacts where run_id = ? and name = ?", run.ID, name); err != nil {
				return err
			}
		}
	}
	return err
}

// querier is a connection or a pool of them.
type querier interface {
	queryRower
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// readRun reads a run whole. A run that is not there is an error of kind Query.
func readRun(ctx context.Context, q querier, id string) (schema.ScheduleRun, error) {
	r := schema.ScheduleRun{ID: id}
	var reason, owner, coverage, message sql.NullString
	var lease, started, ended, asOf sql.NullTime
	var matched, written, truncated sql.NullInt64
	var state string
	err := q.QueryRowContext(ctx, `select schedule_id, slot, report, state, reason, attempt, owner, lease_until, claimed_at, started_at, ended_at, data_as_of,
		rows_matched, rows_written, rows_truncated, coverage, by_hand, coalesce(resent, 0), message::varchar from argosy.schedule_runs where run_id = ?`, id).
		Scan(&r.Schedule, &r.Slot, &r.Report, &state, &reason, &r.Attempt, &owner, &lease, &r.Claimed, &started, &ended, &asOf,
			&matched, &written, &truncated, &coverage, &r.ByHand, &r.Resent, &message)
	if err == sql.ErrNoRows {
		return r, &Error{Kind: Query, Op: fmt.Sprintf("finding the run %q", id), Msg: "there is no such run", Hint: "list them with: argosy schedule history"}
	}
	if err != nil {
		return r, err
	}
	r.State, r.Reason, r.Owner, r.Coverage = schema.RunState(state), reason.String, owner.String, coverage.String
	r.Lease, r.Started, r.Ended, r.DataAsOf = lease.Time, started.Time, ended.Time, asOf.Time
	r.Matched, r.Written, r.Truncated = countOf(matched), countOf(written), countOf(truncated)
	if message.Valid {
		r.Message = json.RawMessage(message.String)
	}
	if r.Steps, err = readSteps(ctx, q, id); err != nil {
		return r, err
	}
	if r.Artifacts, err = readArtifacts(ctx, q, id); err != nil {
		return r, err
	}
	r.Deliveries, err = readDeliveries(ctx, q, id)
	return r, err
}

// readRuns reads runs whole, in the order of their ids.
func readRuns(ctx context.Context, q querier, ids []string) ([]schema.ScheduleRun, error) {
	var out []schema.ScheduleRun
	for _, id := range ids {
		run, err := readRun(ctx, q, id)
		if err != nil {
			return nil, err
		}
		out = append(out, run)
	}
	return out, nil
}

func countOf(n sql.NullInt64) int64 {
	if !n.Valid {
		return -1
	}
	return n.Int64
}

// each reads the rows of a query with scan.
func each[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

func texts(ctx context.Context, q querier, query string, args ...any) ([]string, error) {
	return each(ctx, q, func(r *sql.Rows) (s string, err error) { err = r.Scan(&s); return s, err }, query, args...)
}

func readSteps(ctx context.Context, q querier, id string) ([]schema.ScheduleStep, error) {
	return each(ctx, q, func(r *sql.Rows) (s schema.ScheduleStep, err error) {
		var output sql.NullString
		err = r.Scan(&s.Command, &s.State, &s.ExitCode, &s.Optional, &output, &s.Started, &s.Ended)
		s.Output = output.String
		return s, err
	}, "select command, state, exit_code, optional, output, started_at, ended_at from argosy.schedule_steps where run_id = ? order by step", id)
}

func readArtifacts(ctx context.Context, q querier, id string) ([]schema.ScheduleArtifact, error) {
	return each(ctx, q, func(r *sql.Rows) (a schema.ScheduleArtifact, err error) {
		var removed sql.NullTime
		err = r.Scan(&a.Name, &a.Path, &a.MediaType, &a.Bytes, &a.SHA256, &removed)
		a.Removed = removed.Time
		return a, err
	}, "select name, path, media_type, bytes, sha256, removed_at from argosy.schedule_artifacts where run_id = ? order by rowid", id)
}

func readDeliveries(ctx context.Context, q querier, id string) ([]schema.ScheduleDelivery, error) {
	return each(ctx, q, func(r *sql.Rows) (d schema.ScheduleDelivery, err error) {
		var last, receipt sql.NullString
		var next, sent sql.NullTime
		err = r.Scan(&d.Target, &d.Purpose, &d.Kind, &d.Description, &d.State, &d.Attempts, &last, &next, &sent, &receipt)
		d.Error, d.Receipt, d.NextTry, d.Sent = last.String, receipt.String, next.Time, sent.Time
		return d, err
	}, `select target, purpose, kind, description, state, attempts, last_error, next_try, sent_at, receipt
		from argosy.schedule_deliveries where run_id = ? order by target`, id)
}

// ScheduleRun reads a run by its id.
func (db *DB) ScheduleRun(ctx context.Context, id string) (schema.ScheduleRun, error) {
	return readRun(ctx, db.sql, id)
}

// LastRuns reads the newest run of each schedule that has one, by its id.
func (db *DB) LastRuns(ctx context.Context) (map[string]schema.ScheduleRun, error) {
	ids, err := texts(ctx, db.sql, "select arg_max(run_id, slot) from argosy.schedule_runs group by schedule_id")
	if err != nil {
		return nil, err
	}
	runs, err := readRuns(ctx, db.sql, ids)
	if err != nil {
		return nil, err
	}
	out := map[string]schema.ScheduleRun{}
	for _, run := range runs {
		out[run.Schedule] = run
	}
	return out, nil
}

// ScheduleFile reads which file a schedule was last read from; empty when it
// never was.
func (db *DB) ScheduleFile(ctx context.Context, id string) (string, error) {
	files, err := texts(ctx, db.sql, "select file from argosy.schedules where schedule_id = ?", id)
	if err != nil || len(files) == 0 {
		return "", err
	}
	return files[0], nil
}

// OldRuns lists the runs, over and done with, whose files are there although
// newer runs of their schedules have files; keep says how many of each schedule
// are not old.
func (l *Ledger) OldRuns(ctx context.Context, keep map[string]int) ([]schema.ScheduleRun, error) {
	var out []schema.ScheduleRun
	err := l.within(ctx, "looking for old files", l.patience, func(conn *sql.Conn) error {
		out = nil
		for schedule, n := range keep {
			ids, err := texts(ctx, conn, `select r.run_id from argosy.schedule_runs r
				where r.schedule_id = ? and r.state not in ('claimed', 'running', 'delivering')
					and exists (select 1 from argosy.schedule_artifacts a where a.run_id = r.run_id and a.removed_at is null)
					and not exists (select 1 from argosy.schedule_deliveries d where d.run_id = r.run_id and d.state = 'pending')
				order by r.slot desc offset ?`, schedule, n)
			if err != nil {
				return err
			}
			old, err := readRuns(ctx, conn, ids)
			if err != nil {
				return err
			}
			out = append(out, old...)
		}
		return nil
	})
	return out, err
}
