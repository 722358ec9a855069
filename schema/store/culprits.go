package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema"
)

// maxCulprits is how many documents a run may lose to errors of the merge.
// Where there are more, the fault is hardly theirs.
const maxCulprits = 20

// mergeWithout merges the run. Where what some documents hold makes the merge
// fail, it finds them, marks them in the run as rejected and merges the others.
func (l *Loader) mergeWithout(ctx context.Context, conn *sql.Conn, run *schema.Run, res *schema.RunResult) error {
	err := l.mergeWithin(ctx, conn, *run, res)
	if !ofData(err) {
		return err
	}
	whole := err
	files, err := l.acceptedFiles(ctx, conn)
	if err != nil || len(files) < 2 {
		return errors.Join(whole, err)
	}
	for _, stmt := range []string{"create or replace temp table all_scans as from stage_scans", "create or replace temp table all_good as from stage_good"} {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	culprits := map[int]error{}
	if err := l.isolate(ctx, conn, run, files, culprits); err != nil {
		return err
	}
	if len(culprits) == 0 || len(culprits) > maxCulprits {
		return whole // the documents are not at fault, or only together
	}
	run.Files = slices.Clone(run.Files)
	for i := range run.Files {
		if why := culprits[run.Files[i].No]; why != nil {
			run.Files[i].Reject("what it holds cannot be merged into the database: " + firstLine(why))
		}
	}
	good := slices.DeleteFunc(files, func(no int) bool { return culprits[no] != nil })
	if len(good) == 0 {
		return whole
	}
	if err := only(ctx, conn, good); err != nil {
		return err
	}
	return l.mergeWithin(ctx, conn, *run, res)
}

// isolate tries to merge these documents alone, takes it back, and where it
// fails goes on with each half until it knows the documents that are at fault.
func (l *Loader) isolate(ctx context.Context, conn *sql.Conn, run *schema.Run, files []int, culprits map[int]error) error {
	if len(culprits) > maxCulprits {
		return nil
	}
	if err := only(ctx, conn, files); err != nil {
		return err
	}
	trial := schema.Run{Started: run.Started, DryRun: true}
	err := l.mergeWithin(ctx, conn, trial, &schema.RunResult{})
	switch {
	case errors.Is(err, errDryRun):
		return nil
	case !ofData(err):
		return err
	case len(files) == 1:
		culprits[files[0]] = err
		return nil
	}
	half := len(files) / 2
	if err := l.isolate(ctx, conn, run, files[:half], culprits); err != nil {
		return err
	}
	return l.isolate(ctx, conn, run, files[half:], culprits)
}

// only makes these documents the accepted ones.
func only(ctx context.Context, conn *sql.Conn, files []int) error {
	var list strings.Builder
	for i, no := range files {
		if i > 0 {
			list.WriteByte(',')
		}
		fmt.Fprint(&list, no)
	}
	_, err := conn.ExecContext(ctx, fmt.Sprintf(`delete from stage_scans; insert into stage_scans from all_scans where file_no in (%[1]s);
		delete from stage_good; insert into stage_good from all_good where file_no in (%[1]s)`, &list))
	return err
}

// acceptedFiles returns the numbers of the documents that were accepted, in
// their order.
func (l *Loader) acceptedFiles(ctx context.Context, conn *sql.Conn) ([]int, error) {
	rows, err := conn.QueryContext(ctx, "select file_no from stage_good order by file_no")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var files []int
	for rows.Next() {
		var no int
		if err := rows.Scan(&no); err != nil {
			return nil, err
		}
		files = append(files, no)
	}
	return files, rows.Err()
}

// ofData says whether values made a statement fail, rather than the engine,
// the disk, the memory or the user.
func ofData(err error) bool {
	var d *duckdb.Error
	if !errors.As(err, &d) {
		return false
	}
	switch d.Type {
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeConstraint, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeInvalidType,
		duckdb.ErrorTypeDecimal, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeDivideByZero, duckdb.ErrorTypeObjectSize, duckdb.ErrorTypeExecutor:
		return true
	default:
		return false
	}
}

// firstLine is the error without the statement that the engine quotes.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
