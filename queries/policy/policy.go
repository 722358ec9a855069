// Package policy reads policies: which images must be scanned how often, and
// which findings break a gate. A policy is a YAML file that a team keeps under
// version control.
package policy

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"argosy/schema"
	"argosy/schema/yamlplace"
)

// Default is the scan policy that holds where none is named.
const Default = "mdvm-current"

// Policy is what a file says. A part that is left out has its default: the
// scan part that of the policy named Default, the gate that of NewGate.
type Policy struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Scan        *Scan  `yaml:"scan"`
	Gate        Gate   `yaml:"gate"`
}

// Scan says when an image must be scanned. A window of zero is no reason to
// rescan; RescanEvery zero means that one scan is enough.
type Scan struct {
	PushedWithin     Span     `yaml:"pushed-within" json:"pushed_within_days"`
	PulledWithin     Span     `yaml:"pulled-within" json:"pulled_within_days"`
	Running          bool     `yaml:"running" json:"running"`
	RescanEvery      Span     `yaml:"rescan-every" json:"rescan_hours"`
	FirstScanWithin  Span     `yaml:"first-scan-within" json:"first_scan_hours"`
	OperatingSystems []string `yaml:"operating-systems" json:"operating_systems"`
}

// Verdict says whether a state passes the gate.
type Verdict string

// The verdicts.
const (
	Fail Verdict = "fail"
	Pass Verdict = "pass"
)

// Gate says what breaks the gate.
type Gate struct {
	// Severity is the least severity that counts; none counts no finding by its
	// severity.
	Severity string `yaml:"severity"`
	// FixableOnly counts only findings for which a fixed version is known.
	FixableOnly bool `yaml:"fixable-only"`
	// OlderThan counts only findings that were first seen longer ago.
	OlderThan Span `yaml:"older-than"`
	// KnownExploited counts findings that are known to be exploited, whatever
	// their severity, age and fix.
	KnownExploited bool `yaml:"known-exploited"`
	// EPSS counts findings of at least this probability, from 0 to 1; zero counts
	// none.
	EPSS float64 `yaml:"epss"`
	// Exempt says whether findings that are set aside pass.
	Exempt Verdict `yaml:"exempt"`
	// Unscanned, Stale, Unknown and Unsupported say what becomes of an image by
	// its coverage.
	Unscanned   Verdict `yaml:"unscanned"`
	Stale       Verdict `yaml:"stale"`
	Unknown     Verdict `yaml:"unknown"`
	Unsupported Verdict `yaml:"unsupported"`
}

// NewGate is the gate where nothing is said: findings of severity High or
// Critical and known exploited ones break it, and so does an image that was
// never scanned.
func NewGate() Gate {
	return Gate{Severity: "High", KnownExploited: true, Exempt: Pass, Unscanned: Fail, Stale: Pass, Unknown: Pass, Unsupported: Fail}
}

// Span is a length of time, written 24h, 30d or 4w.
type Span time.Duration

// UnmarshalYAML reads the text of a span.
func (s *Span) UnmarshalYAML(b []byte) error {
	v, err := ParseSpan(strings.Trim(strings.TrimSpace(string(b)), `"'`))
	*s = v
	return err
}

// ParseSpan reads a span; an empty text is zero.
func ParseSpan(text string) (Span, error) {
	if text == "" || text == "null" || text == "~" {
		return 0, nil
	}
	units := map[byte]time.Duration{'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	unit, ok := units[text[len(text)-1]]
	n, err := strconv.ParseFloat(text[:len(text)-1], 64)
	if !ok || err != nil || n < 0 || n > 1e6 {
		return 0, fmt.Errorf("%q is no length of time: write 24h, 30d or 4w", text)
	}
	return Span(n * float64(unit)), nil
}

// Hours is the span in hours; ok is false for none.
func (s Span) Hours() (hours float64, ok bool) { return time.Duration(s).Hours(), s > 0 }

// String writes a span as it is read.
func (s Span) String() string {
	d := time.Duration(s)
	if d%(24*time.Hour) == 0 && d > 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	return strconv.FormatFloat(d.Hours(), 'g', -1, 64) + "h"
}

// Parse reads a policy file of the given name. An unknown word is an error.
func Parse(name string, r io.Reader) (*Policy, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	p := &Policy{Gate: NewGate()}
	if err := (yamlplace.Doc{Name: name, Data: text}).Decode(p, true); err != nil {
		return nil, err
	}
	return p, p.check()
}

func (p *Policy) check() error {
	if p.Name == "" {
		return errors.New("the policy has no name: add a line such as name: team")
	}
	if err := p.Gate.Check(); err != nil {
		return err
	}
	if s := p.Scan; s != nil && s.RescanEvery == 0 && (s.PushedWithin > 0 || s.PulledWithin > 0 || s.Running) {
		return errors.New("scan says which images to rescan but not how often: add rescan-every, for instance 24h")
	}
	return nil
}

// Check says whether the words of a gate are known.
func (g *Gate) Check() error {
	if g.Severity != "none" {
		if !slices.Contains([]string{"Critical", "High", "Medium", "Low", "Unknown"}, g.Severity) {
			return fmt.Errorf("severity %q is not known: use Critical, High, Medium, Low, Unknown or none", g.Severity)
		}
	}
	if g.EPSS < 0 || g.EPSS > 1 {
		return fmt.Errorf("epss %g is no probability from 0 to 1", g.EPSS)
	}
	for word, v := range map[string]Verdict{"exempt": g.Exempt, "unscanned": g.Unscanned, "stale": g.Stale, "unknown": g.Unknown, "unsupported": g.Unsupported} {
		if v != Fail && v != Pass {
			return fmt.Errorf("%s %q is not known: use fail or pass", word, v)
		}
	}
	return nil
}

// Stored is the form of the scan part in which the database keeps it.
func (p *Policy) Stored() schema.ScanPolicy {
	s := schema.ScanPolicy{Policy: p.Name, Description: p.Description}
	if p.Scan == nil {
		return s
	}
	days := func(v Span) *float64 {
		if h, ok := v.Hours(); ok {
			h /= 24
			return &h
		}
		return nil
	}
	hours := func(v Span) *float64 {
		if h, ok := v.Hours(); ok {
			return &h
		}
		return nil
	}
	s.PushedWithinDays, s.PulledWithinDays, s.Running = days(p.Scan.PushedWithin), days(p.Scan.PulledWithin), p.Scan.Running
	s.RescanHours, s.FirstScanHours, s.OperatingSystems = hours(p.Scan.RescanEvery), hours(p.Scan.FirstScanWithin), p.Scan.OperatingSystems
	return s
}
