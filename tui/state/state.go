// Package state remembers how the screens were left: theme, columns, the last
// scope. It lies in the user's state directory (XDG Base Directory
// Specification), as JSON that a person can read and delete.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"argosy/schema"
)

// State is what is remembered.
type State struct {
	Theme string `json:"theme"`
	Mouse bool   `json:"mouse"`
	// Pane is right, below or off.
	Pane string `json:"pane"`
	// Tables is what was chosen for each lens.
	Tables map[string]Table `json:"tables"`
	// Last is the view looked at last, by database path.
	Last map[string]View `json:"last"`
	// Runs is how reports went the last time they were run here, by database path
	// and the report's name.
	Runs map[string]map[string]Run `json:"runs,omitempty"`

	path string
}

// Table is what was chosen for one lens.
type Table struct {
	Hidden []string       `json:"hidden,omitempty"`
	Widths map[string]int `json:"widths,omitempty"`
	Order  []schema.Order `json:"order,omitempty"`
	// Columns is the order of the columns, empty for their own; Frozen how many of
	// them stay at the left.
	Columns []string `json:"columns,omitempty"`
	Frozen  int      `json:"frozen,omitempty"`
}

// View is a lens with its scope, the chips as they are typed.
type View struct {
	Lens  string   `json:"lens"`
	Scope []string `json:"scope,omitempty"`
	All   bool     `json:"all,omitempty"` // what is set aside too
}

// Run is one run of a report.
type Run struct {
	At    time.Time `json:"at"`
	Rows  int64     `json:"rows"`
	Took  int64     `json:"took_ms"`
	Error string    `json:"error,omitempty"`
}

// Ran notes how a report went.
func (s *State) Ran(path, report string, r Run) {
	if s.Runs == nil {
		s.Runs = map[string]map[string]Run{}
	}
	if s.Runs[path] == nil {
		s.Runs[path] = map[string]Run{}
	}
	s.Runs[path][report] = r
}

// None remembers nothing.
func None() *State {
	return &State{Theme: "auto", Tables: map[string]Table{}, Last: map[string]View{}}
}

// Dir is the folder that state and history lie in.
func Dir() (string, error) {
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "argosy"), nil
	}
	if dir := os.Getenv("LOCALAPPDATA"); runtime.GOOS == "windows" && dir != "" {
		return filepath.Join(dir, "argosy", "state"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("finding the state directory: %w; set XDG_STATE_HOME", err)
	}
	return filepath.Join(home, ".local", "state", "argosy"), nil
}

// Load reads the state in a folder. A file that cannot be read as state is no
// reason not to start: it is as if there were none.
func Load(dir string) *State {
	s := None()
	s.path = filepath.Join(dir, "tui.json")
	text, err := os.ReadFile(s.path)
	if err == nil && json.Unmarshal(text, s) != nil {
		path := s.path
		s = None()
		s.path = path
	}
	if s.Tables == nil {
		s.Tables = map[string]Table{}
	}
	if s.Last == nil {
		s.Last = map[string]View{}
	}
	return s
}

// Save writes the state whole or not at all.
func (s *State) Save() error {
	if s.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("writing the state: %w", err)
	}
	temp := s.path + ".tmp"
	if err := os.WriteFile(temp, text, 0o600); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	if err := os.Rename(temp, s.path); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	return nil
}
