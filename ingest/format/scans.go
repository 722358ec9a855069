package format

import (
	"fmt"

	"argosy/schema"
)

// Scans keeps the scans of a report whose rows name, each for itself, what
// they are about: one scan for each image or other resource, opened by its
// first row and ended with the report. The zero value with To set is ready.
type Scans struct {
	To    Sink
	byKey map[string]int
	open  []openScan
}

type openScan struct {
	ref  Ref
	scan schema.Scan
}

// Of returns the scan of the resource with that key and whether it is new. The
// scan may be completed until the next call.
func (s *Scans) Of(key string) (ref Ref, scan *schema.Scan, fresh bool) {
	if i, ok := s.byKey[key]; ok {
		return s.open[i].ref, &s.open[i].scan, false
	}
	if s.byKey == nil {
		s.byKey = map[string]int{}
	}
	s.byKey[key] = len(s.open)
	s.open = append(s.open, openScan{ref: s.To.Begin()})
	o := &s.open[len(s.open)-1]
	return o.ref, &o.scan, true
}

// Len is the number of scans.
func (s *Scans) Len() int { return len(s.open) }

// End lets last complete every scan and ends them in the order in which they
// came. last may be nil.
func (s *Scans) End(last func(*schema.Scan)) error {
	for i := range s.open {
		o := &s.open[i]
		if last != nil {
			last(&o.scan)
		}
		if err := s.To.End(o.ref, &o.scan); err != nil {
			return err
		}
	}
	s.byKey, s.open = nil, nil
	return nil
}

// Place words where a row stands, for Sink.Skip: Place("findings", 3) is
// findings[3].
func Place(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// NoID stands for the id of a vulnerability that a report does not name while
// it names the package: the package is to be looked at, even if the report
// does not say why.
const NoID = "UNKNOWN"
