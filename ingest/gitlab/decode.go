package gitlab

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"argosy/ingest/cvss"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// decoder reads one document.
type decoder struct {
	ctx   context.Context
	in    *format.Input
	to    format.Sink
	r     *jsonread.Reader
	top   jsonread.Row
	row   jsonread.Row
	f     schema.Finding
	text  schema.Vulnerability
	extra jsonread.Builder
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, r: jsonread.New(in)}
	return d.r.Documents(d.document)
}

// document reads a report. Each vulnerability names its image.
func (d *decoder) document(where string) error {
	scans := format.Scans{To: d.to}
	err := d.r.Split(&d.top, func(key []byte) (bool, error) {
		if string(key) != "vulnerabilities" {
			return false, nil
		}
		return true, d.r.Array(func(i int) error {
			if err := d.r.Row(&d.row); err != nil {
				return err
			}
			return d.finding(&scans, format.Place(where+"vulnerabilities", i))
		})
	})
	if err != nil {
		return err
	}
	info := d.top.Row("scan")
	if scans.Len() == 0 {
		// Nothing was found, and nobody says in what.
		_, scan, _ := scans.Of("")
		scan.Image.Name = d.in.Image
		if info.Text("type") == "dependency_scanning" {
			scan.Image.Kind = schema.KindRepository
		}
	}
	tool := d.tool()
	return scans.End(func(s *schema.Scan) {
		s.Scanner, s.ScannerVersion = tool, info.Row("scanner").Text("version")
		s.At = info.Time("end_time", "start_time")
		if status := info.Text("status"); status == "failure" {
			s.Incomplete = "the scan failed"
		}
	})
}

// tool names the scanner behind the report, as far as it is known: the scan
// can stand behind the rows.
func (d *decoder) tool() string {
	scan := d.top.Row("scan")
	for _, s := range []string{scan.Row("scanner").Text("id"), scan.Row("scanner").Text("name")} {
		if s != "" {
			return strings.ReplaceAll(strings.ToLower(s), " ", "-")
		}
	}
	return name
}

// aCVE finds the id in a title, where nothing else identifies a vulnerability.
var aCVE = regexp.MustCompile(`CVE-\d{4}-\d{4,}`)

// upgrade finds the version that a solution advises: "Upgrade apt from 1.4.8
// to 1.4.9", "upgrade to versions 4.0.6, 4.1.3 or above".
var upgrade = regexp.MustCompile(`(?i)^upgrade (?:\S+ from .+? to |to versions? |\S+ to (?:versions? )?)(.+?)(?:,? or (?:above|higher|later))?\.?$`)

// finding delivers a vulnerability.
func (d *decoder) finding(scans *format.Scans, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	w := &d.row
	if kind := w.Text("category"); kind != "" && !reads(kind) {
		return d.to.Skip(where, "a finding of the category "+kind+" is not about a package")
	}
	location := w.Row("location")
	dependency := location.Row("dependency")
	id, aliases := d.identify(w)
	if id == "" {
		id = aCVE.FindString(w.Text("message") + " " + w.Text("name") + " " + w.Text("cve"))
	}
	if id == "" {
		if dependency.Row("package").Text("name") == "" {
			return d.to.Skip(where, "the row names neither a vulnerability nor a package")
		}
		id = format.NoID
	}
	ref, img := d.scan(scans, location)
	d.f = schema.Finding{
		VulnerabilityID:  id,
		Aliases:          aliases,
		PackageName:      dependency.Row("package").Text("name"),
		InstalledVersion: dependency.Text("version"),
		SeverityRaw:      w.Text("severity"),
	}
	f := &d.f
	if f.SeveritySource = strings.ToLower(w.Row("scanner").Text("id")); f.SeveritySource == "" {
		f.SeveritySource = d.tool()
	}
	if m := upgrade.FindStringSubmatch(strings.TrimSpace(w.Text("solution"))); m != nil {
		f.FixedVersion = m[1]
	}
	f.PackageType = purl.Type("", dependency.Row("package").Text("type"), img.Distribution)
	if file := location.Text("file", "dependency_path"); file != "" {
		f.Target, f.Paths = file, []string{file}
	}
	d.describe(id, aliases, w)
	f.CVSS = schema.BaseScore(d.text.CVSS)
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	w.Drop("scanner", "description", "links", "name", "cvss_vectors")
	d.extra.Reset()
	w.Rest(&d.extra)
	f.Extra = d.extra.JSON()
	if err := d.to.Finding(ref, f); err != nil || id == format.NoID {
		return err
	}
	return d.to.Vulnerability(d.tool(), &d.text)
}

