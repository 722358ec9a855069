package store

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// look judges the file at path before DuckDB touches it: a foreign file must
// never be altered, and DuckDB would look for a driver of its own for some.
// It reports whether a database exists there.
func look(op, path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, unreachable(op, path, err)
	}
	if info.IsDir() {
		return false, &Error{Kind: Foreign, Op: op, Path: path, Msg: "that is a directory",
			Hint: "name a file with --db, for instance --db argosy.db"}
	}
	if info.Size() == 0 {
		return false, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, unreachable(op, path, err)
	}
	defer f.Close()
	var head [12]byte
	// The header of a DuckDB file: eight bytes of checksum, then "DUCK".
	if _, err := io.ReadFull(f, head[:]); err != nil || string(head[8:]) != "DUCK" {
		return false, &Error{Kind: Foreign, Op: op, Path: path, Msg: "the file is no DuckDB database",
			Hint: "name another file with --db; this one was not changed"}
	}
	return true, nil
}
