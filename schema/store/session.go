package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"argosy/schema"
	"argosy/schema/scratch"
)

// sessionMemory bounds the engine where the user does not, in MiB: what a person
// looks at is cut into pages, and the rest may lie on disk.
const sessionMemory = 88

// shelf is the database in which a session keeps rows, a file beside what its
// memory does not hold. Few rows are compressed together, as texts may be long;
// nothing is written ahead, as nobody reads it again when the process has ended.
const shelf = "argosy_kept"

const shelfOptions = "row_group_size 40960, recovery_mode no_wal_writes"

// lingering is how long a session keeps the file after the last statement, so
// that a burst of statements attaches it once.
const lingering = 250 * time.Millisecond

// Session is a database opened for somebody who looks at it for hours. It is a
// private engine in memory that attaches the file read-only while statements
// run and lets go of it soon after the last, so that an ingest can write in
// between. Results that are kept (see Keep) stay when the file is gone. It is
// safe for use by several goroutines.
type Session struct {
	path  string
	opt   Options
	pool  *sql.DB
	spill *scratch.Folder

	mu       sync.Mutex
	users    int
	attached bool
	stamp    Stamp
	idle     *time.Timer
	closed   bool
	limit    string   // of the engine's memory
	rooms    []string // larger ones for statements that need them; none where the user gave one

	// limiting is held while the limit is looked at and set: a statement that was
	// given more must not lose it to one that sets it back.
	limiting sync.Mutex
	roomy    []int // statements that run within each of rooms

	made    atomic.Int64  // tables and types
	running atomic.Int32  // statements
	freed   chan struct{} // asks trim for memory that statements have left behind
	ended   chan struct{}
}

// OpenSession starts the engine and looks at the file once. The errors are
// those of Open.
func OpenSession(ctx context.Context, path string, opt Options) (*Session, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, &Error{Op: "opening the database", Path: path, Err: err}
	}
	spill, err := scratch.New("pages")
	if err != nil {
		return nil, &Error{Op: "making a folder for what memory does not hold", Err: err, Hint: "set TMPDIR to a folder that can be written to"}
	}
	s := &Session{path: full, opt: opt, spill: spill, limit: limitOf(opt), freed: make(chan struct{}, 1), ended: make(chan struct{})}
	inst, err := instance(opt, spill.Path, "use memory")
	if err != nil {
		spill.Close()
		return nil, err
	}
	s.pool = inst.pool
	if opt.MemoryLimit == 0 {
		var room string
		err := s.pool.QueryRowContext(ctx, "select current_setting('memory_limit')").Scan(&room)
		for _, n := range moreMemory() {
			s.rooms = append(s.rooms, fmt.Sprintf("%dMiB", n))
		}
		s.rooms = append(s.rooms, room)
		s.roomy = make([]int, len(s.rooms))
		if err == nil {
			_, err = s.pool.ExecContext(ctx, s.setLimit())
		}
		if err != nil {
			s.Close()
			return nil, &Error{Op: "starting the database engine", Path: path, Err: err}
		}
	}
	kept := filepath.Join(spill.Path, "kept.db")
	for _, stmt := range []string{
		fmt.Sprintf("attach %s as %s (%s)", quote(kept), shelf, shelfOptions),
		// The rows of a page are fetched by their places, however many those are.
		"set dynamic_or_filter_threshold = 1000",
		"set allocator_bulk_deallocation_flush_threshold = '8MiB'",
		"set autoinstall_known_extensions = false", "set autoload_known_extensions = false",
		fmt.Sprintf("set allowed_paths = [%s, %s, %s]", quote(full), quote(full+".wal"), quote(kept)),
		// This cannot be taken back. Other settings are out of reach of a query,
		// which is one statement that reads: see Check.
		"set enable_external_access = false",
	} {
		if _, err := s.pool.ExecContext(ctx, stmt); err != nil {
			s.Close()
			return nil, &Error{Op: "locking the database down", Path: path, Err: err}
		}
	}
	if err := s.acquire(ctx); err != nil {
		s.Close()
		return nil, err
	}
	s.release()
	go s.trim()
	return s, nil
}

// Path is the file of the session, absolute.
func (s *Session) Path() string { return s.path }

// Close ends the engine and removes what it put on disk.
func (s *Session) Close() error {
	s.mu.Lock()
	if !s.closed {
		close(s.ended)
	}
	s.closed = true
	if s.idle != nil {
		s.idle.Stop()
	}
	s.mu.Unlock()
	err := s.pool.Close()
	if rerr := s.spill.Close(); err == nil {
		err = rerr
	}
	return err
}

// acquire attaches the file unless it is, and counts one more user.
func (s *Session) acquire(ctx context.Context) error {
	const op = "opening the database"
	s.mu.Lock()
	defer s.mu.Unlock()
	stamp := StampOf(s.path)
	if s.attached && s.users == 0 && stamp != s.stamp {
		// What is attached is no longer what lies at the path.
		s.detach()
	}
	if s.attached {
		s.users++
		return nil
	}
	exists, err := look(op, s.path)
	if err != nil {
		return err
	}
	if !exists {
		return &Error{Kind: Missing, Op: op, Path: s.path, Msg: "there is no database",
			Hint: "create one with: argosy ingest --db " + s.path + " REPORTS..."}
	}
	if err := current(ctx, s.path, s.opt, func() error { return s.attach(ctx, op) }); err != nil {
		return err
	}
	s.attached = true
	s.users++
	return nil
}

