// Package atomic writes files that a reader sees whole or not at all.
package atomic

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Suffix ends the name of a file that is being written. Such a file begins with
// a dot and stands beside the one that it becomes.
const Suffix = ".tmp"

// CreateError says that a file could not even be begun.
type CreateError struct{ Err error }

func (e *CreateError) Error() string { return e.Err.Error() }
func (e *CreateError) Unwrap() error { return e.Err }

// Write writes a file: fill writes into a temporary file in the same folder,
// which is synced and renamed to path. An error, also one of ctx, leaves what
// path was before and no trace beside it. The umask may take more away from
// mode. Errors do not name the temporary file; one from before fill is a
// *CreateError.
func Write(ctx context.Context, path string, mode fs.FileMode, fill func(io.Writer) error) error {
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+Suffix)
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return &CreateError{Cause(err)}
	}
	err = fill(file)
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		// The last moment at which an interrupt can leave the old file alone.
		err = ctx.Err()
	}
	if err == nil {
		err = os.Rename(name, path)
	}
	if err != nil {
		_ = os.Remove(name)
		return named(err, name)
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// Becomes returns the name that a temporary file of Write was meant to get, and
// false for the name of any other file.
func Becomes(name string) (string, bool) {
	stem, ok := strings.CutSuffix(name, Suffix)
	if !ok || !strings.HasPrefix(stem, ".") {
		return "", false
	}
	dot := strings.LastIndexByte(stem, '.')
	if dot < 2 || len(stem)-dot-1 != 8 {
		return "", false
	}
	return stem[1:dot], true
}

// named drops the name of the temporary file from an error, and leaves others
// that a fill met as they are.
func named(err error, name string) error {
	if strings.Contains(err.Error(), name) {
		return Cause(err)
	}
	return err
}

// Cause is what is wrong with a file without its path, where the caller names
// the one that the user knows.
func Cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	}
	return err
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
