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

// walk adds the files below a folder in the order of their names. Links are
// followed once: a link to what is reached otherwise adds nothing, one that
// leads nowhere is added and fails when it is read. Pipes and devices are left
// out.
func walk(root string, add func(string)) error {
	w := walking{real: map[string]bool{}}
	if err := w.folder(root); err != nil {
		return err
	}
	for len(w.links) > 0 {
		links := w.links
		w.links = nil
		for _, p := range links {
			if err := w.follow(p); err != nil {
				return err
			}
		}
	}
	sort.Strings(w.files)
	for _, p := range w.files {
		add(p)
	}
	return nil
}

type walking struct {
	files, links []string
	real         map[string]bool // files and folders by their true paths
}

func (w *walking) folder(root string) error {
	// With a separator behind it a link is entered, too.
	root += string(filepath.Separator)
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return &PathError{p, err.Error(), "check the permissions of the folder"}
		case p != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.IsDir():
			real, err := filepath.EvalSymlinks(p)
			if err == nil && w.real[real] {
				return filepath.SkipDir
			}
			w.real[real] = true
		case d.Type()&fs.ModeSymlink != 0:
			w.links = append(w.links, p)
		case d.Type().IsRegular():
			w.file(p)
		}
		return nil
	})
}

func (w *walking) file(p string) {
	real, err := filepath.EvalSymlinks(p)
	if err == nil && w.real[real] {
		return
	}
	w.real[real] = true
	w.files = append(w.files, p)
}

func (w *walking) follow(p string) error {
	info, err := os.Stat(p)
	switch {
	case err != nil:
		w.files = append(w.files, p)
	case info.IsDir():
		return w.folder(p)
	case info.Mode().IsRegular():
		w.file(p)
	}
	return nil
}
