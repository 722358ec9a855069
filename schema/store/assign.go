package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"argosy/schema"
)

// Assign stores an assignment of images to a team and finds the owners anew, in
// one transaction. What is stored already is not stored twice. A due policy
// that there is not is an error.
func Assign(ctx context.Context, path string, opt Options, a schema.Assignment) (schema.AssignmentResult, error) {
	const op = "assigning an owner"
	var res schema.AssignmentResult
	err := write(ctx, path, opt, op, func(ctx context.Context, conn *sql.Conn) error {
		res = schema.AssignmentResult{}
		if err := putAssignment(ctx, conn, op, &a, opt.moment(), &res); err != nil {
			return err
		}
		if err := reassign(ctx, conn, opt.moment()); err != nil {
			return err
		}
		return conn.QueryRowContext(ctx, "select matched from argosy.owner_assignments where assignment_id = ?", res.ID).Scan(&res.Locations)
	})
	return res, err
}

func putAssignment(ctx context.Context, conn *sql.Conn, op string, a *schema.Assignment, at time.Time, res *schema.AssignmentResult) error {
	if a.Due != "" {
		var known bool
		if err := conn.QueryRowContext(ctx, "select count(*) > 0 from argosy.due_policies where policy = ?", a.Due).Scan(&known); err != nil {
			return err
		}
		if !known {
			return &Error{Kind: Query, Op: op, Msg: fmt.Sprintf("there is no due policy %q", a.Due), Hint: "see them with: argosy config show"}
		}
	}
	// The newest decides: an older one that says the same is not enough.
	err := conn.QueryRowContext(ctx, `select assignment_id from argosy.owner_assignments
		where removed is null and team = ? and mail is not distinct from ? and due_policy is not distinct from ? and registry is not distinct from ?
		  and repository is not distinct from ? and tag is not distinct from ? and digest is not distinct from ? and reason is not distinct from ?
		  and assignment_id = (select max(assignment_id) from argosy.owner_assignments where removed is null)`,
		a.Team, orNull(a.Mail), orNull(a.Due), orNull(a.Registry), orNull(a.Repository), orNull(a.Tag), orNull(a.Digest), orNull(a.Reason)).Scan(&res.ID)
	if err == nil {
		res.Known = true
		return nil
	}
	if err != sql.ErrNoRows {
		return err
	}
	if err := conn.QueryRowContext(ctx, "select coalesce(max(assignment_id), 0) + 1 from argosy.owner_assignments").Scan(&res.ID); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `insert into argosy.owner_assignments (assignment_id, team, mail, due_policy, registry, repository, tag, digest, reason, who, created, matched)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		res.ID, a.Team, orNull(a.Mail), orNull(a.Due), orNull(a.Registry), orNull(a.Repository), orNull(a.Tag), orNull(a.Digest), orNull(a.Reason), a.Who, at)
	return err
}

// Unassign removes assignments by their ids: what was decided before them
// decides again. They stay in the table with the time and the person. An id
// that is unknown or removed already is an error, and then nothing is removed.
func Unassign(ctx context.Context, path string, opt Options, ids []int64, who string) error {
	const op = "removing assignments of owners"
	return write(ctx, path, opt, op, func(ctx context.Context, conn *sql.Conn) error {
		if err := takeBack(ctx, conn, given{op, "assignment", "owner_assignments", "see them with: argosy own list"}, ids, who, opt.moment()); err != nil {
			return err
		}
		return reassign(ctx, conn, opt.moment())
	})
}

// checkAssignments says which assignment names a due policy that there no
// longer is.
func checkAssignments(ctx context.Context, conn *sql.Conn, op string) error {
	var id int64
	var policy string
	err := conn.QueryRowContext(ctx, `select assignment_id, due_policy from argosy.owner_assignments
		where removed is null and due_policy is not null and due_policy not in (select policy from argosy.due_policies) order by 1 limit 1`).Scan(&id, &policy)
	if err == sql.ErrNoRows {
		return nil
	}
	if err != nil {
		return err
	}
	return &Error{Kind: Query, Op: op, Msg: fmt.Sprintf("the assignment %d uses the due policy %q, which the file does not have", id, policy),
		Hint: fmt.Sprintf("keep the policy, or first: argosy own remove %d", id)}
}
