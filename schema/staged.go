package schema

import (
	"crypto/sha1" // #nosec: names, no secrets
	"strings"
	"time"
	"unicode/utf8"
)

// StagedFinding is a finding on its way into the database: a row of a report
// with the scan that it belongs to.
type StagedFinding struct {
	// Scan is the number of a StagedScan of the same run.
	Scan int
	// Canonical is the vulnerability's canonical id, see CanonicalID.
	Canonical string
	// ID is what FindingID makes of the key of the scanned thing; zero where
	// that is not known yet.
	ID [16]byte
	Finding
}

// Bytes is the size of the texts of a finding that may be long.
func (f *StagedFinding) Bytes() int {
	n := len(f.Extra)
	if f.Row != nil {
		n += len(f.Row.Properties)
	}
	return n
}

// Identity is what makes two rows of a scan one finding, as the database
// compares it: by the lines of the texts that it stores.
func (f *StagedFinding) Identity() []string {
	kind := f.Kind
	if kind == "" {
		kind = KindVulnerability
	}
	lines := []string{Text(f.Canonical), Text(string(kind)), Text(f.PackageType), Text(f.PackageName), Text(f.InstalledVersion), Text(f.Running)}
	if f.Running == "" {
		return lines[:len(lines)-1]
	}
	return lines
}

// FindingID is the id of a finding of a scanned thing, whose key ImageKey tells:
// a UUID of version 5 in form (RFC 9562) of the lines of key and identity. The
// database makes the same of what it holds.
func (f *StagedFinding) FindingID(key string) [16]byte {
	text := append(make([]byte, 0, 256), Text(key)...)
	for _, line := range f.Identity() {
		text = append(append(text, '\n'), line...)
	}
	sum := sha1.Sum(text)
	id := [16]byte(sum[:])
	id[6], id[8] = id[6]&0x0f|0x50, id[8]&0x3f|0x80
	return id
}

// Text is a text as the database stores it: valid UTF-8, and no NUL, which ends
// a text for many a tool that reads the output.
func Text(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	if utf8.ValidString(s) { // which is much sooner said than done
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// StagedScan is a scan whose document was read to its end.
type StagedScan struct {
	// File is the number of the document that held it, Path its name.
	File int
	Path string
	// No is unique within the run.
	No int
	// Key names the scanned thing for good: see ImageKey.
	Key string
	Scan
	Rows, Findings int64
}

// Distinct counts what differs among the rows of a scan: findings, and rows by
// the id, package and version that the report uses.
type Distinct struct{ Findings, Reported int64 }

// StagedAdvisory is what one scanner says of one vulnerability.
type StagedAdvisory struct {
	// File is the number of the document within the run.
	File      int
	Scanner   string
	Canonical string
	Vulnerability
}

// Bytes is the size of the texts of an advisory that may be long.
func (a *StagedAdvisory) Bytes() int { return len(a.Description) + len(a.Extra) }

// StagedResource is a row of a Resource Graph table that is no finding by
// itself.
type StagedResource struct {
	File int
	ResourceRow
	// HasFindings says that what it holds is delivered as findings too.
	HasFindings bool
}

// FileState says what became of an input file.
type FileState string

// The states of a file, from a usable report to a broken one.
const (
	FileStored        FileState = "stored"
	FileEmpty         FileState = "empty"
	FileNotApplicable FileState = "not-applicable"
	FileUnsupported   FileState = "unsupported"
	FileUnrecognised  FileState = "unrecognised"
	FileRejected      FileState = "rejected"
)

// Skip is a row that could not become a finding, and why.
type Skip struct{ Place, Reason string }

// FileResult is what one input file came to.
type FileResult struct {
	// No is the number of the document within the run.
	No            int       `json:"-"`
	Path          string    `json:"path"`
	Format        string    `json:"format"`
	FormatVersion string    `json:"version"`
	State         FileState `json:"state"`
	// Images counts the things that the file is about.
	Images int64 `json:"images"`
	// Rows counts vulnerability rows as the file holds them, Findings distinct
	// finding keys, Merged the distinct (id, package, version) that became one
	// finding with another because their ids are aliases.
	Rows     int64 `json:"rows"`
	Findings int64 `json:"findings"`
	Merged   int64 `json:"merged"`
	Skipped  int64 `json:"skipped"`
	// Statements counts what a VEX document says, once for each product; they
	// count as Rows too.
	Statements int64  `json:"statements,omitempty"`
	Error      string `json:"error,omitempty"`
	// Incomplete are the reasons why scanners could not look everywhere, or were
	// not asked to; at most ten.
	Incomplete []string `json:"incomplete,omitempty"`

	Scanners []string  `json:"-"`
	Bytes    int64     `json:"-"`
	Modified time.Time `json:"-"`
	Skips    []Skip    `json:"-"`
}

// Reject makes the result that of a file which leaves no trace.
func (f *FileResult) Reject(why string) {
	f.State, f.Error = FileRejected, why
	f.Images, f.Rows, f.Findings, f.Merged, f.Skipped, f.Skips, f.Scanners, f.Statements, f.Incomplete = 0, 0, 0, 0, 0, nil, nil, 0, nil
}

// Run is one ingest.
type Run struct {
	Started time.Time
	Version string
	// Source is what the user named.
	Source string
	Files  []FileResult
	// DryRun finds out what the run would change and changes nothing.
	DryRun bool
}

// RunResult says what a run changed in the database.
type RunResult struct {
	RunID int64
	// Files are those of the run as they were recorded: one that could not be
	// merged is rejected, with its reason.
	Files []FileResult
	// New, Fixed and Reopened count findings; one that came and went within the
	// run is new and fixed. Woven counts scans that are older than what was known
	// and changed what is told of the past, Late those whose time was pruned.
	New, Fixed, Reopened, Woven, Late int64
	// Open is the number of open findings afterwards, Images of images.
	Open, Images int64
	// Statements counts what VEX documents said of their products, Unmatched
	// those that no open finding answers to, Superseded those of issues of a
	// document of which a newer one is known; they are in neither.
	Statements, Unmatched, Superseded int64
}
