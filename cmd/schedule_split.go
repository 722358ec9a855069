package cmd

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"slices"

	"argosy/export"
	"argosy/export/schedule"
	"argosy/queries"
	"argosy/schema/store"
)

// checkSplits holds split_by against the columns that the reports have, which an
// empty database tells.
func (a *app) checkSplits(ctx context.Context, f *schedule.File) error {
	if !slices.ContainsFunc(f.Schedules, func(s schedule.Schedule) bool { return s.SplitBy != "" }) {
		return nil
	}
	path, err := filepath.Abs(f.Name)
	if err != nil {
		return err
	}
	lib, err := libraryOf(path)
	if err != nil {
		return err
	}
	empty := *a
	empty.db, empty.quiet = store.Memory, true
	db, err := empty.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var found schedule.Mistakes
	for i := range f.Schedules {
		s := &f.Schedules[i]
		// Whatever else an empty database refuses, a run that is asked for by its
		// number for instance, a full one need not.
		var columns *export.ColumnsError
		if err := empty.checkSplit(ctx, db, lib, s); errors.As(err, &columns) {
			found = append(found, f.SplitMistake(s, err))
		}
	}
	if len(found) > 0 {
		return usage(found, "mend the file and check it with: argosy schedule validate "+f.Name)
	}
	return nil
}

// madeOfData matches queries of which the rows decide the columns.
var madeOfData = regexp.MustCompile(`(?i)\b(pivot|evaluate)\b`)

func (a *app) checkSplit(ctx context.Context, db *store.DB, lib *queries.Library, s *schedule.Schedule) error {
	r, err := lib.Find(s.Report)
	if err != nil || s.SplitBy == "" || madeOfData.MatchString(r.Text) {
		return err
	}
	plan, err := a.planOn(ctx, db, r, s, a.clock())
	if err != nil {
		return err
	}
	_, err = export.Split(ctx, plan, s.SplitBy)
	return err
}
