// Package settings reads the configuration file of a team: who owns what, when
// findings are due, whose word on severity counts and in which order findings
// matter. The file is YAML and is made to be kept under version control.
package settings

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"argosy/schema/yamlplace"
)

// Settings is a configuration file.
type Settings struct {
	// Owners are asked in order; the first rule that matches decides.
	Owners []Owner `yaml:"owners"`
	// Due holds the due policies by name; DefaultPolicy is the one of rules
	// that name none, and of what nobody owns.
	Due map[string]Due `yaml:"due"`
	// SeveritySource is scanner, vendor, nvd or highest.
	SeveritySource string `yaml:"severity_source"`
	// Priority is the order in which findings matter.
	Priority []string `yaml:"priority"`
}

// DefaultPolicy is the name of the due policy that holds where no other does.
const DefaultPolicy = "default"

// Owner is a rule that gives locations to a team. All conditions given must
// hold; Registry, Repository, Tag, Namespace and the values of Labels are
// patterns with * and ?.
type Owner struct {
	Team string `yaml:"team"`
	Mail string `yaml:"mail"`
	// Due names a due policy; empty is DefaultPolicy.
	Due        string `yaml:"due"`
	Registry   string `yaml:"registry"`
	Repository string `yaml:"repository"`
	Tag        string `yaml:"tag"`
	// Namespace is one of a cluster that the image runs in.
	Namespace string `yaml:"namespace"`
	// Label is one label of the image, NAME or NAME=VALUE.
	Label string `yaml:"label"`
}

// Reserved says whether a team cannot have a name because what nobody owns is
// called so, in whatever letters.
func Reserved(team string) bool { return strings.EqualFold(team, "unowned") }

// Due is a due policy: days by severity. A severity without days has no due
// date.
type Due struct {
	Critical *int `yaml:"critical"`
	High     *int `yaml:"high"`
	Medium   *int `yaml:"medium"`
	Low      *int `yaml:"low"`
	Unknown  *int `yaml:"unknown"`
	// Grace is days on top of all of them.
	Grace int `yaml:"grace"`
	// From is FirstSeen or FixAvailable.
	From string `yaml:"from"`
	// Soon is how many days before its due date a finding is due soon.
	Soon *int `yaml:"soon"`
}

// What due dates count from.
const (
	FirstSeen    = "first_seen"
	FixAvailable = "fix_available"
)

// SeveritySources are the words for whose severity counts.
func SeveritySources() []string { return []string{"scanner", "vendor", "nvd", "highest"} }

// Priorities are what findings can be ordered by, in the order that holds
// where the file does not say.
func Priorities() []string {
	return []string{"known_exploited", "severity", "epss", "fixable", "running"}
}

// Default is what holds without a file: nobody owns anything, and findings are
// due 7, 14, 30 and 90 days after they were first seen.
func Default() *Settings {
	s := &Settings{}
	s.complete()
	return s
}

// Parse reads a file of the given name. An error names every mistake with its
// place, file:line:column.
func Parse(name string, data []byte) (*Settings, error) {
	s := &Settings{}
	doc := yamlplace.Doc{Name: name, Data: data}
	if err := doc.Decode(s, true); err != nil {
		if errors.Is(err, yamlplace.ErrEmpty) {
			err = fmt.Errorf("%w; write owners: [] for no owner rules and the settings that hold without a file", err)
		}
		return nil, err
	}
	if s.Owners == nil && doc.Has("$.owners") {
		return nil, doc.Error("$.owners", "owners lists nothing: write owners: [] for no owner rules")
	}
	s.complete()
	return s, s.check(doc)
}

func (s *Settings) complete() {
	if s.SeveritySource == "" {
		s.SeveritySource = SeveritySources()[0]
	}
	if s.Priority == nil {
		s.Priority = Priorities()
	}
	if s.Due == nil {
		s.Due = map[string]Due{}
	}
	if _, ok := s.Due[DefaultPolicy]; !ok {
		n := [...]int{7, 14, 30, 90}
		s.Due[DefaultPolicy] = Due{Critical: &n[0], High: &n[1], Medium: &n[2], Low: &n[3]}
	}
	for name, d := range s.Due {
		if d.From == "" {
			d.From = FirstSeen
		}
		if d.Soon == nil {
			week := 7
			d.Soon = &week
		}
		s.Due[name] = d
	}
	for i := range s.Owners {
		if s.Owners[i].Due == "" {
			s.Owners[i].Due = DefaultPolicy
		}
	}
}

func (s *Settings) check(doc yamlplace.Doc) error {
	var errs []error
	bad := func(path, format string, args ...any) { errs = append(errs, doc.Error("$."+path, format, args...)) }
	for i, o := range s.Owners {
		rule := fmt.Sprintf("owners[%d]", i)
		if strings.TrimSpace(o.Team) == "" {
			bad(rule, "the owner names no team: add team")
		}
		switch {
		case strings.TrimSpace(o.Team) != o.Team && strings.TrimSpace(o.Team) != "":
			bad(rule+".team", "the team %q has spaces around its name: remove them", o.Team)
		case Reserved(o.Team):
			bad(rule+".team", "the team %q is the one of what no rule matches: name another, or leave the rule out", o.Team)
		}
		if o.Registry+o.Repository+o.Tag+o.Namespace+o.Label == "" {
			bad(rule, "the owner %s has no condition: give at least one of registry, repository, tag, namespace and label", o.Team)
		}
		if _, ok := s.Due[o.Due]; !ok {
			bad(rule+".due", "there is no due policy %q: write it below due, or name one of %s", o.Due, strings.Join(slices.Sorted(maps.Keys(s.Due)), ", "))
		}
		if strings.HasPrefix(o.Label, "=") {
			bad(rule+".label", "the label %q is not NAME or NAME=VALUE", o.Label)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Due)) {
		d := s.Due[name]
		if d.From != FirstSeen && d.From != FixAvailable {
			bad("due."+name+".from", "from is %q; it can be %s or %s", d.From, FirstSeen, FixAvailable)
		}
		for key, n := range map[string]*int{"critical": d.Critical, "high": d.High, "medium": d.Medium, "low": d.Low, "unknown": d.Unknown, "grace": &d.Grace, "soon": d.Soon} {
			if n != nil && (*n < 0 || *n > 36500) {
				bad("due."+name+"."+key, "%s: %d is no number of days", key, *n)
			}
		}
	}
	if !slices.Contains(SeveritySources(), s.SeveritySource) {
		bad("severity_source", "severity_source is %q; it can be %s", s.SeveritySource, strings.Join(SeveritySources(), ", "))
	}
	seen := map[string]bool{}
	for _, p := range s.Priority {
		if !slices.Contains(Priorities(), p) || seen[p] {
			bad("priority", "priority: %q is unknown or stands twice; it can hold %s", p, strings.Join(Priorities(), ", "))
		}
		seen[p] = true
	}
	slices.SortStableFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}
