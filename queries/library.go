package queries

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed library
var library embed.FS

// Library is the saved reports that can be run by name.
type Library struct{ reports []*Saved }

// Folders are those of argosy's own reports, in the order of the alphabet.
func Folders() []string {
	return []string{"arg-classics", "change", "coverage", "fix", "governance", "inventory", "ownership", "posture", "risk", "vulnerability"}
}

// LoadLibrary reads the reports that come with argosy and those in the given
// folders and the folders in them, of which later ones win over earlier ones
// and all win over argosy's own. A name stands once in a folder to its depth:
// two files of one name are an error, and so is a broken file. A folder that
// does not exist is left out, and so are hidden ones.
func LoadLibrary(dirs ...string) (*Library, error) {
	own, err := fs.Sub(library, "library")
	if err != nil {
		return nil, err
	}
	byName := map[string]*Saved{}
	if err := addReports(byName, own); err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		if err := addReports(byName, os.DirFS(dir)); err != nil {
			return nil, fmt.Errorf("reading the reports in %q: %w", dir, err)
		}
	}
	l := &Library{reports: slices.Collect(maps.Values(byName))}
	slices.SortFunc(l.reports, func(a, b *Saved) int {
		return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.Name, b.Name))
	})
	return l, nil
}

// addReports reads the report files of one tree.
func addReports(byName map[string]*Saved, tree fs.FS) error {
	seen := map[string]string{}
	return fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && p != ".":
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".kql" && path.Ext(p) != ".sql":
			return nil
		}
		text, err := fs.ReadFile(tree, p)
		if err != nil {
			return err
		}
		s, err := ParseSaved(p, string(text))
		if err != nil {
			return err
		}
		key := strings.ToLower(s.Name)
		if other, ok := seen[key]; ok {
			return fmt.Errorf("reading report %q: %q has the same name; rename one of them", p, other)
		}
		if s.Folder = path.Dir(p); s.Folder == "." {
			s.Folder = ""
		}
		seen[key], byName[key] = p, s
		return nil
	})
}

// Reports lists the reports by folder and name, those of no folder first.
func (l *Library) Reports() []*Saved { return l.reports }

// Find returns the report of a name, which may have its folder in front; the
// error of an unknown one names the closest.
func (l *Library) Find(name string) (*Saved, error) {
	best, distance := "", 1<<30
	for _, s := range l.reports {
		if strings.EqualFold(s.Name, name) || strings.EqualFold(path.Join(s.Folder, s.Name), name) {
			return s, nil
		}
		if d := editDistance(strings.ToLower(name), s.Name); d < distance {
			best, distance = s.Name, d
		}
	}
	if best != "" && distance <= max(2, len(name)/2) {
		return nil, fmt.Errorf("finding report %q: there is no such report; did you mean %q?", name, best)
	}
	return nil, fmt.Errorf("finding report %q: there is no such report; list them with: argosy report list", name)
}

// editDistance is Levenshtein's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		last := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := last
			if a[i-1] != b[j-1] {
				cost++
			}
			last, row[j] = row[j], min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
