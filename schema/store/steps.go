package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
)

// mergeStep is a file of statements and whether this run needs it.
type mergeStep struct {
	name   string
	needed bool
}

func inOrder(ctx context.Context, conn *sql.Conn, steps ...mergeStep) error {
	return new(part).inOrder(ctx, conn, steps...)
}

// inOrder runs the steps that are needed.
func (p *part) inOrder(ctx context.Context, conn *sql.Conn, steps ...mergeStep) error {
	for _, s := range steps {
		if !s.needed {
			continue
		}
		if err := p.step(ctx, conn, s.name); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// anew begins a statement that makes a table which the part before had, too.
var anew = regexp.MustCompile(`(?m)^create or replace temp table (\w+) as`)

// step runs one file of statements; the variables run_id and run_started tell
// it which run it works for. Where it ran before for another part its tables are
// filled anew: what a table that is replaced held stays in memory until the
// transaction ends, some of it where it cannot be put on disk.
func (p *part) step(ctx context.Context, conn *sql.Conn, name string) error {
	text, err := mergeSQL.ReadFile("merge/" + name + ".sql")
	if err != nil {
		return err
	}
	if p.ran[name] {
		text = anew.ReplaceAll(text, []byte("delete from $1;\ninsert into $1"))
	}
	if p.ran != nil {
		p.ran[name] = true
	}
	_, err = conn.ExecContext(ctx, string(text))
	return err
}

// part is a part of a run, which is merged in several.
type part struct {
	ran map[string]bool // the steps that ran for this part or one before
}

// eachPart does the work once for each part, which statements know by the
// variables part and parts.
func eachPart(ctx context.Context, conn *sql.Conn, parts int64, work func(p *part) error) error {
	if err := setPart(ctx, conn, "parts", parts); err != nil {
		return err
	}
	p := part{ran: map[string]bool{}}
	for n := range parts {
		if err := setPart(ctx, conn, "part", n); err != nil {
			return err
		}
		if err := work(&p); err != nil {
			return err
		}
	}
	return nil
}

func setPart(ctx context.Context, conn *sql.Conn, name string, n int64) error {
	_, err := conn.ExecContext(ctx, fmt.Sprintf("set variable %s = %d::ubigint", name, n))
	return err
}
