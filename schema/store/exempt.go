package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"argosy/schema"
)

// Exempt stores exemptions and applies them to the open findings, in one
// transaction. What is stored already is not stored twice. The results are in
// the order of list.
func Exempt(ctx context.Context, path string, opt Options, list []schema.Exemption) ([]schema.ExemptionResult, error) {
	results, _, err := exempt(ctx, path, opt, "", list)
	return results, err
}

// ImportExemptions stores the exemptions of a file, whose absolute path is
// origin, like Exempt. What an earlier call stored of the same origin and is
// not in list is removed; removed counts it.
func ImportExemptions(ctx context.Context, path string, opt Options, origin string, list []schema.Exemption) (results []schema.ExemptionResult, removed int64, err error) {
	return exempt(ctx, path, opt, origin, list)
}

func exempt(ctx context.Context, path string, opt Options, origin string, list []schema.Exemption) (results []schema.ExemptionResult, removed int64, err error) {
	const op = "storing exemptions"
	err = write(ctx, path, opt, op, func(ctx context.Context, conn *sql.Conn) error {
		results, removed = nil, 0
		at := opt.moment()
		var kept []string
		for i := range list {
			res, key, err := putExemption(ctx, conn, &list[i], at)
			if err != nil {
				return err
			}
			results = append(results, res)
			kept = append(kept, key)
		}
		if origin != "" {
			var err error
			if removed, err = removeOthers(ctx, conn, origin, kept, at); err != nil {
				return err
			}
		}
		if err := rematch(ctx, conn, at); err != nil {
			return err
		}
		for i := range results {
			if err := conn.QueryRowContext(ctx, "select matched from argosy.exemptions where exemption_id = ?", results[i].ID).Scan(&results[i].Matched); err != nil {
				return err
			}
		}
		return nil
	})
	return results, removed, err
}

func putExemption(ctx context.Context, conn *sql.Conn, e *schema.Exemption, at time.Time) (schema.ExemptionResult, string, error) {
	var expires any
	until := ""
	if !e.Expires.IsZero() {
		expires = e.Expires.UTC()
		until = e.Expires.UTC().Format(time.RFC3339Nano)
	}
	said := []string{string(e.Source), e.Origin, e.Vulnerability, e.PURL, e.PackageType, e.Package, e.Version,
		e.Digest, e.Registry, e.Repository, e.Tag, e.Path, e.Reason, e.Who, until}
	if e.Team != "" {
		said = append(said, e.Team) // the keys of those without a team are as they were before there were teams
	}
	sum := sha256.Sum256([]byte(strings.Join(said, "\x1f")))
	key := hex.EncodeToString(sum[:16])
	res := schema.ExemptionResult{}
	err := conn.QueryRowContext(ctx, "select exemption_id from argosy.exemptions where exemption_key = ? and removed is null", key).Scan(&res.ID)
	if err == nil {
		res.Known = true
		return res, key, nil
	}
	if err != sql.ErrNoRows {
		return res, key, err
	}
	if err := conn.QueryRowContext(ctx, "select coalesce(max(exemption_id), 0) + 1 from argosy.exemptions").Scan(&res.ID); err != nil {
		return res, key, err
	}
	_, err = conn.ExecContext(ctx, `insert into argosy.exemptions (exemption_id, exemption_key, source, origin, place, vulnerability,
			digest, registry, repository, tag, purl, package_type, package_name, package_version, team, path,
			status, reason, who, stated, created, expires, matched)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'exempt', ?, ?, ?, ?, ?, 0)`,
		res.ID, key, string(e.Source), e.Origin, orNull(e.Place), orNull(e.Vulnerability),
		orNull(e.Digest), orNull(e.Registry), orNull(e.Repository), orNull(e.Tag), orNull(e.PURL), orNull(e.PackageType), orNull(e.Package), orNull(e.Version), orNull(e.Team), orNull(e.Path),
		e.Reason, e.Who, at, at, expires)
	return res, key, err
}

func removeOthers(ctx context.Context, conn *sql.Conn, origin string, keys []string, at time.Time) (int64, error) {
	marks := "''" + strings.Repeat(", ?", len(keys))
	args := []any{at, "no longer in the file", origin}
	for _, k := range keys {
		args = append(args, k)
	}
	r, err := conn.ExecContext(ctx, `update argosy.exemptions set removed = ?, removed_by = ?
		where source = 'file' and origin = ? and removed is null and exemption_key not in (`+marks+")", args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Unexempt removes exemptions by their ids. They stay in the table with the
// time and the person. An id that is unknown or removed already is an error,
// and then nothing is removed.
func Unexempt(ctx context.Context, path string, opt Options, ids []int64, who string) error {
	const op = "removing exemptions"
	return write(ctx, path, opt, op, func(ctx context.Context, conn *sql.Conn) error {
		if err := takeBack(ctx, conn, given{op, "exemption", "exemptions", "see them with: argosy exempt list"}, ids, who, opt.moment()); err != nil {
			return err
		}
		return rematch(ctx, conn, opt.moment())
	})
}

// given is a kind of decision that people give and take back.
type given struct{ op, noun, table, hint string }

// takeBack marks the rows with the given ids as removed. One that does not hold
// is an error.
func takeBack(ctx context.Context, conn *sql.Conn, g given, ids []int64, who string, at time.Time) error {
	for _, id := range ids {
		r, err := conn.ExecContext(ctx, "update argosy."+g.table+" set removed = ?, removed_by = ? where "+g.noun+"_id = ? and removed is null", at, who, id)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return &Error{Kind: Query, Op: g.op, Msg: fmt.Sprintf("there is no %s %d that holds", g.noun, id), Hint: g.hint}
		}
	}
	return nil
}

// reassign finds out anew who owns what, and then which exemption holds, which
// may depend on the owner. at is when that is decided.
func reassign(ctx context.Context, conn *sql.Conn, at time.Time) error {
	if err := findOwners(ctx, conn); err != nil {
		return fmt.Errorf("finding owners: %w", err)
	}
	return rematch(ctx, conn, at)
}

// findOwners says anew whose each location is.
func findOwners(ctx context.Context, conn *sql.Conn) error {
	var named bool
	if err := conn.QueryRowContext(ctx, "select exists (from argosy.owner_rules where namespace is not null)").Scan(&named); err != nil {
		return err
	}
	return inOrder(ctx, conn, mergeStep{"73_there", true}, mergeStep{"74_namespaces", named}, mergeStep{"75_owners", true})
}

// rematch finds out anew which exemption holds for which finding from at on.
func rematch(ctx context.Context, conn *sql.Conn, at time.Time) error {
	if err := decideAt(ctx, conn, at); err != nil {
		return err
	}
	if err := inOrder(ctx, conn, mergeStep{"81_exempted", true}); err != nil {
		return fmt.Errorf("matching exemptions: %w", err)
	}
	return nil
}

// decideAt tells the statements when what they decide begins to hold.
func decideAt(ctx context.Context, conn *sql.Conn, at time.Time) error {
	_, err := conn.ExecContext(ctx, "set variable decided_at = "+quote(at.UTC().Format("2006-01-02 15:04:05.999999"))+"::timestamp")
	return err
}
