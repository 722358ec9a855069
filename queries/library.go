package queries

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strings"
)

//go:embed library
var library embed.FS

// Library is the saved reports that can be run by name.
type Library struct{ reports []*Saved }

// LoadLibrary reads the reports that come with argosy and those in the given
// folders, of which later ones win over earlier ones and all win over argosy's
// own. A folder that does not exist is left out. A broken file is an error.
func LoadLibrary(dirs ...string) (*Library, error) {
	byName := map[string]*Saved{}
	add := func(fsys fs.FS) error {
		return fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, ".kql") && !strings.HasSuffix(p, ".sql") {
				return err
			}
			text, err := fs.ReadFile(fsys, p)
			if err != nil {
				return err
			}
			s, err := ParseSaved(p, string(text))
			if err != nil {
				return err
			}
			byName[s.Name] = s
			return nil
		})
	}
	if err := add(library); err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		if err := add(os.DirFS(dir)); err != nil {
			return nil, fmt.Errorf("reading the reports in %q: %w", dir, err)
		}
	}
	l := &Library{}
	for _, s := range byName {
		l.reports = append(l.reports, s)
	}
	sort.Slice(l.reports, func(i, j int) bool { return l.reports[i].Name < l.reports[j].Name })
	return l, nil
}

// Reports lists the reports by name.
func (l *Library) Reports() []*Saved { return l.reports }

// Find returns the report of a name; the error of an unknown one names the
// closest.
func (l *Library) Find(name string) (*Saved, error) {
	best, distance := "", 1<<30
	for _, s := range l.reports {
		if strings.EqualFold(s.Name, name) {
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
