package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"argosy/schema"
)

// ErrPolicy says that a scan policy of a name cannot be stored or is not there.
var ErrPolicy = errors.New("no policy of that name can be kept or removed")

// PutScanPolicy keeps a scan policy of the team's own, in place of one of the
// same name. The names of those that come with argosy are taken.
func (v *Inventory) PutScanPolicy(ctx context.Context, p schema.ScanPolicy, at time.Time) error {
	return v.within(ctx, "storing the policy", func(conn *sql.Conn) error {
		var taken bool
		err := conn.QueryRowContext(ctx, "select count(*) > 0 from argosy.scan_policies where policy = ? and not own", p.Policy).Scan(&taken)
		if err != nil {
			return err
		}
		if taken {
			return &Error{Op: "storing the policy", Err: fmt.Errorf("%q is the name of one that comes with argosy: %w", p.Policy, ErrPolicy)}
		}
		if _, err := conn.ExecContext(ctx, "delete from argosy.own_scan_policies where policy = ?", p.Policy); err != nil {
			return err
		}
		_, err = conn.ExecContext(ctx, `insert into argosy.own_scan_policies values (?, nullif(?, ''), ?, ?, ?, ?, ?,
			case when ? = '' then null else string_split(?, chr(31)) end, ?)`,
			p.Policy, p.Description, number(p.PushedWithinDays), number(p.PulledWithinDays), p.Running, number(p.RescanHours), number(p.FirstScanHours),
			strings.Join(p.OperatingSystems, "\x1f"), strings.Join(p.OperatingSystems, "\x1f"), at.UTC().Truncate(time.Microsecond))
		return err
	})
}

// RemoveScanPolicy forgets a scan policy of the team's own.
func (v *Inventory) RemoveScanPolicy(ctx context.Context, name string) error {
	return v.within(ctx, "removing the policy", func(conn *sql.Conn) error {
		var there bool
		err := conn.QueryRowContext(ctx, "select count(*) > 0 from argosy.own_scan_policies where policy = ?", name).Scan(&there)
		if err != nil {
			return err
		}
		if !there {
			return &Error{Op: "removing the policy", Err: fmt.Errorf("%q is none that was added: %w", name, ErrPolicy)}
		}
		_, err = conn.ExecContext(ctx, "delete from argosy.own_scan_policies where policy = ?", name)
		return err
	})
}

// number binds a number that may be missing.
func number(p *float64) any {
	if p == nil {
		return nil
	}
	return *p
}
