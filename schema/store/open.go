package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Memory is the path of a database that lives in memory and ends with the
// process.
const Memory = ":memory:"

// Options of an opened database.
type Options struct {
	// MemoryLimit of DuckDB in bytes; 0 is half of what the engine would take.
	MemoryLimit int64
	// Threads of DuckDB; 0 is one for each processor.
	Threads int
	// Wait is how long to try again while another process holds the file.
	Wait time.Duration
	// Now is when exemptions and owners are given and taken back; zero is the
	// clock.
	Now time.Time
	// Begin is told before something is done to a file that may take seconds; it
	// may be nil.
	Begin func(string)
	// Tell is told what was done to a file beyond what was asked for; it may be
	// nil.
	Tell func(string)

	group int // rows that are compressed together; 0 is rowGroup
}

// moment is the time of what is stored.
func (o Options) moment() time.Time {
	if o.Now.IsZero() {
		return now()
	}
	return o.Now.UTC().Truncate(time.Microsecond)
}

// DB is a database opened for queries: read-only, without access to files,
// the network or extensions from within a query. It is safe for use by
// several goroutines.
type DB struct {
	sql  *sql.DB
	path string
	pace pace

	shared shared
}

// Open opens the database at path for queries. A file of an older argosy is
// brought up to date first. The errors have the kinds Missing, Foreign, Newer,
// Older and Busy.
func Open(ctx context.Context, path string, opt Options) (*DB, error) {
	const op = "opening the database"
	if path == Memory {
		return openMemory(ctx, opt)
	}
	var db *DB
	err := current(ctx, path, opt, func() (err error) {
		db, err = open(ctx, op, path, opt)
		return err
	})
	return db, err
}

func open(ctx context.Context, op, path string, opt Options) (*DB, error) {
	exists, err := look(op, path)
	if err != nil {
		return nil, err
	}
	if !exists {
		return nil, missing(op, path)
	}
	inst, err := instance(opt, spillBeside(path), "use argosy")
	if err != nil {
		return nil, err
	}
	// The first connection attaches the file; every connection then uses it.
	attach := fmt.Sprintf("attach if not exists %s as argosy (read_only)", quote(path))
	if err := inst.first(ctx, opt.Wait, op, path, attach); err != nil {
		return nil, err
	}
	db := &DB{sql: inst.pool, path: path, pace: pace{threads: threads(opt)}}
	if err := db.finish(ctx, op); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func openMemory(ctx context.Context, opt Options) (*DB, error) {
	const op = "opening a database in memory"
	inst, err := instance(opt, "", "use argosy")
	if err != nil {
		return nil, err
	}
	if err := inst.first(ctx, 0, op, "", "attach if not exists ':memory:' as argosy"); err != nil {
		return nil, err
	}
	conn, err := inst.pool.Conn(ctx)
	if err != nil {
		return nil, explain(op, "", err)
	}
	err = migrate(ctx, conn)
	if err == nil {
		// Migrating leaves the connection elsewhere, and the pool gives it out again.
		_, err = conn.ExecContext(ctx, "use argosy")
	}
	conn.Close()
	if err != nil {
		inst.pool.Close()
		return nil, err
	}
	db := &DB{sql: inst.pool, path: Memory, pace: pace{threads: threads(opt)}}
	return db, db.lock(ctx)
}

// finish checks the schema and locks the instance down.
func (db *DB) finish(ctx context.Context, op string) error {
	if err := checkVersion(ctx, db.sql, op, db.path); err != nil {
		return err
	}
	return db.lock(ctx)
}

// lock closes every way from a query to the world outside the database. The last
// cannot be taken back; other settings are out of reach of a query, which is one
// statement that reads: see Check.
func (db *DB) lock(ctx context.Context) error {
	for _, s := range []string{
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false",
		"set enable_external_access = false",
	} {
		if _, err := db.sql.ExecContext(ctx, s); err != nil {
			return &Error{Op: "locking the database down", Path: db.path, Err: err}
		}
	}
	return nil
}

// Path is the file that was opened.
func (db *DB) Path() string { return db.path }

// Close releases the file.
func (db *DB) Close() error { return db.sql.Close() }

// inst is a private DuckDB in memory.
type inst struct {
	pool  *sql.DB
	ready *bool
}

// instance starts a private DuckDB in memory. Each new connection runs use
// once the file is attached.
func instance(opt Options, spill, use string) (*inst, error) {
	ready := new(bool)
	conf := []string{"threads=" + fmt.Sprint(threads(opt))}
	if opt.MemoryLimit > 0 {
		conf = append(conf, fmt.Sprintf("memory_limit=%dMiB", leastMemory(opt)))
	}
	connector, err := duckdb.NewConnector("?"+strings.Join(conf, "&"), func(e driver.ExecerContext) error {
		if !*ready {
			return nil
		}
		_, err := e.ExecContext(context.Background(), use, nil)
		return err
	})
	if err != nil {
		return nil, &Error{Op: "starting the database engine", Err: err}
	}
	pool := sql.OpenDB(connector)
	if spill != "" {
		if _, err := pool.Exec("set temp_directory = " + quote(spill)); err != nil {
			pool.Close()
			return nil, &Error{Op: "starting the database engine", Err: err}
		}
	}
	return &inst{pool: pool, ready: ready}, nil
}

// leastMemory is the limit that was asked for, in MiB, but not less than what the
// engine needs to run at all.
func leastMemory(opt Options) int64 { return max(64, opt.MemoryLimit>>20) }

// first attaches the file, waiting while another process holds it, and makes
// sure that connections from then on use it.
func (i *inst) first(ctx context.Context, wait time.Duration, op, path, attach string) error {
	if err := attachWait(ctx, i.pool, wait, op, path, attach); err != nil {
		i.pool.Close()
		return err
	}
	*i.ready = true
	// Connections made before the attach do not use the file: drop them.
	i.pool.SetMaxIdleConns(0)
	i.pool.SetMaxIdleConns(4)
	return nil
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// attachWait runs an attach statement until it succeeds, fails for another
// reason than a lock, or the wait is over.
func attachWait(ctx context.Context, e execer, wait time.Duration, op, path, attach string) error {
	until := time.Now().Add(wait)
	pause := 20 * time.Millisecond
	for {
		_, err := e.ExecContext(ctx, attach)
		if err == nil {
			return nil
		}
		err = explain(op, path, err)
		if KindOf(err) != Busy || time.Now().Add(pause).After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, 500*time.Millisecond)
	}
}

func threads(opt Options) int {
	if opt.Threads > 0 {
		return opt.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// spillBeside is where the engine puts what memory does not hold.
func spillBeside(path string) string {
	return filepath.Clean(path) + ".tmp"
}

// quote writes a text as an SQL literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
