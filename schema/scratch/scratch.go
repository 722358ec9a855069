// Package scratch makes folders for what a process puts aside and nobody wants
// when it has ended: pages that memory does not hold, copies, files that are to
// be sent. A process that is killed leaves its folders behind; the next one
// removes them. A folder has a file that its process keeps locked: the system
// gives the lock back whatever ends the process, so that a folder whose lock is
// free has no owner. One without a lock is left alone.
package scratch

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The names of folders begin with prefix; those beside a file are hidden.
const (
	prefix = "argosy-"
	hidden = "." + prefix
)

// lockName is the file that is kept locked. It gets its name once it is, so
// that a folder is never seen with a lock that nobody holds yet; until then it
// is freshName. Where there are no locks its place is taken by bareName.
const (
	lockName  = "lock"
	freshName = ".lock"
	bareName  = "unlocked"
)

// Folder is a folder of this process.
type Folder struct {
	// Path is absolute if the file beside which it lies was named so, and where
	// it lies in os.TempDir.
	Path    string
	release func() // gives the lock back
}

// New makes a folder in os.TempDir, with the purpose in its name.
func New(purpose string) (*Folder, error) { return made(os.TempDir(), prefix+purpose+"-") }

// Beside makes a folder in that of a file, on the same file system, so that what
// is written there can be renamed to the file.
func Beside(file string) (*Folder, error) { return made(filepath.Dir(file), hidden) }

func made(parent, prefix string) (*Folder, error) {
	dir, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: dir, release: func() {}}
	fresh := filepath.Join(dir, freshName)
	release, err := hold(fresh, true)
	if err == nil {
		f.release = release
		err = os.Rename(fresh, filepath.Join(dir, lockName))
	} else {
		_ = os.Remove(fresh)
		err = os.WriteFile(filepath.Join(dir, bareName), nil, 0o600)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close removes the folder with all that is in it.
func (f *Folder) Close() error {
	err := os.RemoveAll(f.Path)
	f.release()
	return err
}

// Sweep removes the folders in os.TempDir whose processes have ended, and tells
// how many. What cannot be read or removed, such as that of another user, is
// left alone.
func Sweep() (removed int) { return swept(os.TempDir(), prefix) }

// SweepBeside does the same with the folders beside a file.
func SweepBeside(file string) (removed int) { return swept(filepath.Dir(file), hidden) }

func swept(parent, prefix string) (removed int) {
	dir, err := os.Open(parent)
	if err != nil {
		return 0
	}
	defer dir.Close()
	// Names only: a folder for temporary files can hold many.
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if strings.HasPrefix(name, prefix) && sweep(filepath.Join(parent, name)) {
			removed++
		}
	}
	return removed
}

// sweep removes one folder if nobody holds its lock. It holds the lock itself
// meanwhile, so that of two that sweep one does, and removes it last: what is
// cut off can be taken up again.
func sweep(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	release, err := hold(filepath.Join(dir, lockName), false)
	if err != nil {
		return stillborn(dir, info) && os.RemoveAll(dir) == nil
	}
	defer release()
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Name() != lockName && err == nil {
			err = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	return err == nil && os.RemoveAll(dir) == nil
}

// stillborn says whether the process of a folder was killed before it had the
// lock: for an hour there is nothing in it but perhaps a lock without its name.
func stillborn(dir string, info os.FileInfo) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && time.Since(info.ModTime()) > time.Hour &&
		(len(entries) == 0 || len(entries) == 1 && entries[0].Name() == freshName)
}
