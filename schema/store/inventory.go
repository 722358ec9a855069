package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"argosy/schema"
)

//go:embed inventory/*.sql
var inventorySQL embed.FS

// Inventory writes what exists and what runs into the file at a path, batch by
// batch. The file is held for the length of each call only, so that a sync of
// hours does not keep queries out; what a call stored stays stored when a later
// one fails. Its methods are for one goroutine.
type Inventory struct {
	path string
	opt  Options
	in   *inst
	at   time.Time
	id   int64

	feeds inventoryFeeds
}

// OpenInventory prepares to write into the database at path, which need not
// exist. Close must be called.
func OpenInventory(ctx context.Context, path string, opt Options) (*Inventory, error) {
	const op = "opening the database"
	spill, err := beforeWriting(ctx, path, opt)
	if err != nil {
		return nil, err
	}
	in, err := instance(opt, spill, "use memory")
	if err != nil {
		return nil, err
	}
	text, err := mergeSQL.ReadFile("merge/00_stage.sql")
	if err == nil {
		_, err = in.pool.ExecContext(ctx, string(text))
	}
	if err != nil {
		in.pool.Close()
		return nil, &Error{Op: op, Path: path, Err: err}
	}
	return &Inventory{path: path, opt: opt, in: in}, nil
}

// Close ends the private engine.
func (v *Inventory) Close() error {
	err := v.in.pool.Close()
	if v.path != Memory {
		_ = os.RemoveAll(spillBeside(v.path)) // spilled pages are worthless now
	}
	return err
}

// within runs work in one transaction on the attached and migrated file.
func (v *Inventory) within(ctx context.Context, op string, work func(*sql.Conn) error) error {
	conn, err := v.in.pool.Conn(ctx)
	if err != nil {
		return &Error{Op: op, Path: v.path, Err: err}
	}
	defer conn.Close()
	return attached(ctx, conn, v.opt, op, v.path, v.path, func() error {
		return transact(ctx, conn, func() error { return work(conn) })
	})
}

// Begin records that a sync runs. Everything that it stores carries run.At.
func (v *Inventory) Begin(ctx context.Context, run schema.SyncRun) error {
	v.at = run.At.UTC().Truncate(time.Microsecond)
	return v.within(ctx, "storing the inventory", func(conn *sql.Conn) error {
		// Two syncs of the very same time could not be told apart.
		var last sql.NullTime
		if err := conn.QueryRowContext(ctx, "select max(started) from argosy.inventory_runs where started between ? and ?", v.at, v.at.Add(time.Millisecond)).Scan(&last); err != nil {
			return err
		}
		if last.Valid {
			v.at = last.Time.Add(time.Microsecond)
		}
		if err := conn.QueryRowContext(ctx, "select coalesce(max(sync_id), 0) + 1 from argosy.inventory_runs").Scan(&v.id); err != nil {
			return err
		}
		_, err := conn.ExecContext(ctx, `insert into argosy.inventory_runs (sync_id, kind, source, version, started, state) values (?, ?, ?, ?, ?, 'running')`,
			v.id, run.Kind, run.Source, run.Version, v.at)
		return err
	})
}

// Finish records what the sync came to and returns its number.
func (v *Inventory) Finish(ctx context.Context, t schema.SyncTotals) (int64, error) {
	return v.id, v.within(ctx, "storing the inventory", func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, `update argosy.inventory_runs set finished = ?, state = ?, repositories = ?, tags = ?, manifests = ?,
			containers = ?, requests = ?, error = nullif(?, '') where sync_id = ?`,
			v.opt.moment(), t.State, t.Repositories, t.Tags, t.Manifests, t.Containers, t.Requests, t.Error, v.id)
		if err != nil {
			return err
		}
		// What exists decides what exemptions and owners reach.
		if err := inOrder(ctx, conn, mergeStep{"77_bases", true}); err != nil {
			return fmt.Errorf("finding base images: %w", err)
		}
		return reassign(ctx, conn, v.at)
	})
}

