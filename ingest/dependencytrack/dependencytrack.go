// Package dependencytrack reads findings of OWASP Dependency-Track: the Finding
// Packaging Format (FPF) of its export, versions 1.x, and the list that
// the API gives for a project.
//
// See the Dependency-Track documentation, "File Formats, Finding Packaging
// Format".
package dependencytrack

import (
	"context"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "dependency-track"

// Format reads Dependency-Track's findings.
var Format = format.Format{Name: "dependencytrack", Title: "Dependency-Track findings (FPF)", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	ours := strings.EqualFold(o.Value("meta.application"), "Dependency-Track")
	n := o.Count("meta.application", "meta.timestamp", "project.uuid", "project.name", "findings[].component.uuid", "findings[].vulnerability.vulnId", "findings[].matrix", "findings[].analysis")
	switch {
	case ours && o.HasAny("findings", "project"), o.HasAll("findings[].component", "findings[].vulnerability"):
		if v := o.Value("version"); v != "" && !strings.HasPrefix(v, "1.") {
			return format.Match{Verdict: format.Unsupported, Score: n + 1, Reason: "version " + v + " of the Finding Packaging Format is not supported; 1.x is"}
		}
		return format.Match{Verdict: format.Yes, Version: o.Value("version"), Score: n + 2}
	case o.HasAll("[].component", "[].vulnerability") && o.HasAny("[].matrix", "[].vulnerability.vulnId", "[].attribution"):
		return format.Match{Verdict: format.Yes, Version: "api", Score: 4}
	}
	return format.Match{Score: n, Reason: "Dependency-Track's findings have a component and a vulnerability with vulnId"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	return rows.Read(ctx, in, to, scanner, document)
}

func document(r *rows.Reader) error {
	ref := r.To.Begin()
	scan := schema.Scan{Scanner: scanner, Image: schema.Image{Kind: schema.KindOther}}
	read := func(list string) error {
		return r.Rows(list, func(w *jsonread.Row, where string) error {
			f, v := finding(w)
			if scan.Image.Name == "" {
				scan.Image.Name = w.Row("component").Text("projectName")
			}
			w.Drop("matrix")
			return r.Finding(ref, where, f, v, w)
		})
	}
	var err error
	if r.Kind() == '[' {
		err = read("")
	} else {
		err = r.Object(func(key []byte) error {
			switch string(key) {
			case "findings":
				return read("findings")
			case "project":
				return project(r, &scan.Image)
			case "meta":
				return meta(r, &scan)
			}
			return r.Skip()
		})
	}
	if err != nil {
		return err
	}
	if r.In.Image != "" {
		// The user says that the project is an image.
		scan.Image.Kind = schema.KindImage
	}
	return r.To.End(ref, &scan)
}

func meta(r *rows.Reader, scan *schema.Scan) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "version":
			scan.ScannerVersion, err = r.Word()
		case "timestamp":
			scan.At, err = r.Time()
		default:
			err = r.Skip()
		}
		return err
	})
}

// project reads what was analysed. It is an image where its package URL or
// its classifier says so.
func project(r *rows.Reader, i *schema.Image) error {
	if r.Kind() != '{' {
		return r.Skip()
	}
	var w jsonread.Row
	if err := r.Row(&w); err != nil {
		return err
	}
	i.Name = w.Text("name")
	version := w.Text("version")
	if p, ok := purl.Parse(w.Text("purl")); ok {
		if repository, tag, digest, ok := p.Image(); ok {
			i.Kind, i.Name, i.Digest = schema.KindImage, rows.Name("", repository, rows.First(tag, version)), digest
			return nil
		}
	}
	if strings.EqualFold(w.Text("classifier"), "CONTAINER") {
		i.Kind = schema.KindImage
		switch {
		case strings.HasPrefix(version, "sha256:"):
			i.Digest = rows.Digest(version)
		case version != "" && !strings.Contains(i.Name[strings.LastIndexByte(i.Name, '/')+1:], ":"):
			i.Name += ":" + version
		}
		return nil
	}
	if version != "" {
		i.Name += " " + version
	}
	return nil
}

