package ingest

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"argosy/ingest/format"
	"argosy/schema"
)

// Loader takes what documents hold; schema/store has the one that counts.
// Rows may come from several documents at once. Only what belongs to an
// accepted document is stored.
type Loader interface {
	Findings(ctx context.Context, batch []schema.StagedFinding) error
	Advisories(ctx context.Context, batch []schema.StagedAdvisory) error
	Resources(ctx context.Context, batch []schema.StagedResource) error
	Statements(ctx context.Context, batch []schema.StagedStatement) error
	Feeds(ctx context.Context, file int, batch []schema.FeedEntry) error
	// Distinct counts what differs among the rows handed over of the scans
	// numbered from first to last, for documents too large for the sink's books.
	Distinct(ctx context.Context, first, last int) (map[int]schema.Distinct, error)
	Accept(ctx context.Context, file int, scans []schema.StagedScan, repeats bool) error
}

// batchRows is how many findings a document gathers before it hands them on;
// small documents hand theirs on at their end.
const batchRows = 4096

// batchBytes is how many bytes of long texts it gathers.
const batchBytes = 2 << 20

// shared is what the documents of one run have in common.
type shared struct {
	loader Loader
	seed   maphash.Seed
	now    time.Time

	mu    sync.RWMutex
	books sync.Pool                      // of map[uint64]struct{}, emptied
	known map[string]map[string]struct{} // ids of the texts delivered, by scanner
	scans int
	files int
}

func newShared(l Loader, now time.Time, first int) *shared {
	return &shared{loader: l, seed: maphash.MakeSeed(), now: now, known: map[string]map[string]struct{}{}, files: first}
}

// book returns an empty book, one that another document has done with if there
// is any: most documents are of about one size.
func (s *shared) book() map[uint64]struct{} {
	if b, ok := s.books.Get().(map[uint64]struct{}); ok {
		return b
	}
	return map[uint64]struct{}{}
}

// giveBack takes a book for the next document. Emptying costs what a book once
// held, so that large ones go.
func (s *shared) giveBack(book map[uint64]struct{}) {
	if len(book) > 0 && len(book) <= batchRows {
		clear(book)
		s.books.Put(book)
	}
}

func (s *shared) nextFile() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files++
	return s.files - 1
}

func (s *shared) nextScan() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans++
	return s.scans
}

// sink implements format.Sink for one document.
type sink struct {
	ctx    context.Context
	shared *shared
	file   int
	in     *format.Input

	scans      []*scanState
	findings   []schema.StagedFinding
	advisories []schema.StagedAdvisory
	resources  []schema.StagedResource
	statements []schema.StagedStatement
	feeds      []schema.FeedEntry
	feedRows   int64
	bytes      int // of long texts gathered
	skips      []schema.Skip
	skipped    int64
	told       map[[2]string]bool // vulnerability and product of VEX statements
	toldRows   int64
	repeats    bool
	rowSeen    map[string]bool // assessment rows handed on as resources
	books      int             // entries in the books of all scans
}

func (s *sink) Begin() format.Ref {
	st := &scanState{no: s.shared.nextScan()}
	if s.books <= maxBooks {
		st.keys, st.raw = s.shared.book(), s.shared.book()
	}
	s.scans = append(s.scans, st)
	return format.Ref(len(s.scans) - 1)
}

func (s *sink) scan(ref format.Ref) (*scanState, error) {
	if int(ref) < 0 || int(ref) >= len(s.scans) {
		return nil, fmt.Errorf("a finding names scan %d, which was never begun", ref)
	}
	return s.scans[ref], nil
}

func (s *sink) Finding(ref format.Ref, f *schema.Finding) error {
	st, err := s.scan(ref)
	if err != nil {
		return err
	}
	if f.VulnerabilityID == "" {
		return s.Skip("", "the row names no vulnerability")
	}
	staged := schema.StagedFinding{Scan: st.no, Finding: *f}
	complete(&staged)
	staged.Aliases, staged.Paths, staged.Extra = slices.Clone(f.Aliases), slices.Clone(f.Paths), whole(slices.Clone(f.Extra))
	if f.Row != nil {
		row := *f.Row
		wholeRow(&row)
		staged.Row = &row
	}
	if err := fits("a finding", findingText(&staged)); err != nil {
		return err
	}
	s.count(st, &staged)
	if err := s.keepRow(&staged); err != nil {
		return err
	}
	s.findings = append(s.findings, staged)
	return s.gathered(len(s.findings), staged.Bytes())
}

