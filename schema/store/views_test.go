package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// touch writes to the file without changing anything.
func touch(t *testing.T, path string) {
	t.Helper()
	err := write(context.Background(), path, Options{}, "testing", func(context.Context, *sql.Conn) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// by runs a statement of somebody else on the file.
func by(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// Views are made when their text changed and at no other time: made anew with
// every write they would make the file grow.
func TestViewsAreMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	load(t, path, time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), "trivy", "CVE-2024-1")
	touch(t, path)
	size := StampOf(path).Size
	for range 4 {
		touch(t, path)
	}
	if now := StampOf(path).Size; now != size {
		t.Errorf("four writes without data made the file grow from %d to %d bytes", size, now)
	}
	by(t, path, "create or replace view subassessments as select 'changed by hand' as vulnerability")
	touch(t, path)
	touch(t, path)
	if got := table(t, path, "select vulnerability from subassessments"); got != "changed by hand\n" {
		t.Errorf("two writes without data changed the views: subassessments answers %q", got)
	}
	by(t, path, "comment on table argosy_schema is 'views of another version'")
	if got := table(t, path, "select vulnerability from subassessments"); got != "CVE-2024-1\n" {
		t.Errorf("after views of another version, subassessments answers %q, want what this version answers", got)
	}
}

// What is in the way of bringing a file up to date is told with what to do.
func TestOlderDatabaseThatCannotBeWritten(t *testing.T) {
	why := older("opening the database", "a.db", "its schema version is 2, this argosy needs 9")
	var need *Error
	if !errors.As(why, &need) {
		t.Fatal(why)
	}
	err := hindered(need, "a.db", explain("opening the database", "a.db", errors.New("IO Error: Cannot open file \"a.db\": Permission denied")))
	want := `opening the database "a.db": its schema version is 2, this argosy needs 9, and it cannot be brought up to date: permission denied`
	if KindOf(err) != Older || err.Error() != want {
		t.Errorf("the error is\n%v\nwant\n%s", err, want)
	}
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "cp a.db copy.db") {
		t.Errorf("the hint does not say what to do: %+v", e)
	}
}