func finding(w *jsonread.Row) (*schema.Finding, *schema.Vulnerability) {
	c, vw, a := w.Row("component"), w.Row("vulnerability"), w.Row("analysis")
	f := &schema.Finding{PackageName: c.Text("name"), InstalledVersion: c.Text("version"), PURL: c.Text("purl"),
		SeverityRaw: vw.Text("severity"), SeveritySource: strings.ToLower(rows.First(vw.Text("source"), scanner))}
	f.PackageType = purl.Type(f.PURL)
	group := c.Text("group")
	if p, ok := purl.Parse(f.PURL); ok && p.Name != "" {
		name := f.PackageName
		f.PackageName = p.FullName()
		// Package URLs have paths of Go in lower case.
		for _, full := range []string{name, group + "/" + name} {
			if strings.EqualFold(full, f.PackageName) {
				f.PackageName = full
			}
		}
	} else if group != "" {
		f.PackageName = group + ":" + f.PackageName
	}
	aliases(f, vw)
	v := &schema.Vulnerability{Title: vw.Text("title"), Description: vw.Text("description"), Published: vw.Time("published"),
		Modified: vw.Time("updated"), EPSS: vw.Float("epssScore"), EPSSPercentile: vw.Float("epssPercentile")}
	f.PublishedAt = v.Published
	v.References = links(vw.Text("references"))
	rows.Score(v, f.SeveritySource, "3.1", vw.Number("cvssV3BaseScore"), vw.Text("cvssV3Vector"))
	rows.Score(v, f.SeveritySource, "4.0", vw.Number("cvssV4BaseScore", "cvssV4Score"), vw.Text("cvssV4Vector"))
	rows.Score(v, f.SeveritySource, "2.0", vw.Number("cvssV2BaseScore"), vw.Text("cvssV2Vector"))
	f.CVSS = rows.Best(v)
	if w.Row("attribution").Has("referenceUrl") && len(v.References) == 0 {
		v.References = []string{w.Row("attribution").Text("referenceUrl")}
	}
	vw.Each("cwes", func(e *jsonread.Row) { v.CWEs = append(v.CWEs, rows.CWE(e.Text("cweId"))) })
	if id := rows.CWE(vw.Text("cweId")); id != "" && len(v.CWEs) == 0 {
		v.CWEs = []string{id}
	}
	vw.Drop("cweName", "cwes", "severityRank", "uuid")
	c.Drop("uuid", "project")
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	analysis(f, a)
	return f, v
}

// aliases takes the other ids of a vulnerability, unless they name several
// CVEs: those are not one vulnerability.
func aliases(f *schema.Finding, w *jsonread.Row) {
	ids := []string{w.Text("vulnId")}
	cves := map[string]bool{}
	note := func(id string) {
		if id == "" {
			return
		}
		if rows.IsCVE(id) {
			cves[id] = true
		}
		ids = append(ids, id)
	}
	if rows.IsCVE(ids[0]) {
		cves[ids[0]] = true
	}
	w.Each("aliases", func(a *jsonread.Row) {
		for _, name := range []string{"cveId", "ghsaId", "osvId", "snykId", "gsdId", "vulnDbId", "sonatypeId", "internalId"} {
			note(a.Text(name))
		}
	})
	if len(cves) > 1 {
		rows.Identify(f, ids[0])
		w.Keep("aliases")
		return
	}
	w.Drop("aliases")
	rows.Identify(f, ids...)
}

// analysis takes the auditors' decision.
func analysis(f *schema.Finding, a *jsonread.Row) {
	state := strings.ToUpper(a.Text("state", "analysisState"))
	var why []string
	for _, s := range []string{strings.ToLower(strings.ReplaceAll(state, "_", " ")), a.Text("justification"), a.Text("detail", "analysisDetails")} {
		if s != "" && s != "not set" && s != "NOT_SET" {
			why = append(why, s)
		}
	}
	switch {
	case state == "RESOLVED":
		f.Status = schema.Healthy
	case state == "NOT_AFFECTED", state == "FALSE_POSITIVE", a.Bool("isSuppressed"):
		f.Status, f.StatusCause = schema.NotApplicable, "Exempt"
		if f.StatusReason = strings.Join(why, ": "); f.StatusReason == "" {
			f.StatusReason = "suppressed in Dependency-Track"
		}
		return
	}
	a.Keep("state", "justification", "detail")
}

// links takes the addresses from a list in Markdown.
func links(markdown string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(markdown, func(c rune) bool { return strings.ContainsRune(" \t\r\n()<>[]*", c) }) {
		if (strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://")) && (len(out) == 0 || out[len(out)-1] != word) {
			out = append(out, word)
		}
	}
	return out
}
