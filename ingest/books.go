package ingest

import (
	"hash/maphash"
	"maps"

	"argosy/schema"
)

// scanState is what the sink knows of one scan while its rows come in.
type scanState struct {
	no    int // from the first time on that rows are handed over; before that 0
	ended bool
	scan  schema.Scan
	rows  int64
	// The books are nil where the loader counts, see maxBooks.
	keys map[uint64]struct{} // distinct findings
	raw  map[uint64]struct{} // distinct id, package and version as reported
	schema.Distinct
}

// maxBooks is how many entries the books of one document may have. Beyond it
// the loader counts: memory must not grow with the size of a file.
const maxBooks = 100_000

// join takes the books of another scan of the same subject into these and
// returns what they did not hold. Where the loader counted, nothing is known of
// what they have in common.
func (st *scanState) join(other *scanState) schema.Distinct {
	if st.keys == nil || other.keys == nil {
		return other.Distinct
	}
	findings, reported := len(st.keys), len(st.raw)
	maps.Copy(st.keys, other.keys)
	maps.Copy(st.raw, other.raw)
	return schema.Distinct{Findings: int64(len(st.keys) - findings), Reported: int64(len(st.raw) - reported)}
}

// count keeps the books of a scan: rows, distinct findings, and distinct rows
// by the id that the report uses.
func (s *sink) count(st *scanState, f *schema.StagedFinding) {
	st.rows++
	if st.keys == nil {
		return
	}
	var h maphash.Hash
	h.SetSeed(s.shared.seed)
	enter := func(book map[uint64]struct{}, end byte, parts ...string) {
		h.Reset()
		for _, p := range parts {
			_, _ = h.WriteString(p) // never fails
			_ = h.WriteByte(end)
		}
		before := len(book)
		book[h.Sum64()] = struct{}{}
		s.books += len(book) - before
	}
	enter(st.keys, '\n', f.Identity()...)
	enter(st.raw, 0xff, f.VulnerabilityID, f.PackageName, f.InstalledVersion)
	if s.books > maxBooks {
		for _, st := range s.scans {
			st.keys, st.raw = nil, nil
		}
	}
}

// settle closes the books of all scans.
func (s *sink) settle() error {
	var counted map[int]schema.Distinct
	if s.books > maxBooks {
		var err error
		if counted, err = s.shared.loader.Distinct(s.ctx, s.scans[0].no, s.scans[len(s.scans)-1].no); err != nil {
			return err
		}
	}
	for _, st := range s.scans {
		st.Distinct = schema.Distinct{Findings: int64(len(st.keys)), Reported: int64(len(st.raw))}
		if st.keys == nil {
			st.Distinct = counted[st.no]
		}
		s.repeats = s.repeats || st.rows > st.Findings
	}
	return nil
}
