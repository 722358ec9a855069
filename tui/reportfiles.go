package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"argosy/queries"
)

// fileOf is the user's file of a report; empty for one that comes with argosy.
func fileOf(a *App, s *queries.Saved) string {
	if file := ownFile(a, s.Name); filepath.Ext(file) == "."+string(s.Language) {
		return file
	}
	return ""
}

// ownFile is the user's report file of a name, in any folder and language; the
// later folder wins, as in the library.
func ownFile(a *App, name string) string {
	for i := len(a.opt.ReportDirs) - 1; i >= 0; i-- {
		found := ""
		_ = filepath.WalkDir(a.opt.ReportDirs[i], func(p string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (strings.EqualFold(d.Name(), name+".sql") || strings.EqualFold(d.Name(), name+".kql")) {
				found = p
			}
			return nil
		})
		if found != "" {
			return found
		}
	}
	return ""
}

// newFile is where a new report of a name goes, beside the file given or, with
// none, into the user's folder. A name that is taken is an error: it stands
// once in a tree of folders.
func newFile(a *App, name, beside string, lang queries.Language) (string, error) {
	if name == "" || strings.ContainsAny(name, `/\:`) || strings.HasPrefix(name, ".") {
		return "", fmt.Errorf("saving report %q: a name without / \\ : is needed", name)
	}
	if len(a.opt.ReportDirs) == 0 {
		return "", fmt.Errorf("saving report %q: there is no configuration folder; set XDG_CONFIG_HOME", name)
	}
	if file := ownFile(a, name); file != "" {
		return "", fmt.Errorf("saving report %q: there is one of this name, %s; choose another", name, file)
	}
	dir := a.opt.ReportDirs[0]
	if beside != "" {
		dir = filepath.Dir(beside)
	}
	return filepath.Join(dir, name+"."+string(lang)), nil
}

// saveReport writes a report into the user's folder. An existing file of the
// same language is written over where it lies, if it may be.
func saveReport(a *App, name string, lang queries.Language, text string, over bool) (string, error) {
	path := ownFile(a, name)
	if !over || filepath.Ext(path) != "."+string(lang) {
		var err error
		if path, err = newFile(a, name, "", lang); err != nil {
			return "", err
		}
	}
	if _, err := queries.ParseSaved(path, text); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("saving report %q: %w", name, err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return "", fmt.Errorf("saving report %q: %w", name, err)
	}
	return path, nil
}