// advisory tells the ids of advisories, GHSA-..., RHSA-2021:1, USN-1-1, from
// the keys of a scanner's own database.
var advisory = regexp.MustCompile(`^[A-Za-z]{2,}[A-Za-z0-9]*-[0-9A-Za-z]{2,}[-:]?[0-9A-Za-z:.-]*$`)

// identify takes the best of the identifiers: a CVE when it is the only one,
// else an advisory. The scanner's own ids and weaknesses identify nothing.
func (d *decoder) identify(w *jsonread.Row) (id string, aliases []string) {
	var cves, advisories, others []string
	w.Each("identifiers", func(i *jsonread.Row) {
		kind, value := strings.ToLower(i.Text("type")), i.Text("value", "name")
		switch {
		case value == "" || kind == "cwe" || kind == "owasp" || kind == "wasc":
		case kind == "cve":
			cves = append(cves, value)
		case kind != "gemnasium" && advisory.MatchString(value):
			advisories = append(advisories, value)
		default:
			others = append(others, value)
		}
	})
	if len(cves) == 0 && len(advisories) == 0 {
		if own := w.Text("cve"); own != "" && !strings.Contains(own, ":") {
			others = append([]string{own}, others...)
		}
		advisories = others
	}
	all := append(cves, advisories...)
	if len(cves) > 1 && len(advisories) > 0 {
		all = append(advisories, cves...)
	}
	if len(all) == 0 {
		return "", nil
	}
	for _, a := range all[1:] {
		if a != all[0] && !slices.Contains(aliases, a) {
			aliases = append(aliases, a)
		}
	}
	return all[0], aliases
}

// scan returns the scan of what a finding was found in.
func (d *decoder) scan(scans *format.Scans, location *jsonread.Row) (format.Ref, *schema.Image) {
	image := location.Text("image")
	kube := location.Row("kubernetes_resource")
	ref, scan, fresh := scans.Of(image)
	img := &scan.Image
	if !fresh {
		return ref, img
	}
	system := location.Text("operating_system")
	img.Name = image
	if base := location.Text("default_branch_image"); base != "" && base != image {
		img.References = append(img.References, base)
	}
	if image == "" && (kube.Len() == 0 && location.Has("file")) && d.in.Image == "" {
		img.Kind = schema.KindRepository
	}
	words := strings.FieldsFunc(system, func(c rune) bool { return c == ':' || c == ' ' })
	if len(words) > 0 && !strings.EqualFold(system, "Unknown") {
		img.Distribution, img.DistributionVersion = strings.ToLower(words[0]), strings.Join(words[1:], " ")
	}
	return ref, img
}

// describe reads the text of a vulnerability.
func (d *decoder) describe(id string, aliases []string, w *jsonread.Row) {
	d.text = schema.Vulnerability{ID: id, Aliases: aliases, Title: w.Text("name"), Description: w.Text("description")}
	t := &d.text
	if t.Title == id || strings.HasPrefix(t.Title, id+" in ") {
		t.Title = ""
	}
	link := func(url string) {
		if url != "" && !slices.Contains(t.References, url) {
			t.References = append(t.References, url)
		}
	}
	w.Each("identifiers", func(i *jsonread.Row) {
		if strings.EqualFold(i.Text("type"), "cwe") {
			cwe := i.Text("value")
			if cwe != "" && !strings.HasPrefix(strings.ToUpper(cwe), "CWE-") {
				cwe = "CWE-" + cwe
			}
			t.CWEs = append(t.CWEs, cwe)
			return
		}
		link(i.Text("url"))
	})
	w.Each("links", func(l *jsonread.Row) { link(l.Text("url")) })
	w.Each("cvss_vectors", func(v *jsonread.Row) {
		vector := v.Text("vector")
		if score, ok := cvss.Score(vector); ok {
			t.CVSS = append(t.CVSS, schema.CVSS{Source: strings.ToLower(v.Text("vendor")), Version: cvss.Version(vector), Score: score, Vector: vector})
		}
	})
}
