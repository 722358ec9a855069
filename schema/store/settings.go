package store

import (
	"context"
	"database/sql"
	"strings"

	"argosy/schema/settings"
)

// RuleMatch says how many locations an owner rule decides. Places that an image
// has left count no longer.
type RuleMatch struct {
	Position  int
	Team      string
	Locations int64
}

// Applied is what applying settings came to.
type Applied struct {
	Rules []RuleMatch
	// Assigned counts locations that an assignment by hand decides, Unowned those
	// that nothing does, of all Locations.
	Assigned, Unowned, Locations int64
	// Before is how many owner rules there were until now.
	Before int64
}

// ApplySettings puts the settings of a team in force: owners and due dates of
// every location are found anew. With dryRun it finds out what would happen and
// changes nothing.
func ApplySettings(ctx context.Context, path string, opt Options, s *settings.Settings, dryRun bool) (Applied, error) {
	const op = "applying the configuration"
	var out Applied
	err := write(ctx, path, opt, op, func(ctx context.Context, conn *sql.Conn) error {
		out = Applied{}
		if err := conn.QueryRowContext(ctx, "select count(*) from argosy.owner_rules").Scan(&out.Before); err != nil {
			return err
		}
		if err := putSettings(ctx, conn, s); err != nil {
			return err
		}
		if err := checkAssignments(ctx, conn, op); err != nil {
			return err
		}
		if err := reassign(ctx, conn, opt.moment()); err != nil {
			return err
		}
		if err := readApplied(ctx, conn, &out); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	if err == errDryRun {
		err = nil
	}
	return out, err
}

func putSettings(ctx context.Context, conn *sql.Conn, s *settings.Settings) error {
	exec := func(text string, args ...any) error {
		_, err := conn.ExecContext(ctx, text, args...)
		return err
	}
	for _, table := range []string{"settings", "owner_rules", "due_policies"} {
		if err := exec("delete from argosy." + table); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{"severity_source": s.SeveritySource, "priority": strings.Join(s.Priority, ",")} {
		if err := exec("insert into argosy.settings values (?, ?)", name, value); err != nil {
			return err
		}
	}
	for name, d := range s.Due {
		if err := exec("insert into argosy.due_policies values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			name, days(d.Critical), days(d.High), days(d.Medium), days(d.Low), days(d.Unknown), d.Grace, d.From, *d.Soon); err != nil {
			return err
		}
	}
	for i, o := range s.Owners {
		label, value, _ := strings.Cut(o.Label, "=")
		if err := exec("insert into argosy.owner_rules values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)", i+1, o.Team, orNull(o.Mail), o.Due,
			orNull(o.Registry), orNull(o.Repository), orNull(o.Tag), orNull(o.Namespace), orNull(label), orNull(value)); err != nil {
			return err
		}
	}
	return nil
}

func days(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func readApplied(ctx context.Context, conn *sql.Conn, out *Applied) error {
	if err := conn.QueryRowContext(ctx, "select count(*) filter (where owner_assignment is not null), count(*) filter (where team is null), count(*) from argosy.locations where gone_at is null").
		Scan(&out.Assigned, &out.Unowned, &out.Locations); err != nil {
		return err
	}
	rows, err := conn.QueryContext(ctx, "select position, team, matched from argosy.owner_rules order by position")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r RuleMatch
		if err := rows.Scan(&r.Position, &r.Team, &r.Locations); err != nil {
			return err
		}
		out.Rules = append(out.Rules, r)
	}
	return rows.Err()
}

// Settings reads what is in force.
func (db *DB) Settings(ctx context.Context) (*settings.Settings, error) {
	const op = "reading the settings"
	s := &settings.Settings{Due: map[string]settings.Due{}}
	err := db.each(ctx, "select name, value from argosy.settings", func(scan func(...any) error) error {
		var name, value string
		if err := scan(&name, &value); err != nil {
			return err
		}
		switch name {
		case "severity_source":
			s.SeveritySource = value
		case "priority":
			s.Priority = strings.Split(value, ",")
		}
		return nil
	})
	if err != nil {
		return nil, &Error{Op: op, Path: db.path, Err: err}
	}
	err = db.each(ctx, "select policy, critical, high, medium, low, unknown, grace, counts_from, soon from argosy.due_policies", func(scan func(...any) error) error {
		var name string
		var d settings.Due
		if err := scan(&name, &d.Critical, &d.High, &d.Medium, &d.Low, &d.Unknown, &d.Grace, &d.From, &d.Soon); err != nil {
			return err
		}
		s.Due[name] = d
		return nil
	})
	if err != nil {
		return nil, &Error{Op: op, Path: db.path, Err: err}
	}
	err = db.each(ctx, `select team, coalesce(mail, ''), due_policy, coalesce(registry, ''), coalesce(repository, ''), coalesce(tag, ''), coalesce(namespace, ''),
		coalesce(label || coalesce('=' || label_value, ''), '') from argosy.owner_rules order by position`, func(scan func(...any) error) error {
		var o settings.Owner
		if err := scan(&o.Team, &o.Mail, &o.Due, &o.Registry, &o.Repository, &o.Tag, &o.Namespace, &o.Label); err != nil {
			return err
		}
		s.Owners = append(s.Owners, o)
		return nil
	})
	if err != nil {
		return nil, &Error{Op: op, Path: db.path, Err: err}
	}
	if s.SeveritySource == "" {
		s.SeveritySource = settings.SeveritySources()[0]
	}
	if s.Priority == nil {
		s.Priority = settings.Priorities()
	}
	return s, nil
}

// each calls row for every row of a query.
func (db *DB) each(ctx context.Context, query string, row func(scan func(...any) error) error) error {
	rows, err := db.sql.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
