// Package format is the contract between argosy and the report formats it
// reads: what a format is (Format), where it delivers what it decodes (Sink)
// and how it fails (Error). Each format is a package of its own below ingest
// with one exported name, Format; the list of them is in package ingest.
//
// A format never opens a file, never guesses from a file's name and never
// holds a whole report in memory: it is handed an Input and delivers row by
// row. Recognising and decoding are separate, so that "recognised, but this
// version is not supported", "recognised, but it holds nothing about image
// vulnerabilities" and "not recognised" stay three different answers.
package format

import (
	"context"
	"io"
	"time"

	"argosy/schema"
)

// Format is one report format.
type Format struct {
	// Name is the format's name in lower case, as it stands in output and in
	// the runs table: trivy, grype, defender.
	Name string
	// Title is the name people use: "Trivy JSON".
	Title string
	// Detect judges the opening of a document. It must be cheap: it reads the
	// outline, never the input.
	Detect func(*Outline) Match
	// LastColumns are the columns with which the tables end that the format
	// knows. A table that ends after its header without a line end is whole,
	// and empty, if its last column is one of them; any other is cut off.
	LastColumns []string
	// Decode reads one document and delivers what it holds. The errors it
	// returns are of type *Error where the kind matters; any other error
	// counts as Rejected.
	Decode func(ctx context.Context, in *Input, to Sink) error
}

// Verdict is a format's answer to a document's opening.
type Verdict int

// The verdicts, from weakest to strongest claim.
const (
	// No: the document is of another format. Match.Near may say how close it
	// came.
	No Verdict = iota
	// NotApplicable: the format is recognised, but this kind of document holds
	// nothing about image vulnerabilities (a policy report, an end-of-life
	// report). Match.Reason says what it is.
	NotApplicable
	// Unsupported: the format is recognised in a version that is not
	// supported. Match.Reason says which are.
	Unsupported
	// Yes: the document can be decoded.
	Yes
)

// Match is what Detect returns.
type Match struct {
	Verdict Verdict
	// Version is the format's version where the opening shows it.
	Version string
	// Reason explains NotApplicable and Unsupported to the user, and with No
	// what was missing.
	Reason string
	// Score ranks formats that claim the same document: the number of marks
	// of the format that were seen. With Verdict No it says how near the
	// document came, for "closest format" messages.
	Score int
}

// Input is one document to decode: UTF-8 without a byte-order mark,
// decompressed.
type Input struct {
	io.Reader
	// Name is the path or the name the user gave, for messages only.
	Name string
	// Image is the reference given with --image, for reports that do not name
	// what they are about; empty otherwise.
	Image string
	// Version is what Detect returned as version.
	Version string
	// Syntax is that of the document's outline, for formats that have several.
	Syntax Syntax
	// Modified is the file's time, zero for streams.
	Modified time.Time
	// Subject, where it is set, is the image that the document is about, whatever
	// the document says; the sink sees to it.
	Subject *schema.Image

	// A file may hold several documents, also of several formats. Foreign says
	// whether what follows a document, as far as it was read ahead, is no
	// further document of the same format, and GiveBack returns it. Package
	// jsonread uses them; both may be nil.
	Foreign  func(unread []byte) bool
	GiveBack func(unread []byte)
}

// Several returns Foreign and GiveBack.
func (in *Input) Several() (foreign func([]byte) bool, giveBack func([]byte)) {
	return in.Foreign, in.GiveBack
}

// Ref names a scan within one document; see Sink.
type Ref int

// Sink takes what a format decodes. Its methods are called from one goroutine.
//
// A document holds one or more scans. Begin opens one before anything is known
// of its image, because many formats name the image after the rows; End closes
// it with what is known. Findings of several open scans may interleave. Every
// Begin needs its End, or the document is rejected as incomplete. An image
// that was scanned with no findings is a Begin and an End without findings.
//
// An error from a sink ends decoding and is returned from Decode unchanged.
type Sink interface {
	Begin() Ref
	// Finding delivers one row. The sink copies what it keeps: the format may
	// reuse the struct and its slices. Every row of the report that states a
	// vulnerability is delivered, repeated ones too: the sink joins them and
	// counts.
	Finding(Ref, *schema.Finding) error
	End(Ref, *schema.Scan) error
	// Known tells that the scanner's catalogue text for a vulnerability has been
	// delivered in this run already, so that a format can skip decoding it.
	Known(scanner, id string) bool
	// Vulnerability delivers catalogue text; the first text of a scanner for
	// an id is kept, later ones are ignored.
	Vulnerability(scanner string, v *schema.Vulnerability) error
	// Resource delivers a row of a Resource Graph table that is no finding.
	Resource(*schema.ResourceRow) error
	// Statement delivers a statement of a VEX document that stands apart from
	// any scan; the loader applies it to the findings that it matches.
	Statement(*schema.VEXStatement) error
	// Feed delivers what a public feed says of a vulnerability. The sink copies
	// what it keeps.
	Feed(*schema.FeedEntry) error
	// Skip records a row that cannot become a finding: where it stands in the
	// document (a path like Results[3].Vulnerabilities[17]) and why.
	Skip(where, why string) error
}

// Kind says how decoding ended other than well.
type Kind int

// The kinds of error. Rejected is a document that is broken; the other two
// are whole but not usable.
const (
	KindRejected Kind = iota
	KindUnsupported
	KindNotApplicable
)

// Error is the error of a document. Where is the place in the document, as a
// byte offset in words or a path, and may be empty.
type Error struct {
	Kind  Kind
	Where string
	Msg   string
	Err   error
}

// Error joins place, message and cause.
func (e *Error) Error() string {
	s := e.Msg
	if e.Err != nil {
		if s != "" {
			s += ": "
		}
		s += e.Err.Error()
	}
	if e.Where != "" {
		s += " (at " + e.Where + ")"
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
