package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"argosy/schema"
)

//go:embed merge/*.sql
var mergeSQL embed.FS

// stagingMemory is the engine's memory while documents are gathered, in bytes;
// what does not fit is put beside the database.
const stagingMemory = 128 << 20

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
	path   string
	opt    Options
	pool   *sql.DB
	thread *thread

	findings   stager[stagedRow]
	details    stager[stagedRow]
	advisories stager[schema.StagedAdvisory]
	scans      stager[schema.StagedScan]
	resources  stager[stagedResource]
	statements stager[stagedTarget]
	feeds      stager[stagedFeed]
	good       stager[goodFile]

	memory int64 // that the engine may have while it merges, in bytes

	mu      sync.Mutex
	rows    int64
	seq     int64
	told    int64
	texts   int64 // bytes of the findings' long texts
	fed     bool
	repeats bool
}

// beforeWriting refuses a file that could not be written, before any work is
// done for it, and says where the engine may spill.
func beforeWriting(ctx context.Context, path string, opt Options) (spill string, err error) {
	if path == Memory {
		return "", nil
	}
	exists, err := look("opening the database", path)
	if err == nil && exists {
		err = probe(ctx, path, opt)
	}
	return spillBeside(path), err
}

// NewLoader prepares a run for the database at path, which need not exist. A
// foreign, newer or locked file is refused at once, before anything is
// decoded. Close must be called.
func NewLoader(ctx context.Context, path string, opt Options) (*Loader, error) {
	spill, err := beforeWriting(ctx, path, opt)
	if err != nil {
		return nil, err
	}
	engine := opt
	if engine.MemoryLimit == 0 {
		engine.MemoryLimit = stagingMemory
	}
	if engine.Threads == 0 {
		// Inserting into wide tables holds a block of each column for each thread,
		// and decoding has the other processors.
		engine.Threads = 1
	}
	in, err := instance(engine, spill, "use memory")
	if err != nil {
		return nil, err
	}
	l := &Loader{path: path, opt: opt, pool: in.pool, thread: newThread()}
	if err := l.thread.do(func() error { return l.prepare(ctx) }); err != nil {
		l.Close()
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
	have, _, err := versionOf(ctx, in.pool)
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
	if _, err := l.pool.ExecContext(ctx, "set checkpoint_threshold = '1TiB'"); err != nil {
		return err
	}
	if _, err := l.pool.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	for _, open := range []func() error{
		func() error { return l.findings.open(ctx, l.thread, l.pool, "stage_rows", rowFields()) },
		func() error { return l.details.open(ctx, l.thread, l.pool, "stage_details", detailFields()) },
		func() error { return l.advisories.open(ctx, l.thread, l.pool, "stage_advisories", advisoryFields()) },
		func() error { return l.scans.open(ctx, l.thread, l.pool, "stage_scans", scanFields()) },
		func() error { return l.resources.open(ctx, l.thread, l.pool, "stage_resources", resourceFields()) },
		func() error { return l.statements.open(ctx, l.thread, l.pool, "stage_statements", statementFields()) },
		func() error { return l.feeds.open(ctx, l.thread, l.pool, "stage_feeds", feedFields()) },
		func() error {
			return l.good.open(ctx, l.thread, l.pool, "stage_good", goodFields())
		},
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
	err := l.findings.put(ctx, func(rows []stagedRow) []stagedRow {
		for i := range batch {
			row := stagedRow{no: no + int64(i), words: wordsOf(&batch[i]), f: batch[i]}
			row.f.Row, row.f.Extra = nil, nil // these are details
			rows = append(rows, row)
		}
		return rows
	})
	if err != nil {
		return fmt.Errorf("staging findings: %w", err)
	}
	err = l.details.putLong(ctx, func(rows []stagedRow) ([]stagedRow, int) {
		bytes := 0
		for i := range batch {
			if f := &batch[i]; hasDetails(f) {
				rows = append(rows, stagedRow{no: no + int64(i), f: *f})
				bytes += f.Bytes()
			}
		}
		l.texts += int64(bytes) // guarded by the stager's lock
		return rows, bytes
	})
	if err != nil {
		return fmt.Errorf("staging details of findings: %w", err)
	}
	return nil
}

// Advisories stages catalogue texts.
func (l *Loader) Advisories(ctx context.Context, batch []schema.StagedAdvisory) error {
	err := l.advisories.putLong(ctx, func(rows []schema.StagedAdvisory) ([]schema.StagedAdvisory, int) {
		bytes := 0
		for i := range batch {
			bytes += batch[i].Bytes()
		}
		return append(rows, batch...), bytes
	})
	if err != nil {
		return fmt.Errorf("staging advisories: %w", err)
	}
	return nil
}

// Resources stages rows of Resource Graph tables.
func (l *Loader) Resources(ctx context.Context, batch []schema.StagedResource) error {
	err := l.resources.putLong(ctx, func(rows []stagedResource) ([]stagedResource, int) {
		bytes := 0
		for _, r := range batch {
			l.seq++ // guarded by the stager's lock, which every caller holds here
			rows = append(rows, stagedResource{r, l.seq, strings.ToLower(r.ID)})
			bytes += len(r.Properties)
		}
		return rows, bytes
	})
	if err != nil {
		return fmt.Errorf("staging resource rows: %w", err)
	}
	return nil
}

// Distinct counts what differs among the staged rows of the scans numbered from
// first to last. Other scans of the run may be among them.
func (l *Loader) Distinct(ctx context.Context, first, last int) (map[int]schema.Distinct, error) {
	const op = "counting findings"
	for _, rest := range []func(context.Context) error{l.findings.rest, l.details.rest} {
		if err := rest(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", op, err)
		}
	}
	out := map[int]schema.Distinct{}
	err := l.thread.do(func() error {
		// A hash of 64 bits stands for a row, as in the books of a document.
		rows, err := l.pool.QueryContext(ctx, `with told as (
				select r.scan_no, hash(concat_ws(chr(10), vulnerability, coalesce(kind, 'vulnerability'), coalesce(package_type, ''),
						coalesce(package_name, ''), coalesce(installed_version, ''), running)) as finding,
					hash(coalesce(reported_id, vulnerability), package_name, installed_version) as reported
				from stage_rows r left join stage_details using (row_no) where r.scan_no between ? and ?)
			select scan_no, sum(a)::bigint, sum(b)::bigint from (
				select scan_no, 1 as a, 0 as b from (select distinct scan_no, finding from told)
				union all
				select scan_no, 0, 1 from (select distinct scan_no, reported from told))
			group by scan_no`, first, last)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var no int
			var d schema.Distinct
			if err := rows.Scan(&no, &d.Findings, &d.Reported); err != nil {
				return err
			}
			out[no] = d
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	return out, nil
}

// Accept says that a document was read to its end and hands its scans over;
// rows of documents that were never accepted leave no trace. repeats says that
// a finding stands in more than one row of a scan.
func (l *Loader) Accept(ctx context.Context, file int, scans []schema.StagedScan, repeats bool) error {
	l.mu.Lock()
	l.repeats = l.repeats || repeats
	l.mu.Unlock()
	good := goodFile{no: int64(file)}
	for i := range scans {
		if at := scans[i].At; at.After(good.told) {
			good.told = at
		}
	}
	err := l.scans.put(ctx, func(rows []schema.StagedScan) []schema.StagedScan { return append(rows, scans...) })
	if err == nil {
		err = l.good.put(ctx, func(rows []goodFile) []goodFile { return append(rows, good) })
	}
	if err != nil {
		return fmt.Errorf("staging scans: %w", err)
	}
	return nil
}

// settle moves everything that is still gathered into the staging tables.
func (l *Loader) settle(ctx context.Context) error {
	for _, rest := range []func(context.Context) error{l.findings.rest, l.details.rest, l.advisories.rest, l.scans.rest, l.resources.rest, l.statements.rest, l.feeds.rest, l.good.rest} {
		if err := rest(ctx); err != nil {
			return err
		}
	}
	for _, spare := range []func(){l.findings.drop, l.details.drop, l.advisories.drop, l.scans.drop, l.resources.drop, l.statements.drop, l.feeds.drop, l.good.drop} {
		spare()
	}
	debug.FreeOSMemory() // what decoding needed is the engine's now
	_, err := l.pool.ExecContext(ctx, "reset checkpoint_threshold")
	return err
}

// Close drops what was staged and not committed.
func (l *Loader) Close() error {
	for _, arrived := range []func(){l.findings.wait, l.details.wait, l.advisories.wait, l.scans.wait, l.resources.wait, l.statements.wait, l.feeds.wait, l.good.wait} {
		arrived()
	}
	for _, c := range []*sql.Conn{l.findings.conn, l.details.conn, l.advisories.conn, l.scans.conn, l.resources.conn, l.statements.conn, l.feeds.conn, l.good.conn} {
		if c != nil {
			_ = c.Close() // the pool is closed next
		}
	}
	l.thread.end()
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
