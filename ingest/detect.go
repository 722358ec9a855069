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
		if answer := answered(o); answer != "" {
			fmt.Fprintf(&b, "it is what a server answers when something failed: %q; its top-level keys are %s", answer, strings.Join(keys, ", "))
		} else if o.Broken != "" {
			b.WriteString("it begins like JSON and is none: " + o.Broken)
		} else if len(keys) == 0 {
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

// answered is the message of an error that was saved in a report's place: the
// answer of an API or a registry.
func answered(o *format.Outline) string {
	const short = 12 // paths; more is a report that holds a message
	if o.Root != '{' || o.Size() > short {
		return ""
	}
	for _, path := range []string{"errors[].message", "error.message", "errors[].detail", "message"} {
		if s := o.Value(path); s != "" && (path != "message" || o.HasAny("error", "status", "statusCode", "code", "documentation_url", "errors")) {
			return s
		}
	}
	return ""
}

// forPeople says of a table or a text that a scanner prints for people what to
// hand over instead, "" for everything else: passing it over as prose would
// lose a report.
func forPeople(o *format.Outline) string {
	if o.Syntax != format.Text && o.Syntax != format.CSV || o.Binary != "" {
		return ""
	}
	for _, t := range []struct {
		marks         []string
		what, instead string
	}{
		{[]string{"Total: ", "CRITICAL: ", "UNKNOWN: "}, "the table that Trivy prints for people", "trivy image --format json"},
		{[]string{"NAME", "INSTALLED", "VULNERABILITY", "SEVERITY"}, "the table that Grype prints for people", "grype -o json"},
		{[]string{"OSV URL", "ECOSYSTEM", "PACKAGE", "VERSION"}, "the table that OSV-Scanner prints for people", "osv-scanner --format json"},
		{[]string{"Tested ", " dependencies for known ", "Package manager:"}, "the text that Snyk prints for people", "snyk container test --json"},
		{[]string{"OS Package vulnerabilities:", "Severity: "}, "the text that wizcli prints for people", "wizcli docker scan -o FILE,json"},
		{[]string{"apiVersion: aquasecurity.github.io/", "kind: VulnerabilityReport"}, "a report of the Trivy Operator as YAML", "kubectl get vulnerabilityreports -A -o json"},
		{[]string{"bomFormat: CycloneDX", "specVersion:"}, "CycloneDX as YAML", "the tool's option for JSON"},
	} {
		if o.Mentions(t.marks...) {
			return "this is " + t.what + ", which is not read; let it write JSON: " + t.instead
		}
	}
	return ""
}
