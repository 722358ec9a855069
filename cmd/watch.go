package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"argosy/ingest"
	"argosy/schema/store"
)

// stamp tells one state of a file from another.
type stamp struct {
	size     int64
	modified time.Time
}

// watch brings files in as they come and change, until it is stopped. A file
// counts when it looked the same twice, so that one that is being written is
// left alone. What could not be used is read again when it changes.
func (a *app) watch(ctx context.Context, args []string, f ingestFlags) error {
	if f.every <= 0 {
		return usage(fmt.Errorf("--every %s is no interval", f.every), "for instance --every 10s")
	}
	for _, arg := range args {
		if arg == ingest.Stdin {
			return usage(errors.New("watching standard input: it is no folder"), "name folders, files or patterns")
		}
	}
	a.say("watching %d paths every %s; stop with Ctrl-C", len(args), f.every)
	done, last := map[string]stamp{}, map[string]stamp{}
	for {
		var ready []string
		now := map[string]stamp{}
		paths, err := expandNow(args)
		if err != nil {
			return err
		}
		for _, p := range paths {
			info, err := os.Stat(p)
			if err != nil {
				continue // it went away
			}
			s := stamp{info.Size(), info.ModTime()}
			now[p] = s
			if done[p] != s && last[p] == s {
				ready = append(ready, p)
			}
		}
		last = now
		if len(ready) > 0 {
			err := a.watched(ctx, ready, f)
			switch {
			case ctx.Err() != nil:
				return nil
			case store.KindOf(err) == store.Busy:
				fmt.Fprintf(a.Err, "argosy: %s; trying again in %s\n", err, f.every)
				ready = nil
			case err != nil:
				return err
			}
			for _, p := range ready {
				done[p] = now[p]
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(f.every):
		}
	}
}

// expandNow finds the files that are there now: an empty folder may fill.
func expandNow(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		paths, err := ingest.Expand([]string{arg})
		var none *ingest.PathError
		if errors.As(err, &none) {
			if info, statErr := os.Stat(arg); statErr == nil && info.IsDir() || none.Msg == ingest.NothingMatches {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, paths...)
	}
	return out, nil
}

func (a *app) watched(ctx context.Context, paths []string, f ingestFlags) error {
	files, res, err := a.load(ctx, paths, fmt.Sprintf("watch: %d files", len(paths)), f)
	if err != nil {
		return err
	}
	if err := a.ingestTable(files); err != nil {
		return err
	}
	a.ingestSummary(files, res, f.dryRun)
	return nil
}
