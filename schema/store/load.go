package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"argosy/schema"
)

//go:embed merge/*.sql
var mergeSQL embed.FS

// batchRows is how many rows are moved to the staging tables at once.
const batchRows = 16 << 10

// stagedResource is a resource row with what the merge orders it by.
type stagedResource struct {
	schema.StagedResource
	seq int64
	key string
}

// Loader gathers the documents of one run in a private database in memory and
// merges them into the file in one transaction. Its methods but Commit are
// safe for use by several goroutines.
type Loader struct {
	path string
	opt  Options
	pool *sql.DB

	findings   stager[stagedRow]
	details    stager[stagedRow]
	advisories stager[schema.StagedAdvisory]
	scans      stager[schema.StagedScan]
	resources  stager[stagedResource]

	mu      sync.Mutex
	rows    int64
	seq     int64
	repeats bool
}

// stager is a feed with a connection of its own and a lock.
type stager[T any] struct {
	mu   sync.Mutex
	feed feed[T]
	conn *sql.Conn
}

func (s *stager[T]) open(ctx context.Context, pool *sql.DB, table string, fields []field[T]) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	s.conn, s.feed = conn, feed[T]{table: table, fields: fields}
	return s.feed.register(conn)
}

func (s *stager[T]) put(ctx context.Context, batch []T) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feed.flush(ctx, s.conn, batch)
}

// NewLoader prepares a run for the database at path, which need not exist. A
// foreign, newer or locked file is refused at once, before anything is
// decoded. Close must be called.
func NewLoader(ctx context.Context, path string, opt Options) (*Loader, error) {
	const op = "opening the database"
	if path != Memory {
		exists, err := look(op, path)
		if err != nil {
			return nil, err
		}
		if exists {
			if err := probe(ctx, path, opt); err != nil {
				return nil, err
			}
		}
	}
	spill := ""
	if path != Memory {
		spill = spillBeside(path)
	}
	in, err := instance(opt, spill, "use memory")
	if err != nil {
		return nil, err
	}
	l := &Loader{path: path, opt: opt, pool: in.pool}
	if err := l.prepare(ctx); err != nil {
		in.pool.Close()
		return nil, &Error{Op: "preparing the load", Path: path, Err: err}
	}
	return l, nil
}

// probe opens an existing file for a moment, read-only, to refuse what the
// merge would refuse.
func probe(ctx context.Context, path string, opt Options) error {
	const op = "opening the database"
	in, err := instance(opt, "", "use memory")
	if err != nil {
		return err
	}
	defer in.pool.Close()
	if err := attachWait(ctx, in.pool, opt.Wait, op, path, fmt.Sprintf("attach %s as argosy (read_only)", quote(path))); err != nil {
		return err
	}
	have, err := versionOf(ctx, in.pool)
	if err != nil {
		return &Error{Op: op, Path: path, Err: err}
	}
	steps, err := migrations()
	if err != nil {
		return err
	}
	return judge(op, path, have, len(steps), true)
}

func (l *Loader) prepare(ctx context.Context) error {
	text, err := mergeSQL.ReadFile("merge/00_stage.sql")
	if err != nil {
		return err
	}
	if _, err := l.pool.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	if _, err := l.pool.ExecContext(ctx, "create table stage_good (file_no integer)"); err != nil {
		return err
	}
	for _, open := range []func() error{
		func() error { return l.findings.open(ctx, l.pool, "stage_rows", rowFields()) },
		func() error { return l.details.open(ctx, l.pool, "stage_details", detailFields()) },
		func() error { return l.advisories.open(ctx, l.pool, "stage_advisories", advisoryFields()) },
		func() error { return l.scans.open(ctx, l.pool, "stage_scans", scanFields()) },
		func() error { return l.resources.open(ctx, l.pool, "stage_resources", resourceFields()) },
	} {
		if err := open(); err != nil {
			return err
		}
	}
	return nil
}

// Findings stages rows. The slice is free for reuse when the call returns.
func (l *Loader) Findings(ctx context.Context, batch []schema.StagedFinding) error {
	l.mu.Lock()
	no := l.rows
	l.rows += int64(len(batch))
	l.mu.Unlock()
	rows := make([]stagedRow, len(batch))
	var details []stagedRow
	for i := range batch {
		f := &batch[i]
		rows[i] = stagedRow{no: no + int64(i), words: wordsOf(f), f: f}
		if hasDetails(f) {
			details = append(details, rows[i])
		}
	}
	if err := l.findings.put(ctx, rows); err != nil {
		return fmt.Errorf("staging findings: %w", err)
	}
	if err := l.details.put(ctx, details); err != nil {
		return fmt.Errorf("staging details of findings: %w", err)
	}
	return nil
}

// Advisories stages catalogue texts.
func (l *Loader) Advisories(ctx context.Context, batch []schema.StagedAdvisory) error {
	if err := l.advisories.put(ctx, batch); err != nil {
		return fmt.Errorf("staging advisories: %w", err)
	}
	return nil
}

// Resources stages rows of Resource Graph tables.
func (l *Loader) Resources(ctx context.Context, batch []schema.StagedResource) error {
	l.mu.Lock()
	seq := l.seq
	l.seq += int64(len(batch))
	l.mu.Unlock()
	rows := make([]stagedResource, len(batch))
	for i, r := range batch {
		rows[i] = stagedResource{r, seq + int64(i), strings.ToLower(r.ID)}
	}
	if err := l.resources.put(ctx, rows); err != nil {
		return fmt.Errorf("staging resource rows: %w", err)
	}
	return nil
}

// Accept says that a document was read to its end and hands its scans over;
// rows of documents that were never accepted leave no trace. repeats says that
// a finding stands in more than one row of a scan.
func (l *Loader) Accept(ctx context.Context, file int, scans []schema.StagedScan, repeats bool) error {
	l.mu.Lock()
	l.repeats = l.repeats || repeats
	l.mu.Unlock()
	if err := l.scans.put(ctx, scans); err != nil {
		return fmt.Errorf("staging scans: %w", err)
	}
	l.scans.mu.Lock()
	defer l.scans.mu.Unlock()
	_, err := l.scans.conn.ExecContext(ctx, "insert into stage_good values (?)", file)
	return err
}

// Close drops what was staged and not committed.
func (l *Loader) Close() error {
	for _, c := range []*sql.Conn{l.findings.conn, l.details.conn, l.advisories.conn, l.scans.conn, l.resources.conn} {
		if c != nil {
			_ = c.Close() // the pool is closed next
		}
	}
	err := l.pool.Close()
	if l.path != Memory {
		// Spilled pages are worthless now; the engine leaves its folder behind.
		_ = os.RemoveAll(spillBeside(l.path))
	}
	return err
}

// now is the time that the records of a run carry.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// insertFeed moves rows into a table of the file by the names of its columns.
func insertFeed[T any](ctx context.Context, conn *sql.Conn, f *feed[T], name string, rows []T, columns string) error {
	if len(rows) == 0 {
		return nil
	}
	target := f.table
	f.table = strings.TrimSuffix(name, "_feed")
	f.batch = rows
	if err := f.register(conn); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, fmt.Sprintf("insert into %s by name select %s from %s()", target, columns, name))
	return err
}

func timeOf(f *schema.FileResult) time.Time { return f.Modified }
