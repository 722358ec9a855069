package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// NothingMatches is the message of a pattern without a match.
const NothingMatches = "nothing matches the pattern"

// PathError is a path that the user named and that leads nowhere.
type PathError struct {
	Path string
	Msg  string
	Hint string
}

// Error names the path and what is wrong with it.
func (e *PathError) Error() string { return fmt.Sprintf("finding reports at %q: %s", e.Path, e.Msg) }

// Expand turns what the user named into files: a file is itself, a folder all
// files below it (hidden ones left out), a pattern what it matches. The order
// is that of the arguments, within a folder that of names. A path that leads
// to no file is a *PathError.
func Expand(args []string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	add := func(p string) {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	for _, arg := range args {
		if arg == Stdin {
			add(arg)
			continue
		}
		info, err := os.Stat(arg)
		switch {
		case err == nil && info.IsDir():
			n := len(out)
			if err := walk(arg, add); err != nil {
				return nil, err
			}
			if len(out) == n {
				return nil, &PathError{arg, "the folder holds no files", "name a folder with report files"}
			}
		case err == nil:
			add(arg)
		case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(arg, "*?["):
			matches, err := filepath.Glob(arg)
			if err != nil {
				return nil, &PathError{arg, "the pattern is broken: " + err.Error(), "quote the pattern and close its brackets"}
			}
			if len(matches) == 0 {
				return nil, &PathError{arg, NothingMatches, "check it with: ls " + arg}
			}
			sort.Strings(matches)
			sub, err := Expand(matches)
			if err != nil {
				return nil, err
			}
			for _, p := range sub {
				add(p)
			}
		case errors.Is(err, fs.ErrNotExist):
			return nil, &PathError{arg, "there is no such file or folder", "check the path"}
		default:
			return nil, &PathError{arg, err.Error(), "check the path"}
		}
	}
	return out, nil
}

func walk(root string, add func(string)) error {
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return &PathError{p, err.Error(), "check the permissions of the folder"}
		}
		if p != root && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() {
			add(p)
		}
		return nil
	})
}
