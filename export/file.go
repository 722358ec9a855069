package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"argosy/export/atomic"
)

// fileMode of a report: findings are nobody else's business. The umask may
// take more away.
const fileMode fs.FileMode = 0o640

// ToFile writes a plan to a file. The bytes go to a temporary file in the
// same folder, are synced, and get the final name by a rename, so that a
// reader sees the old file or the whole new one; an error or the end of ctx
// leaves the old file as it was and no trace beside it. A symbolic link is
// followed and stays. A path that is a device or a pipe is written directly.
func ToFile(ctx context.Context, path string, format Format, plan *Plan) (Stats, error) {
	target, direct, err := resolveTarget(path)
	if err != nil {
		return Stats{}, err
	}
	if direct {
		return toDevice(ctx, target, format, plan)
	}
	var stats Stats
	err = atomic.Write(ctx, target, fileMode, func(w io.Writer) error {
		var err error
		stats, err = format.Write(ctx, plan, w)
		return err
	})
	var create *atomic.CreateError
	switch {
	case errors.As(err, &create):
		return stats, &PlaceError{fmt.Errorf("creating %q: %w; check that the folder exists and can be written to", path, create.Err)}
	case err != nil:
		return stats, fmt.Errorf("exporting to %q: %w", path, err)
	}
	return stats, nil
}

// PlaceError says that a file cannot be where it was asked for.
type PlaceError struct{ err error }

func (e *PlaceError) Error() string { return e.err.Error() }
func (e *PlaceError) Unwrap() error { return e.err }

// resolveTarget follows symbolic links, so that the rename replaces what the
// user sees as the file and not the link, and tells apart what a rename must
// not replace at all.
func resolveTarget(path string) (target string, direct bool, err error) {
	target, err = filepath.EvalSymlinks(path)
	if os.IsNotExist(err) {
		return path, false, nil
	}
	if err != nil {
		return "", false, &PlaceError{fmt.Errorf("creating %q: %w; check the folders on the way", path, atomic.Cause(err))}
	}
	info, err := os.Stat(target)
	switch {
	case err != nil:
		return "", false, &PlaceError{fmt.Errorf("creating %q: %w; check the folders on the way", path, atomic.Cause(err))}
	case info.IsDir():
		return "", false, &PlaceError{fmt.Errorf("creating %q: it is a folder; add a file name", path)}
	}
	return target, !info.Mode().IsRegular(), nil
}

func toDevice(ctx context.Context, path string, format Format, plan *Plan) (Stats, error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return Stats{}, &PlaceError{fmt.Errorf("opening %q for writing: %w; check who may write to it", path, atomic.Cause(err))}
	}
	stats, err := format.Write(ctx, plan, file)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return stats, fmt.Errorf("exporting to %q: %w", path, err)
	}
	return stats, nil
}