// complete fills what a report leaves open where it follows from the rest.
func complete(f *schema.StagedFinding) {
	f.Canonical = schema.CanonicalID(f.VulnerabilityID, f.Aliases)
	if f.FixStatus == "" {
		f.FixStatus = schema.FixUnknown
		if f.FixedVersion != "" {
			f.FixStatus = schema.FixAvailable
		}
	}
	if f.Status == "" {
		f.Status = schema.Unhealthy
	}
}

// keepRow hands the row of an assessment, which lists several findings, on as
// a resource row, once.
func (s *sink) keepRow(f *schema.StagedFinding) error {
	row := f.Row
	if row == nil || row.Type != "microsoft.security/assessments" || s.rowSeen[row.ID] {
		return nil
	}
	if s.rowSeen == nil {
		s.rowSeen = map[string]bool{}
	}
	s.rowSeen[row.ID] = true
	return s.resource(row, true)
}

func (s *sink) End(ref format.Ref, scan *schema.Scan) error {
	st, err := s.scan(ref)
	if err != nil {
		return err
	}
	if st.ended {
		return fmt.Errorf("scan %d ends twice", ref)
	}
	st.ended, st.scan = true, *scan
	if err := fits("what is told of the image", imageText(&scan.Image)+len(scan.Incomplete)+len(scan.Scanner)+len(scan.ScannerVersion)+len(scan.DatabaseVersion)); err != nil {
		return err
	}
	if err := identify(&st.scan.Image, s.in); err != nil {
		return err
	}
	if at := st.scan.At; at.Year() > lastYear {
		st.scan.At = time.Time{}
		if err := s.Skip("time of the scan", "the report is dated "+at.Format(time.RFC3339)+", which cannot be; the file's own time is taken"); err != nil {
			return err
		}
	}
	stamp(&st.scan, s.in, s.shared.now)
	return nil
}

// lastYear is the last in which a scan is believed to be. Histories sort by the
// times of scans, and a later one is a mistake of the clock or of the tool.
const lastYear = 2199

// unknown says that a time is none, or one that cannot be.
func unknown(at time.Time) bool { return at.IsZero() || at.Year() > lastYear }

// stamp gives a scan without a time of its own the file's, and without that
// the run's, and says so.
func stamp(scan *schema.Scan, in *format.Input, now time.Time) {
	switch {
	case !scan.At.IsZero():
		scan.TimeSource = schema.TimeReport
	case !in.Modified.IsZero():
		scan.At, scan.TimeSource = in.Modified, schema.TimeFile
	default:
		scan.At, scan.TimeSource = now, schema.TimeIngest
	}
	scan.At = scan.At.UTC().Truncate(time.Microsecond)
}

// delivered says whether the text of an id was delivered before, and notes
// that it is now.
func (s *shared) delivered(scanner, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := s.known[scanner]
	if ids == nil {
		ids = map[string]struct{}{}
		s.known[scanner] = ids
	}
	_, known := ids[id]
	ids[id] = struct{}{}
	return known
}

func (s *sink) Known(scanner, id string) bool {
	s.shared.mu.RLock()
	defer s.shared.mu.RUnlock()
	_, ok := s.shared.known[scanner][id]
	return ok
}

func (s *sink) Vulnerability(scanner string, v *schema.Vulnerability) error {
	if v.ID == "" || s.shared.delivered(scanner, v.ID) {
		return nil
	}
	a := schema.StagedAdvisory{File: s.file, Scanner: scanner, Canonical: schema.CanonicalID(v.ID, v.Aliases), Vulnerability: *v}
	a.ID = schema.CanonicalID(v.ID, nil) // names are compared, and scanners write them in different cases
	a.Aliases, a.CVSS, a.CWEs, a.References = slices.Clone(v.Aliases), slices.Clone(v.CVSS), slices.Clone(v.CWEs), slices.Clone(v.References)
	a.Extra = whole(slices.Clone(v.Extra))
	if err := fits("what is told of "+shortened(a.ID), advisoryText(&a)); err != nil {
		return err
	}
	s.advisories = append(s.advisories, a)
	return s.gathered(len(s.advisories), a.Bytes())
}