// steps runs embedded files of SQL in order.
func (v *Inventory) steps(ctx context.Context, conn *sql.Conn, names ...string) error {
	for _, name := range names {
		text, err := inventorySQL.ReadFile("inventory/" + name + ".sql")
		if err != nil {
			return err
		}
		// Several statements cannot take arguments; the time is ours.
		set := fmt.Sprintf("set variable sync_at = timestamp '%s';", v.at.Format("2006-01-02 15:04:05.000000"))
		if _, err := conn.ExecContext(ctx, set+string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Apply stores a batch in one transaction.
func (v *Inventory) Apply(ctx context.Context, b schema.InventoryBatch) error {
	return v.within(ctx, "storing the inventory", func(conn *sql.Conn) error {
		if err := v.steps(ctx, conn, "00_stage"); err != nil {
			return err
		}
		if err := v.feeds.stage(ctx, conn, b); err != nil {
			return err
		}
		return v.steps(ctx, conn, "10_content", "20_presence", "30_images")
	})
}

// Known reads what the database knows of a registry. A database that does not
// exist knows nothing.
func (v *Inventory) Known(ctx context.Context, registry string) (*schema.KnownRegistry, error) {
	const op = "reading the inventory"
	k := &schema.KnownRegistry{Repositories: map[string]*schema.KnownRepository{}, Contents: map[string]schema.KnownContent{}}
	if v.path == Memory {
		return k, nil
	}
	if exists, err := look(op, v.path); err != nil || !exists {
		return k, err
	}
	conn, err := v.in.pool.Conn(ctx)
	if err != nil {
		return nil, &Error{Op: op, Path: v.path, Err: err}
	}
	defer conn.Close()
	if err := attachWait(ctx, conn, v.opt.Wait, op, v.path, "attach "+quote(v.path)+" as argosy (read_only)"); err != nil {
		return nil, err
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "detach argosy") }()
	var tables int
	err = conn.QueryRowContext(ctx, "select count(*) from duckdb_columns() where database_name = 'argosy' and table_name = 'manifests' and column_name = 'listed'").Scan(&tables)
	if err == nil && tables > 0 {
		err = readKnown(ctx, conn, registry, k)
	}
	if err != nil {
		return nil, &Error{Op: op, Path: v.path, Err: err}
	}
	return k, nil
}

func readKnown(ctx context.Context, conn *sql.Conn, registry string, k *schema.KnownRegistry) error {
	repository := func(name string) *schema.KnownRepository {
		r := k.Repositories[name]
		if r == nil {
			r = &schema.KnownRepository{Tags: map[string]string{}, Manifests: map[string]schema.KnownManifest{}}
			k.Repositories[name] = r
		}
		return r
	}
	each := func(query string, scan func(*sql.Rows) error) error {
		rows, err := conn.QueryContext(ctx, query, registry)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	var a, b, c string
	var seen time.Time
	var checked sql.NullTime
	err := each("select repository from argosy.repositories where registry = ? and gone_at is null", func(r *sql.Rows) error {
		err := r.Scan(&a)
		repository(a)
		return err
	})
	if err == nil {
		err = each("select repository, tag, digest from argosy.repository_tags where registry = ? and valid_to is null", func(r *sql.Rows) error {
			err := r.Scan(&a, &b, &c)
			repository(a).Tags[b] = c
			return err
		})
	}
	if err == nil {
		err = each("select repository, digest, last_seen, checked_at from argosy.repository_manifests where registry = ? and gone_at is null", func(r *sql.Rows) error {
			err := r.Scan(&a, &b, &seen, &checked)
			repository(a).Manifests[b] = schema.KnownManifest{Seen: seen, Checked: checked.Time}
			return err
		})
	}
	if err == nil {
		err = each("select digest, kind from argosy.manifests where not listed and digest in (select digest from argosy.repository_manifests where registry = ?)", func(r *sql.Rows) error {
			err := r.Scan(&a, &b)
			k.Contents[a] = schema.KnownContent{Kind: schema.ManifestKind(b)}
			return err
		})
	}
	if err == nil {
		err = each(`select index_digest, digest from argosy.manifest_platforms
			where index_digest in (select digest from argosy.repository_manifests where registry = ?)
			and index_digest in (select digest from argosy.manifests where not listed) order by index_digest, position`, func(r *sql.Rows) error {
			err := r.Scan(&a, &b)
			content := k.Contents[a]
			content.Children = append(content.Children, b)
			k.Contents[a] = content
			return err
		})
	}
	return err
}

// object writes a map as a JSON object; an empty one is no value.
func object(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	b, err := json.Marshal(m)
	if err != nil {
		return "" // a map of texts always marshals
	}
	return string(b)
}
