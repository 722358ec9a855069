// Package formattest tests report formats: folders of cases, a corpus of
// counted reports, truncated and reordered documents, and fuzzing. It is
// imported by tests only.
package formattest

import (
	"bytes"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"

	"argosy/ingest/format"
	"argosy/schema"
)

// Recorder is a sink that keeps what it gets as lines of JSON, in order.
type Recorder struct {
	// Lines are what was delivered. They stay empty with Quiet.
	Lines bytes.Buffer
	Quiet bool
	// Rows counts findings other than those a rule or a VEX document has set
	// aside, Distinct tells their ids, packages and versions apart.
	Rows     int
	Distinct map[[3]string]bool
	// All counts every finding and every product of a statement, AllDistinct
	// tells them apart.
	All         int
	AllDistinct map[[3]string]bool
	// Scans, Resources, Skips and Advisories count what else was delivered.
	Scans, Resources, Skips, Advisories, Statements int

	// Fault is the first thing that the recorder refused: formats must not
	// deliver it whatever stands in a document.
	Fault error

	known map[string]bool
	open  map[format.Ref]bool
}

// NewRecorder returns an empty recorder.
func NewRecorder() *Recorder {
	return &Recorder{Distinct: map[[3]string]bool{}, AllDistinct: map[[3]string]bool{}, known: map[string]bool{}, open: map[format.Ref]bool{}}
}

func (r *Recorder) refuse(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if r.Fault == nil {
		r.Fault = err
	}
	return err
}

func (r *Recorder) line(v any) error {
	if r.Quiet {
		return nil
	}
	b, err := jsonv2.Marshal(v, jsonv2.OmitZeroStructFields(true), jsonv2.Deterministic(true))
	if err != nil {
		return r.refuse("recording %T: %w", v, err)
	}
	r.Lines.Write(b)
	r.Lines.WriteByte('\n')
	return nil
}

// Begin opens a scan.
func (r *Recorder) Begin() format.Ref {
	ref := format.Ref(r.Scans)
	r.Scans++
	r.open[ref] = true
	return ref
}

// finding is a finding as a line shows it.
type finding struct {
	Scan     format.Ref
	Severity string
	Finding  *schema.Finding
}

// Finding records a row.
func (r *Recorder) Finding(ref format.Ref, f *schema.Finding) error {
	if !r.open[ref] {
		return r.refuse("a finding of scan %d, which is not open", ref)
	}
	if f.VulnerabilityID == "" {
		return r.refuse("a finding without an id")
	}
	if f.Extra != nil && !validObject(f.Extra) {
		return r.refuse("the finding's Extra is no JSON object: %q", f.Extra)
	}
	r.All++
	r.AllDistinct[[3]string{f.VulnerabilityID, f.PackageName, f.InstalledVersion}] = true
	if !SetAside(f) {
		r.Rows++
		r.Distinct[[3]string{f.VulnerabilityID, f.PackageName, f.InstalledVersion}] = true
	}
	return r.line(struct {
		Row finding
	}{finding{Scan: ref, Severity: f.Severity.String(), Finding: f}})
}

// SetAside tells findings that a scanner shows beside its rows, because a rule
// or a VEX document has suppressed them.
func SetAside(f *schema.Finding) bool {
	return f.Status == schema.NotApplicable && f.StatusCause == "Exempt" && f.Row == nil
}

func validObject(raw []byte) bool {
	var m map[string]any
	return jsonv2.Unmarshal(raw, &m) == nil
}

// End closes a scan.
func (r *Recorder) End(ref format.Ref, s *schema.Scan) error {
	if !r.open[ref] {
		return r.refuse("the end of scan %d, which is not open", ref)
	}
	delete(r.open, ref)
	return r.line(struct {
		End  format.Ref
		Scan *schema.Scan
	}{ref, s})
}

// Known tells whether a text was delivered.
func (r *Recorder) Known(scanner, id string) bool { return r.known[scanner+" "+id] }

// Vulnerability records a text of the catalogue.
func (r *Recorder) Vulnerability(scanner string, v *schema.Vulnerability) error {
	if r.known[scanner+" "+v.ID] {
		return nil
	}
	r.known[scanner+" "+v.ID] = true
	r.Advisories++
	return r.line(struct {
		Scanner       string
		Vulnerability *schema.Vulnerability
	}{scanner, v})
}

// Resource records a row that is no finding.
func (r *Recorder) Resource(row *schema.ResourceRow) error {
	r.Resources++
	return r.line(struct{ Resource *schema.ResourceRow }{row})
}

// Statement records a statement of a VEX document.
func (r *Recorder) Statement(v *schema.VEXStatement) error {
	if v.VulnerabilityID == "" {
		return r.refuse("a statement without a vulnerability")
	}
	r.Statements++
	for _, p := range v.Products {
		r.All++
		r.AllDistinct[[3]string{v.VulnerabilityID, p.ID}] = true
	}
	return r.line(struct{ Statement *schema.VEXStatement }{v})
}

// Feed records a row of a feed.
func (r *Recorder) Feed(v *schema.FeedEntry) error {
	if v.Feed == "" || v.ID == "" {
		return r.refuse("a row of a feed without the feed or an id: %+v", v)
	}
	return r.line(struct{ Feed *schema.FeedEntry }{v})
}

// Skip records a row that was left out.
func (r *Recorder) Skip(where, why string) error {
	r.Skips++
	return r.line(struct{ Skip, Why string }{where, why})
}

// Open returns how many scans were begun and not ended.
func (r *Recorder) Open() int { return len(r.open) }
