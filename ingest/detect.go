package ingest

import (
	"fmt"
	"strings"

	"argosy/ingest/csvmap"
	"argosy/ingest/format"
	"argosy/ingest/other"
)

// found is what recognition comes to.
type found struct {
	format format.Format
	match  format.Match
}

// reason is why a document is not usable, with the format's name where the
// reason does not name it itself.
func (h found) reason() string {
	name, _, _ := strings.Cut(h.format.Title, " ")
	if h.format.Name == other.Format.Name || strings.Contains(h.match.Reason, name) {
		return h.match.Reason
	}
	return h.format.Title + ": " + h.match.Reason
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
		if strings.EqualFold(o.XMLName, "html") {
			b.WriteString("it is a web page (HTML): a page to sign in, or a report for people; let the scanner write JSON")
			break
		}
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
