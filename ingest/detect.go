package ingest

import (
	"fmt"
	"strings"

	"argosy/ingest/csvmap"
	"argosy/ingest/format"
)

// found is what recognition comes to.
type found struct {
	format format.Format
	match  format.Match
}

// detect asks every format and takes the strongest claim. With verdict No it
// returns the format that came closest.
func detect(formats []format.Format, o *format.Outline) found {
	var best found
	for _, f := range formats {
		m := f.Detect(o)
		if best.format.Name == "" || m.Verdict > best.match.Verdict ||
			m.Verdict == best.match.Verdict && m.Score > best.match.Score {
			best = found{f, m}
		}
	}
	return best
}

// unrecognised words the message for a document that no format claims.
func unrecognised(o *format.Outline, near found) string {
	var b strings.Builder
	b.WriteString("no report format is recognised: ")
	switch o.Syntax {
	case format.JSON:
		keys := o.Keys("")
		where := "its top-level keys are"
		if o.Root == '[' {
			keys, where = o.Keys("[]"), "its elements have the keys"
		}
		if len(keys) > 8 {
			keys = append(keys[:8:8], "...")
		}
		if len(keys) == 0 {
			b.WriteString("it is JSON without keys")
		} else {
			fmt.Fprintf(&b, "it is JSON and %s %s", where, strings.Join(keys, ", "))
		}
	case format.XML:
		fmt.Fprintf(&b, "it is XML with the root element %q", o.XMLName)
	case format.CSV:
		fmt.Fprintf(&b, "it is a table with the columns %s", strings.Join(o.Header, ", "))
	default:
		if o.Binary != "" {
			b.WriteString("it is " + o.Binary)
			break
		}
		b.WriteString("it is neither JSON nor XML nor a table")
	}
	if near.match.Score > 0 {
		fmt.Fprintf(&b, "; closest is %s", near.format.Title)
		if near.match.Reason != "" {
			b.WriteString(": " + near.match.Reason)
		}
	}
	if o.Syntax == format.CSV && near.format.Name != csvmap.Format.Name {
		b.WriteString("; any table can be read with a mapping: argosy ingest --map mapping.yaml FILE")
	}
	return b.String()
}
