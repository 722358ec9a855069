package export

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	name := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+rand.Text()[:8]+".tmp")
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return Stats{}, fmt.Errorf("creating %q: %w; check that the folder exists and can be written to", path, cause(err))
	}
	stats, err := fill(ctx, file, format, plan)
	if err == nil {
		// The last moment at which an interrupt can leave the old file alone.
		err = ctx.Err()
	}
	if err == nil {
		err = os.Rename(name, target)
	}
	if err != nil {
		_ = os.Remove(name)
		return stats, fmt.Errorf("exporting to %q: %w", path, err)
	}
	syncFolder(filepath.Dir(target))
	return stats, nil
}

// fill writes, syncs and closes the temporary file.
func fill(ctx context.Context, file *os.File, format Format, plan *Plan) (Stats, error) {
	stats, err := format.Write(ctx, plan, file)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	return stats, err
}

// resolveTarget follows symbolic links, so that the rename replaces what the
// user sees as the file and not the link, and tells apart what a rename must
// not replace at all.
func resolveTarget(path string) (target string, direct bool, err error) {
	target, err = filepath.EvalSymlinks(path)
	if os.IsNotExist(err) {
		return path, false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("creating %q: %w; check the folders on the way", path, cause(err))
	}
	info, err := os.Stat(target)
	switch {
	case err != nil:
		return "", false, fmt.Errorf("creating %q: %w", path, cause(err))
	case info.IsDir():
		return "", false, fmt.Errorf("creating %q: it is a folder; add a file name", path)
	}
	return target, !info.Mode().IsRegular(), nil
}

func toDevice(ctx context.Context, path string, format Format, plan *Plan) (Stats, error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return Stats{}, fmt.Errorf("opening %q for writing: %w", path, cause(err))
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

// syncFolder makes the rename last through a power cut where the system can
// do that; where it cannot there is nothing a user could do.
func syncFolder(path string) {
	dir, err := os.Open(path)
	if err != nil {
		return
	}
	_ = dir.Sync()
	_ = dir.Close()
}

// cause drops the path of the temporary file from an error: the caller names
// the one that the user knows.
func cause(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}