func (s *sink) Resource(r *schema.ResourceRow) error {
	if r.ID == "" || r.Type == "" {
		return s.Skip("", "a resource without an id and a type cannot be kept")
	}
	return s.resource(r, false)
}

func (s *sink) resource(r *schema.ResourceRow, hasFindings bool) error {
	row := schema.StagedResource{File: s.file, ResourceRow: *r, HasFindings: hasFindings}
	wholeRow(&row.ResourceRow)
	if err := fits("a row", rowText(&row.ResourceRow)); err != nil {
		return err
	}
	if unknown(row.At) {
		row.At = s.in.Modified
	}
	if row.At.IsZero() {
		row.At = s.shared.now
	}
	s.resources = append(s.resources, row)
	return s.gathered(len(s.resources), len(row.Properties))
}

func (s *sink) Statement(v *schema.VEXStatement) error {
	if v.VulnerabilityID == "" {
		return s.Skip(v.Place, "the statement names no vulnerability")
	}
	st := schema.StagedStatement{File: s.file, Canonical: schema.CanonicalID(v.VulnerabilityID, v.Aliases), VEXStatement: *v}
	if unknown(st.At) {
		st.At = s.in.Modified
	}
	if st.At.IsZero() {
		st.At = s.shared.now
	}
	st.Aliases, st.Products, st.Targets = slices.Clone(v.Aliases), nil, targets(v)
	if s.told == nil {
		s.told = map[[2]string]bool{}
	}
	for _, p := range v.Products {
		s.toldRows++
		s.told[[2]string{st.Canonical, p.ID}] = true
	}
	if err := fits("a statement", statementText(&st)); err != nil {
		return err
	}
	s.statements = append(s.statements, st)
	return s.gathered(len(s.statements), 0)
}

func (s *sink) Feed(v *schema.FeedEntry) error {
	e := *v
	if unknown(e.At) {
		e.At = s.in.Modified
	}
	if e.At.IsZero() {
		e.At = s.shared.now
	}
	if err := fits("an entry", len(e.ID)+len(e.Name)+len(e.Action)+len(e.Version)); err != nil {
		return err
	}
	s.feedRows++
	s.feeds = append(s.feeds, e)
	return s.gathered(len(s.feeds), 0)
}

// maxSkips bounds the reasons that are kept of one document; the number of
// rows skipped is always exact.
const maxSkips = 1000

func (s *sink) Skip(where, why string) error {
	s.skipped++
	if len(s.skips) < maxSkips {
		s.skips = append(s.skips, schema.Skip{Place: shortened(where), Reason: shortened(why)})
	}
	return nil
}

// gathered counts one row more, of so many of its kind and with so many bytes
// of long texts, and hands on what is gathered when that is enough.
func (s *sink) gathered(rows, bytes int) error {
	if s.bytes += bytes; rows >= batchRows || s.bytes >= batchBytes {
		return s.flush()
	}
	return nil
}

// flush hands on what is gathered.
func (s *sink) flush() error {
	s.bytes = 0
	if len(s.findings) > 0 {
		if err := s.shared.loader.Findings(s.ctx, s.findings); err != nil {
			return err
		}
		clear(s.findings)
		s.findings = s.findings[:0]
	}
	if len(s.advisories) > 0 {
		if err := s.shared.loader.Advisories(s.ctx, s.advisories); err != nil {
			return err
		}
		clear(s.advisories)
		s.advisories = s.advisories[:0]
	}
	if len(s.resources) > 0 {
		if err := s.shared.loader.Resources(s.ctx, s.resources); err != nil {
			return err
		}
		clear(s.resources)
		s.resources = s.resources[:0]
	}
	if len(s.statements) > 0 {
		if err := s.shared.loader.Statements(s.ctx, s.statements); err != nil {
			return err
		}
		clear(s.statements)
		s.statements = s.statements[:0]
	}
	if len(s.feeds) > 0 {
		if err := s.shared.loader.Feeds(s.ctx, s.file, s.feeds); err != nil {
			return err
		}
		s.feeds = s.feeds[:0]
	}
	return nil
}