// attach takes the file for reading; mu is held.
func (s *Session) attach(ctx context.Context, op string) error {
	attach := fmt.Sprintf("attach if not exists %s as argosy (read_only)", quote(s.path))
	err := s.on(ctx, func(conn *sql.Conn) error {
		err := attachWait(ctx, conn, s.opt.Wait, op, s.path, attach)
		stamp := StampOf(s.path)
		if err == nil && stamp != s.stamp {
			err = checkVersion(ctx, conn, op, s.path)
		}
		if err == nil {
			s.stamp = stamp
		}
		return err
	})
	if err != nil {
		s.detach()
	}
	return err
}

// on runs statements on a connection of their own, and settles it when one fails.
func (s *Session) on(ctx context.Context, run func(*sql.Conn) error) error {
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err = run(conn); err != nil {
		settle(conn)
	}
	return err
}

// settle ends what a connection began. A statement that is cancelled between its
// planning and its first row stays open until the next on its connection, and the
// engine waits for it, without end, when it attaches the file again. Nor can a
// file be detached that a connection uses.
func settle(conn *sql.Conn) {
	_, _ = conn.ExecContext(context.Background(), "use memory")
}

// release counts one user less and lets the file go when there is none for a
// while.
func (s *Session) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users--
	if s.users > 0 || s.closed {
		return
	}
	if s.idle != nil {
		s.idle.Stop()
	}
	s.idle = time.AfterFunc(lingering, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.users == 0 && s.attached && !s.closed {
			s.detach()
		}
	})
}

// detach gives the file up; mu is held.
func (s *Session) detach() {
	ctx := context.Background()
	_ = s.on(ctx, func(conn *sql.Conn) error {
		settle(conn)
		_, err := conn.ExecContext(ctx, "detach database if exists argosy")
		if err == nil {
			s.attached = false
		}
		return err
	})
}

// Aside runs something that writes to the file: it waits for the statements
// that read it, lets it go, and keeps others waiting until f returns.
func (s *Session) Aside(f func() error) error {
	for {
		s.mu.Lock()
		if s.users == 0 {
			break
		}
		s.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
	defer s.mu.Unlock()
	if s.attached {
		s.detach()
	}
	return f()
}

// conn takes a connection that reads the file; done gives both back.
func (s *Session) conn(ctx context.Context) (conn *sql.Conn, done func(), err error) {
	if err := s.acquire(ctx); err != nil {
		return nil, nil, err
	}
	conn, err = s.pool.Conn(ctx)
	if err != nil {
		s.release()
		return nil, nil, explain("opening the database", s.path, err)
	}
	done = func() {
		settle(conn)
		conn.Close()
		s.release()
	}
	if _, err := conn.ExecContext(ctx, "use argosy"); err != nil {
		done()
		return nil, nil, explain("opening the database", s.path, err)
	}
	return conn, done, nil
}

// Check is DB.Check; it needs no file.
func (s *Session) Check(ctx context.Context, text string) error {
	return (&DB{sql: s.pool, path: s.path}).Check(ctx, text)
}

// Query runs a statement over the file. The rows hold the file until they are
// closed.
func (s *Session) Query(ctx context.Context, st schema.Statement) (schema.Rows, error) {
	conn, done, err := s.conn(ctx)
	if err != nil {
		return nil, err
	}
	var rows *Rows
	err = s.withRoom(ctx, func() error {
		rows, err = start(ctx, conn, st)
		return err
	})
	if err != nil {
		done()
		return nil, queryError("running the query", st.SQL, err)
	}
	return &sessionRows{Rows: rows, done: done, free: s.free}, nil
}

// Diagnose has the engine look at a statement without running it: names, types
// and functions. The error is its own, with the line and a mark under the place.
func (s *Session) Diagnose(ctx context.Context, st schema.Statement) error {
	conn, done, err := s.conn(ctx)
	if err != nil {
		return err
	}
	defer done()
	prepared, err := conn.PrepareContext(ctx, st.SQL)
	if err != nil {
		return queryError("checking the query", st.SQL, err)
	}
	return prepared.Close()
}

// sessionRows gives the file back when the rows are closed.
type sessionRows struct {
	*Rows
	done func()
	free func()
	once sync.Once
}

// Close ends the query.
func (r *sessionRows) Close() error {
	err := r.rows.Close()
	r.once.Do(r.done)
	r.free()
	return err
}

// Freshness reads how fresh the data is.
func (s *Session) Freshness(ctx context.Context) (Freshness, error) {
	conn, done, err := s.conn(ctx)
	if err != nil {
		return Freshness{}, err
	}
	defer done()
	return freshness(ctx, conn)
}

// Stamp tells one state of a database file from another without opening it.
type Stamp struct {
	Size     int64
	Modified time.Time
}

// StampOf reads the stamp of a file; a missing one has the zero stamp.
func StampOf(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{}
	}
	return Stamp{info.Size(), info.ModTime()}
}

// Stamp reads the stamp of the session's file as it is now.
func (s *Session) Stamp() Stamp { return StampOf(s.path) }
