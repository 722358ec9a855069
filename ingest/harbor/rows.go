package harbor

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/cvss"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// exact puts the version that a vector says in place of the one that its
// place suggests.
func exact(scores []schema.CVSS) {
	for i := range scores {
		if v := cvss.Version(scores[i].Vector); v != "" {
			scores[i].Version = v
		}
	}
}

// listed delivers a row of the security hub's list, which names its artifact.
func (d *decoder) listed(w *jsonread.Row, where string) error {
	digest, repository := w.Text("digest"), w.Text("repository_name")
	ref, scan, fresh := d.hub.Of(repository + "@" + digest)
	if fresh {
		// The list may be a selection, so nothing is closed by it.
		scan.Scanner, scan.Partial = name, true
		scan.Image = schema.Image{Repository: repository, Digest: digest}
		for i, tag := range w.Texts("tags") {
			if i == 0 {
				scan.Image.Tag = tag
			} else {
				scan.Image.References = append(scan.Image.References, repository+":"+tag)
			}
		}
	}
	d.f = schema.Finding{
		VulnerabilityID:  w.Text("cve_id"),
		PackageName:      w.Text("package"),
		InstalledVersion: w.Text("version"),
		FixedVersion:     w.Text("fixed_version"),
		SeverityRaw:      w.Text("severity"),
		SeveritySource:   name,
		CVSS:             w.Number("cvss_v3_score"),
	}
	if d.f.VulnerabilityID == "" {
		return d.to.Skip(where, "the row has no cve_id")
	}
	d.text = schema.Vulnerability{ID: d.f.VulnerabilityID, Description: w.Text("desc"), References: w.Texts("links")}
	if d.f.CVSS > 0 {
		d.text.CVSS = []schema.CVSS{{Version: "3.1", Score: d.f.CVSS}}
	}
	w.Drop("tags")
	d.extra.Reset()
	w.Rest(&d.extra)
	d.f.Extra = d.extra.JSON()
	return d.deliver(ref, name)
}

// isTable tells the table of an export from JSON by its first character, and
// leaves the input as it was.
func (d *decoder) isTable() bool {
	in := bufio.NewReader(d.in.Reader)
	d.in.Reader = in
	d.r = jsonread.New(in)
	for n := 1; ; n++ {
		b, err := in.Peek(n)
		if err != nil || n > 4096 {
			return false
		}
		if c := b[n-1]; c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c != '{' && c != '['
		}
	}
}

// table reads an export of vulnerabilities.
func (d *decoder) table() error {
	r, err := csvread.New(d.in, csvread.Options{})
	if err != nil {
		return err
	}
	d.found++
	var w csvread.Row
	for {
		if err := r.Next(&w); errors.Is(err, io.EOF) {
			return d.ctx.Err()
		} else if err != nil {
			return err
		}
		if w.Blank() {
			continue
		}
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		if err := d.exported(&w); err != nil {
			return err
		}
	}
}

// exported delivers a row of an export.
func (d *decoder) exported(w *csvread.Row) error {
	repository, digest := w.Text("Repository"), w.Text("Artifact Digest")
	scanner := strings.ToLower(w.Text("Scanner"))
	if scanner == "" {
		scanner = name
	}
	ref, scan, fresh := d.hub.Of(scanner + " " + repository + "@" + digest)
	if fresh {
		scan.Scanner, scan.Partial = scanner, true
		scan.Image = schema.Image{Repository: repository, Digest: digest}
	}
	d.f = schema.Finding{
		VulnerabilityID:  w.Text("CVE"),
		PackageName:      w.Text("Package"),
		InstalledVersion: w.Text("Current Version"),
		FixedVersion:     w.Text("Fixed in version"),
		SeverityRaw:      w.Text("Severity"),
		SeveritySource:   scanner,
	}
	if d.f.VulnerabilityID == "" {
		return d.to.Skip(w.Where(), "the row has no CVE")
	}
	d.text = schema.Vulnerability{ID: d.f.VulnerabilityID}
	for _, v := range []string{"3", "2"} {
		c := schema.CVSS{Version: v + ".0", Score: w.Number("CVSS V" + v + " Score"), Vector: w.Text("CVSS V" + v + " Vector")}
		if c.Score > 0 {
			d.text.CVSS = append(d.text.CVSS, c)
		}
	}
	exact(d.text.CVSS)
	if len(d.text.CVSS) > 0 {
		d.f.CVSS = d.text.CVSS[0].Score
	}
	between := func(c rune) bool { return strings.ContainsRune(", []\"", c) }
	if ids := strings.FieldsFunc(w.Text("CWE Ids"), between); len(ids) > 0 {
		d.text.CWEs = ids
	}
	return d.deliver(ref, scanner)
}
