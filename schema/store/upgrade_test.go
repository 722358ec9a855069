package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"argosy/queries"
	"argosy/schema"
	"argosy/schema/store"
)

// rowsOfOld is one finding as the first schema held it.
const rowsOfOld = `
insert into runs values (1, '2026-05-04', '2026-05-04', 'complete', 'test', 'a.json', 1, 1, 1, 0);
insert into run_files by name select 1 as run_id, 'a.json' as path, 'trivy' as format, 'stored' as state, 1 as images, 1 as rows_read, 1 as findings, 0 as merged, 0 as skipped;
insert into images by name select 1 as image_id, 'sha256:abc' as image_key, 'image' as kind, 'sha256:abc' as digest,
	'2026-05-04'::timestamp as first_seen, '2026-05-04'::timestamp as last_seen, '2026-05-04'::timestamp as last_scanned;
insert into locations by name select 1 as location_id, 1 as image_id, true as is_primary, 'r.example' as registry, 'team/app' as repository, 'r.example' as registry_name,
	'/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r.example' as registry_id, 't' as tenant_id, 's' as subscription_id, 'g' as resource_group;
insert into scans by name select 1 as scan_id, 1 as run_id, 'a.json' as path, 1 as image_id, 'trivy' as scanner, '2026-05-04'::timestamp as scanned_at, 'report' as time_source,
	'merged' as state, false as partial, 1 as rows_read, 1 as findings;
insert into vulnerabilities by name select 1 as vulnerability_id, 'CVE-2024-1' as id, false as kev;
insert into findings by name select '00000000-0000-0000-0000-000000000001'::uuid as finding, 1 as image_id, 1 as vulnerability_id, 'vulnerability' as kind, 'deb' as package_type,
	'zlib1g' as package_name, '1.0' as installed_version, '1.2' as fixed_version, 'FixAvailable' as fix_status, 'High' as severity, 'Unhealthy' as status, ['trivy'] as scanners,
	'2026-05-04'::timestamp as first_seen, '2026-05-04'::timestamp as last_seen, '2026-05-04'::timestamp as fix_since;
insert into sightings by name select '00000000-0000-0000-0000-000000000001'::uuid as finding, 1 as image_id, 'trivy' as scanner, '2026-05-04'::timestamp as valid_from, 1 as words,
	'High' as severity, '1.2' as fixed_version, 'FixAvailable' as fix_status, 'Unhealthy' as status;
`

// oldDatabase makes a file as an argosy left it that knew the first migrations
// only: with a row, and without the views of today. The row goes in after the
// first migration, as rows of the time did.
func oldDatabase(t *testing.T, path string, known int) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	names, err := fs.Glob(schema.Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	do := func(text string) {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	do("create table argosy_schema (application varchar, version integer, name varchar, applied timestamp)")
	for i, n := range names[:known] {
		text, err := fs.ReadFile(schema.Migrations(), n)
		if err != nil {
			t.Fatal(err)
		}
		do(string(text))
		do(fmt.Sprintf("insert into argosy_schema values ('argosy', %d, '%s', now()::timestamp)", i+1, strings.TrimSuffix(n, ".sql")))
		if i == 0 {
			do(rowsOfOld)
		}
	}
}

func count(t *testing.T, ctx context.Context, db *store.DB, text string) string {
	t.Helper()
	rows, err := db.Query(ctx, schema.Statement{SQL: text})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		out = append(out, fmt.Sprintln(rows.Values()...))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "")
}

// A database of any older argosy opens: its tables and views are brought up to
// date, its rows are all there, and every report runs.
func TestOpenBringsOlderDatabasesUpToDate(t *testing.T) {
	ctx := context.Background()
	names, err := fs.Glob(schema.Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for known := 1; known < len(names); known++ {
		t.Run(fmt.Sprintf("schema %d", known), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "old.db")
			oldDatabase(t, path, known)
			var told []string
			opt := store.Options{Tell: func(s string) { told = append(told, s) }}
			db, err := store.Open(ctx, path, opt)
			if err != nil {
				t.Fatal(err)
			}
			got := count(t, ctx, db, `select vulnerability, package_name, fixed_version, registry, repository, severity::varchar from subassessments`)
			if want := "CVE-2024-1 zlib1g 1.2 r.example team/app High\n"; got != want {
				t.Errorf("subassessments holds %q, want %q", got, want)
			}
			if want := fmt.Sprintf("its schema version is %d, this argosy needs %d", known, len(names)); len(told) != 1 || !strings.Contains(told[0], want) {
				t.Errorf("told %q, want one message that says %q", told, want)
			}
			if known == 1 {
				everyReport(t, ctx, db)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			session, err := store.OpenSession(ctx, path, opt)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if len(told) != 1 {
				t.Errorf("opened again, it told %q", told[1:])
			}
		})
	}
}

func everyReport(t *testing.T, ctx context.Context, db *store.DB) {
	t.Helper()
	lib, err := queries.LoadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range lib.Reports() {
		args := map[string]string{}
		for _, p := range r.Params {
			if p.Default == "" {
				args[p.Name] = "1"
			}
		}
		for _, section := range sections(r.Sections) {
			if err := drain(ctx, db, queries.Request{Text: section.Text, Language: r.Language, Params: r.Params, Given: args, Now: time.Now()}); err != nil {
				t.Errorf("%s: %v", r.Name, err)
			}
		}
	}
}

// sections are those that hold a query, also within another.
func sections(list []queries.Section) []queries.Section {
	var out []queries.Section
	for _, s := range list {
		if s.Text != "" {
			out = append(out, s)
		}
		out = append(out, sections(s.Blocks)...)
	}
	return out
}

func drain(ctx context.Context, db *store.DB, r queries.Request) error {
	prepared, err := queries.Prepare(ctx, db, r)
	if err != nil {
		return err
	}
	rows, err := db.Query(ctx, prepared.Statement)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// The session of somebody who looks opens an older file, too.
func TestSessionBringsOlderDatabasesUpToDate(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "old.db")
	oldDatabase(t, path, 3)
	s, err := store.OpenSession(ctx, path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.Query(ctx, schema.Statement{SQL: "select count(*) from subassessments"})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() || fmt.Sprint(rows.Values()...) != "1" {
		t.Error("the finding of the older file is gone")
	}
}

// A file that is held cannot be brought up to date: that is told, as something
// that passes, and the file is left as it is.
func TestOlderDatabaseInUse(t *testing.T) {
	if path := os.Getenv("ARGOSY_TEST_HOLD"); path != "" {
		holdFile(t, path)
		return
	}
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "old.db")
	oldDatabase(t, path, 2)
	stop := hold(t, path)
	_, err := store.Open(ctx, path, store.Options{})
	if store.KindOf(err) != store.Busy || !strings.Contains(err.Error(), "its schema version is 2") || !strings.Contains(err.Error(), "in use by process") {
		t.Errorf("the error is %v, want one of the kind Busy that names the versions and the process", err)
	}
	stop()
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

// hold lets another process read the file, until stop is called.
func hold(t *testing.T, path string) (stop func()) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run", "^TestOlderDatabaseInUse$")
	c.Env = append(os.Environ(), "ARGOSY_TEST_HOLD="+path)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	return func() {
		in.Close()
		if err := c.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

// holdFile is what the other process does.
func holdFile(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("duckdb", path+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(); err != nil {
		t.Fatal(err)
	}
	fmt.Println("held")
	_, _ = io.Copy(io.Discard, os.Stdin)
}
