package ingest

import (
	"fmt"
	"slices"

	"argosy/schema"
)

// maxIncomplete bounds the reasons of incomplete scans that a file's result
// tells; the scans themselves keep them all.
const maxIncomplete = 10

// name gives the findings that are still here their ids: now it is known what
// they are about.
func (s *sink) name() {
	keys := make([]string, len(s.scans))
	for i, st := range s.scans {
		keys[i] = schema.ImageKey(&st.scan.Image)
	}
	for i := range s.findings {
		f := &s.findings[i]
		f.ID = f.FindingID(keys[f.Scan])
	}
}

// finish closes the document: every scan must have ended.
func (s *sink) finish(res *schema.FileResult) error {
	s.name()
	if s.books > maxBooks {
		// The loader counts, and needs all rows for it.
		if err := s.flush(); err != nil {
			return err
		}
	}
	if err := s.settle(); err != nil {
		return err
	}
	images := map[string]bool{}
	scanners := map[string]bool{}
	first := map[[2]string]*scanState{}
	var staged []schema.StagedScan
	for i, st := range s.scans {
		if !st.ended {
			return fmt.Errorf("the document ends before it says what scan %d is about", i)
		}
		key := schema.ImageKey(&st.scan.Image)
		images[key], scanners[st.scan.Scanner] = true, true
		if why := st.scan.Incomplete; why != "" && len(res.Incomplete) < maxIncomplete && !slices.Contains(res.Incomplete, why) {
			res.Incomplete = append(res.Incomplete, why)
		}
		rows, findings, more := st.rows, st.Findings, st.Distinct
		// Several scans of one image by one scanner, such as the projects of one
		// folder, tell of the same findings.
		if subject := [2]string{key, st.scan.Scanner}; first[subject] == nil {
			first[subject] = st
		} else {
			more = first[subject].join(st)
		}
		res.Rows, res.Findings = res.Rows+rows, res.Findings+more.Findings
		res.Merged += max(0, more.Reported-more.Findings)
		staged = append(staged, schema.StagedScan{File: s.file, Path: s.in.Name, Key: key, Scan: st.scan, Rows: rows, Findings: findings})
	}
	res.Images, res.Statements = int64(len(images)), s.toldRows
	// A statement is what a VEX document has for a row.
	res.Rows, res.Findings = res.Rows+s.toldRows+s.feedRows, res.Findings+int64(len(s.told))
	for _, st := range s.scans {
		s.shared.giveBack(st.keys)
		s.shared.giveBack(st.raw)
		st.keys, st.raw = nil, nil
	}
	for k := range scanners {
		res.Scanners = append(res.Scanners, k)
	}
	slices.Sort(res.Scanners)
	s.shared.order.drop(s.held)
	s.held = 0
	return s.shared.order.hand(s.path, s.weight(), func() error { return s.accept(staged) })
}

// weight is about how many bytes the rows hold that are still here.
func (s *sink) weight() int {
	const row = 700
	return s.bytes + row*(len(s.findings)+len(s.advisories)+len(s.resources)+len(s.statements)+len(s.feeds)+len(s.scans))
}
