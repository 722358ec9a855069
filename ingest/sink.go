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
	order  *order

	mu    sync.RWMutex
	books sync.Pool // of map[uint64]struct{}, emptied
	known texts     // that accepted documents delivered
	scans int       // numbered so far; who has the turn counts on
}

func newShared(l Loader, now time.Time, o *order) *shared {
	return &shared{loader: l, seed: maphash.MakeSeed(), now: now, order: o, known: texts{}}
}

// form is a scanner's form of report: another tells more of an advisory, or less.
type form struct{ scanner, format string }

// texts are ids of advisories.
type texts map[form]map[string]struct{}

func (t texts) has(by form, id string) bool {
	_, ok := t[by][id]
	return ok
}

func (t texts) add(by form, id string) {
	ids := t[by]
	if ids == nil {
		ids = map[string]struct{}{}
		t[by] = ids
	}
	ids[id] = struct{}{}
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

// sink implements format.Sink for one document.
type sink struct {
	ctx    context.Context
	shared *shared
	path   int // the number of the path among those of the run
	file   int
	in     *format.Input
	format string // the name of the document's

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
	known      texts           // that this document delivers
	held       int             // bytes that wait for the turn
}

func (s *sink) Begin() format.Ref {
	st := &scanState{}
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
	staged := schema.StagedFinding{Scan: int(ref), Finding: *f} // see handOver
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
	p := schema.CanonicalPackage(schema.Package{Type: f.PackageType, Name: f.PackageName, Version: f.InstalledVersion}, f.PURL)
	f.PackageType, f.PackageName, f.InstalledVersion = p.Type, p.Name, p.Version
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

func (s *sink) form(scanner string) form { return form{scanner, s.format} }

// Known says whether a text needs no decoding. Which document delivers one that
// several hold is decided when their turn comes.
func (s *sink) Known(scanner, id string) bool {
	s.shared.mu.RLock()
	ok := s.shared.known.has(s.form(scanner), id)
	s.shared.mu.RUnlock()
	return ok || s.known.has(s.form(scanner), id)
}

func (s *sink) Vulnerability(scanner string, v *schema.Vulnerability) error {
	if v.ID == "" || s.Known(scanner, v.ID) {
		return nil
	}
	if s.known == nil {
		s.known = texts{}
	}
	s.known.add(s.form(scanner), v.ID)
	a := schema.StagedAdvisory{File: s.file, Scanner: scanner, Canonical: schema.CanonicalID(v.ID, v.Aliases), Vulnerability: *v}
	a.ID = schema.CanonicalID(v.ID, nil) // names are compared, and scanners write them in different cases
	s.known.add(s.form(scanner), a.ID)
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
	if unknown(st.Issued) {
		st.Issued = st.At
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
// of long texts, and hands on what is gathered when that is enough and it is the
// document's turn.
func (s *sink) gathered(rows, bytes int) error {
	s.bytes += bytes
	if rows < batchRows && s.bytes < batchBytes || s.held > 0 && s.weight() < s.held+batchBytes {
		return nil
	}
	on, err := s.shared.order.keep(s.path, s.weight(), &s.held)
	if err != nil || on {
		return err
	}
	return s.handOver()
}

// flush hands on what is gathered, when it is the document's turn.
func (s *sink) flush() error {
	if err := s.shared.order.await(s.path, &s.held); err != nil {
		return err
	}
	return s.handOver()
}

// handOver hands on what is gathered; it is the document's turn. Scans get
// their numbers now, so that they are numbered in the order of documents, and
// texts that an earlier document delivered are left out.
func (s *sink) handOver() error {
	for _, st := range s.scans {
		if st.no == 0 {
			s.shared.scans++
			st.no = s.shared.scans
		}
	}
	for i := range s.findings {
		s.findings[i].Scan = s.scans[s.findings[i].Scan].no
	}
	s.shared.mu.RLock()
	s.advisories = slices.DeleteFunc(s.advisories, func(a schema.StagedAdvisory) bool { return s.shared.known.has(s.form(a.Scanner), a.ID) })
	s.shared.mu.RUnlock()
	s.bytes = 0
	if err := handOn(s.ctx, s.shared.loader.Findings, &s.findings); err != nil {
		return err
	}
	if err := handOn(s.ctx, s.shared.loader.Advisories, &s.advisories); err != nil {
		return err
	}
	if err := handOn(s.ctx, s.shared.loader.Resources, &s.resources); err != nil {
		return err
	}
	if err := handOn(s.ctx, s.shared.loader.Statements, &s.statements); err != nil {
		return err
	}
	return handOn(s.ctx, func(ctx context.Context, batch []schema.FeedEntry) error {
		return s.shared.loader.Feeds(ctx, s.file, batch)
	}, &s.feeds)
}

// handOn hands a batch on and empties it.
func handOn[T any](ctx context.Context, to func(context.Context, []T) error, batch *[]T) error {
	if len(*batch) == 0 {
		return nil
	}
	if err := to(ctx, *batch); err != nil {
		return err
	}
	clear(*batch)
	*batch = (*batch)[:0]
	return nil
}

// accept hands on the rest of a document and that it was read to its end; it is
// the document's turn.
func (s *sink) accept(scans []schema.StagedScan) error {
	if err := s.handOver(); err != nil {
		return err
	}
	for i := range scans {
		scans[i].No = s.scans[i].no
	}
	s.shared.mu.Lock()
	for by, ids := range s.known {
		for id := range ids {
			s.shared.known.add(by, id)
		}
	}
	s.shared.mu.Unlock()
	return s.shared.loader.Accept(s.ctx, s.file, scans, s.repeats)
}
