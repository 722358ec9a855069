// Package scratch makes folders for what a process puts aside and nobody wants
// when it has ended: pages that memory does not hold, copies, files that are to
// be sent. A process that is killed leaves its folders behind; the next one
// removes them. A folder has a file that its process keeps locked: the system
// gives the lock back whatever ends the process, so that a folder whose lock is
// free has no owner, and one without a lock is left alone.
package scratch

import (
	"os"
	"path/filepath"
	"strings"
)

// prefix begins the names of all folders, which lie in os.TempDir.
const prefix = "argosy-"

// lockName is the file that is kept locked. It gets its name once it is, so
// that a folder is never seen with a lock that nobody holds yet.
const lockName = "lock"

// Folder is a folder of this process.
type Folder struct {
	// Path is absolute.
	Path    string
	release func() // gives the lock back
}

// New makes a folder, with the purpose in its name.
func New(purpose string) (*Folder, error) {
	dir, err := os.MkdirTemp("", prefix+purpose+"-")
	if err != nil {
		return nil, err
	}
	f := &Folder{Path: dir, release: func() {}}
	// A file system without locks has none, and a folder on it stays where its
	// process is killed.
	fresh := filepath.Join(dir, "."+lockName)
	if release, err := hold(fresh, true); err == nil {
		f.release = release
		if err := os.Rename(fresh, filepath.Join(dir, lockName)); err != nil {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}

// Close removes the folder with all that is in it.
func (f *Folder) Close() error {
	err := os.RemoveAll(f.Path)
	f.release()
	return err
}

// Sweep removes the folders whose processes have ended, and tells how many. What
// cannot be read or removed, such as that of another user, is left alone.
func Sweep() (removed int) {
	dir, err := os.Open(os.TempDir())
	if err != nil {
		return 0
	}
	defer dir.Close()
	// Names only: a folder for temporary files can hold many.
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if strings.HasPrefix(name, prefix) && sweep(filepath.Join(dir.Name(), name)) {
			removed++
		}
	}
	return removed
}

// sweep removes one folder if nobody holds its lock. It holds the lock itself
// meanwhile, so that of two that sweep one does, and removes it last: what is
// cut off can be taken up again.
func sweep(dir string) bool {
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return false
	}
	release, err := hold(filepath.Join(dir, lockName), false)
	if err != nil {
		return false
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
