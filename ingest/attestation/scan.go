package attestation

import (
	"bytes"
	"strconv"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// scan reads the predicate of a scan: cosign's (COSIGN_VULN_ATTESTATION_SPEC),
// which has the report of a scanner for a result, or in-toto's
// (attestation/vulns), which has a list of ids.
func (d *decoder) scan(scanner, metadata []byte, subjects []subject, where, kind string) error {
	var h hints
	var result []byte
	r := jsonread.New(bytes.NewReader(scanner))
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "uri":
			var uri string
			uri, err = r.Word()
			h.scan.Scanner = scannerName(uri)
		case "version":
			h.scan.ScannerVersion, err = r.Word()
		case "db":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "version" {
					h.scan.DatabaseVersion, err = r.Word()
					return err
				}
				return r.Skip()
			})
		case "result":
			result, err = r.Raw()
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if metadata != nil {
		m := jsonread.New(bytes.NewReader(metadata))
		err = m.Members(func(key []byte) (err error) {
			switch string(key) {
			case "scanFinishedOn", "scanStartedOn":
				var s string
				s, err = m.Word()
				if t := jsonread.ParseTime(s); t.After(h.scan.At) {
					h.scan.At = t
				}
			default:
				err = m.Skip()
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	switch strings.Join(strings.Fields(string(result)), "") {
	case "", "null", `""`:
		return d.pass(format.KindNotApplicable, where, "the attestation holds no result of the scan")
	case "[]", "{}":
		return d.list(nil, subjects, h, where)
	}
	if result[0] == '[' && (strings.Contains(kind, "in-toto.io/attestation/vuln") || d.isList(result)) {
		return d.list(result, subjects, h, where)
	}
	return d.nested(result, subjects, h, where, "result of "+strings.TrimSpace(h.scan.Scanner+" "+h.scan.ScannerVersion))
}

// isList tells a list of ids from the report of a scanner.
func (d *decoder) isList(result []byte) bool {
	o := format.NewOutline(result[:min(len(result), 64<<10)], false)
	_, _, known := d.recognise(result)
	return o.Has("[].id") && !known
}

// scannerName takes the name of a scanner from its address:
// pkg:github/aquasecurity/trivy@244f becomes trivy.
func scannerName(uri string) string {
	uri, _, _ = strings.Cut(uri, "@")
	uri = strings.TrimRight(uri, "/")
	return strings.ToLower(uri[strings.LastIndexByte(uri, '/')+1:])
}

// list delivers in-toto's list of vulnerabilities, once for each subject.
func (d *decoder) list(result []byte, subjects []subject, h hints, where string) error {
	if h.scan.Scanner == "" {
		h.scan.Scanner = "in-toto"
	}
	images := group(subjects)
	if len(images) == 0 {
		images = []image{{}}
	}
	for i := range images {
		if err := d.listOf(&images[i], result, h, where); err != nil {
			return err
		}
		d.told = true
	}
	return nil
}

func (d *decoder) listOf(m *image, result []byte, h hints, where string) error {
	ref := d.to.Begin()
	if result != nil {
		r := jsonread.New(bytes.NewReader(result))
		err := r.Array(func(i int) error {
			f := &schema.Finding{}
			if err := readVulnerability(r, f); err != nil {
				return err
			}
			if f.VulnerabilityID == "" {
				return d.to.Skip(where+" result["+strconv.Itoa(i)+"]", "the vulnerability has no id")
			}
			if url, ok := purl.Parse(m.pkg); ok {
				f.PURL, f.PackageType, f.PackageName, f.InstalledVersion = m.pkg, url.Type, url.FullName(), url.Version
			}
			return d.to.Finding(ref, f)
		})
		if err != nil {
			return err
		}
	}
	scan := h.scan
	switch {
	case m.pkg != "":
		scan.Image.Kind, scan.Image.Name = schema.KindOther, m.pkg
	case len(m.names) > 0:
		scan.Image.Name = m.names[0]
		if m.digest == "" && d.in.Image != "" {
			scan.Image.Name = d.in.Image
		}
		m.apply(&scan.Image)
	default:
		scan.Image.Name = d.in.Image
	}
	return d.to.End(ref, &scan)
}

// readVulnerability reads an element of a list: id, severity[]{method, score}
// and annotations.
func readVulnerability(r *jsonread.Reader, f *schema.Finding) error {
	var ratings []string
	var annotations []byte
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			f.VulnerabilityID, err = r.Word()
		case "severity":
			err = r.Elements(func(int) error { return readSeverity(r, f, &ratings) })
		case "annotations":
			annotations, err = r.Raw()
		default:
			err = r.Skip()
		}
		return err
	})
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	var b jsonread.Builder
	b.Texts("severity", ratings)
	b.Raw("annotations", annotations)
	f.Extra = b.JSON()
	return err
}

// readSeverity reads a severity: a word, a number or a vector by its method.
func readSeverity(r *jsonread.Reader, f *schema.Finding, ratings *[]string) error {
	method, score := "", ""
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "method":
			method, err = r.Word()
		case "score":
			score, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
	*ratings = append(*ratings, strings.TrimSpace(method+" "+score))
	if n, perr := strconv.ParseFloat(score, 64); perr == nil && n > 0 && n <= 10 {
		f.CVSS = max(f.CVSS, n)
	} else if n, ok := cvss.Score(score); ok {
		f.CVSS = max(f.CVSS, n)
	} else if _, ok := schema.ParseSeverity(score); ok && f.SeverityRaw == "" {
		f.SeverityRaw, f.SeveritySource = score, strings.ToLower(method)
	}
	return err
}
