package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"argosy/export"
	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/export/schedule/run"
	"argosy/queries"
	"argosy/schema/store"
)

// recordWait is how long the record of what was done waits for the database: it
// would be done again otherwise.
const recordWait = 5 * time.Minute

// engineFlags are the flags of the commands that run schedules.
type engineFlags struct{ folder string }

func (f *engineFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.folder, "artifacts", "", "folder that the files of runs are kept in (default: beside the database, its name with .runs)")
}

// scheduler is an engine with what it holds.
type scheduler struct {
	*run.Engine
	ledger *store.Ledger
}

// engine makes what runs the schedules of a file.
func (a *app) engine(ctx context.Context, f *schedule.File, flags engineFlags) (*scheduler, error) {
	if a.db == store.Memory {
		return nil, usage(errors.New("running schedules: a database in memory forgets what was sent"), "name a file with --db")
	}
	path, err := filepath.Abs(f.Name)
	if err != nil {
		return nil, err
	}
	db, err := filepath.Abs(a.db)
	if err != nil {
		return nil, err
	}
	folder := flags.folder
	if folder == "" {
		folder = strings.TrimSuffix(db, filepath.Ext(db)) + ".runs"
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	opt, err := a.options()
	if err != nil {
		return nil, err
	}
	ledger, err := store.OpenLedger(ctx, a.db, opt, recordWait)
	if err != nil {
		return nil, err
	}
	e := &run.Engine{
		Ledger: ledger, Sender: a.sender(f, path), Argosy: a.stepCommand,
		Plan: func(ctx context.Context, s *schedule.Schedule, now time.Time) (*export.Plan, func() error, error) {
			return a.planSchedule(ctx, path, s, now)
		},
		Retryable: func(err error) bool { code, _ := judge(err); return code == exitRetry },
		File:      path, Folder: folder, Owner: run.Self(), Clock: a.clock, Say: a.say, Reached: a.Reached,
	}
	return &scheduler{e, ledger}, nil
}

// sayNew tells that a database comes into being: its name may be a mistake.
func (a *app) sayNew() {
	if _, err := os.Stat(a.db); errors.Is(err, fs.ErrNotExist) {
		a.say("there is no database %s yet; it is made", a.db)
	}
}

// sender delivers for a file of schedules.
func (a *app) sender(f *schedule.File, path string) *deliver.Sender {
	dir := filepath.Dir(path)
	return deliver.New(f.Servers, deliver.ReadSecrets(dir, os.LookupEnv), deliver.Options{Base: dir, Now: a.clock, Agent: "argosy/" + version()})
}

// planSchedule prepares the report of a schedule, as argosy report run would.
func (a *app) planSchedule(ctx context.Context, file string, s *schedule.Schedule, now time.Time) (*export.Plan, func() error, error) {
	lib, err := libraryOf(file)
	if err != nil {
		return nil, nil, err
	}
	r, err := lib.Find(s.Report)
	if err != nil {
		return nil, nil, err
	}
	db, err := a.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	plan, err := a.planOn(ctx, db, r, s, now)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return plan, db.Close, nil
}

// planOn prepares the report of a schedule on a database that is open.
func (a *app) planOn(ctx context.Context, db *store.DB, r *queries.Saved, s *schedule.Schedule, now time.Time) (*export.Plan, error) {
	q := savedQuestion(r)
	q.request.Given, q.request.Now = s.Params, now
	if err := a.settings(ctx, db, &q.request, ""); err != nil {
		return nil, err
	}
	plan, err := a.plan(ctx, db, q, runFlags{})
	if err != nil {
		return nil, err
	}
	plan.Parameters = append(plan.Parameters, stated(q)...)
	plan.Options = export.Options{}
	return plan, nil
}

// stepCommand runs an argosy command line on the same database. A folder to
// read that is empty is no mistake: it fills when there is something.
func (a *app) stepCommand(ctx context.Context, s schedule.Step, out io.Writer) int {
	if s.Empty {
		if _, files, ok := strings.Cut(strings.Join(s.Args, "\x00"), "\x00--\x00"); ok {
			paths, err := expandNow(strings.Split(files, "\x00"))
			if err == nil && len(paths) == 0 {
				fmt.Fprintln(out, "there is nothing to read")
				return exitOK
			}
		}
	}
	args := []string{"--db", a.db, "--wait", a.wait.String(), "--no-progress"}
	if a.memory != "" {
		args = append(args, "--memory", a.memory)
	}
	if a.threads != 0 {
		args = append(args, "--threads", fmt.Sprint(a.threads))
	}
	if a.nowText != "" {
		args = append(args, "--now", a.nowText)
	}
	return Run(ctx, append(args, s.Args...), Streams{In: strings.NewReader(""), Out: out, Err: out})
}

// libraryOf loads argosy's reports, the user's, and those in the folder reports
// beside a file of schedules, which a timer runs from anywhere.
func libraryOf(file string) (*queries.Library, error) {
	dirs := reportDirs()
	beside := filepath.Join(filepath.Dir(file), "reports")
	here, err := filepath.Abs("reports")
	if err != nil || here != beside {
		dirs = append(dirs, beside)
	}
	lib, err := queries.LoadLibrary(dirs...)
	if err != nil {
		return nil, usage(err, "mend or remove the file")
	}
	return lib, nil
}

// handError gives the mistakes of somebody who runs schedules by hand their
// exit code.
func handError(err error) error {
	var hand *run.HandError
	if errors.As(err, &hand) {
		return usage(err, hand.Hint)
	}
	return err
}
