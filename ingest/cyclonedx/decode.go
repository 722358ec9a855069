package cyclonedx

import (
	"context"
	"strconv"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one file, which may hold several documents.
type decoder struct {
	ctx  context.Context
	in   *format.Input
	to   format.Sink
	f    schema.Finding
	rows int
	// delivered says that a document gave something; inventories counts those
	// that are inventories only.
	delivered   bool
	inventories int
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to}
	if in.Syntax == format.XML {
		if err := d.readXML(in); err != nil {
			return err
		}
		return d.finish()
	}
	r := jsonread.New(in)
	if err := r.Documents(func(where string) error { return d.readJSON(r, where) }); err != nil {
		return err
	}
	return d.finish()
}

// finish refuses files that are inventories only.
func (d *decoder) finish() error {
	if d.delivered || d.inventories == 0 {
		return nil
	}
	return &format.Error{Kind: format.KindNotApplicable, Msg: "this CycloneDX document is an inventory: it lists no vulnerabilities, and does not say that anybody looked for them; " +
		"scan it, for example with trivy sbom FILE or grype sbom:FILE, and ingest the result"}
}

// bom is one document as it is read.
type bom struct {
	d     *decoder
	where string
	doc   document
	// hasList says that there is a list of vulnerabilities, if only an empty
	// one; told counts those in it.
	hasList bool
	// nested counts the vulnerabilities that stand in components.
	nested int
	told   int
	ref    format.Ref
	begun  bool
	named  bool
}

// end closes the document's scan.
func (b *bom) end() error {
	b.identify()
	scan := &b.doc.scan
	scan.Image = b.image()
	if !b.begun {
		if b.told > 0 {
			b.d.delivered = true
			return nil
		}
		if !b.hasList || !b.alwaysLists() {
			b.d.inventories++
			return nil
		}
		b.begin()
	}
	return b.d.to.End(b.ref, scan)
}

func (b *bom) begin() {
	if !b.begun {
		b.ref, b.begun, b.d.delivered = b.d.to.Begin(), true, true
	}
}

// scanners are the tools that find vulnerabilities, by the names that they
// give themselves in metadata.tools, and the name of their findings.
var scanners = [...][2]string{
	{"grype", "grype"}, {"trivy", "trivy"}, {"dependency-track", "dependency-track"}, {"dependency track", "dependency-track"},
	{"scout", "docker-scout"}, {"snyk", "snyk"}, {"inspector", "inspector2"}, {"osv-scanner", "osv-scanner"}, {"depscan", "depscan"},
	{"owasp-depscan", "depscan"}, {"clair", "clair"}, {"xray", "xray"}, {"jake", "jake"}, {"nexus", "nexus-iq"}, {"bomber", "bomber"},
	{"wiz", "wiz"}, {"sysdig", "sysdig"}, {"neuvector", "neuvector"}, {"anchore", "anchore"}, {"prisma", "prisma"}, {"twistcli", "prisma"},
}

// identify names the scanner: the tool that finds vulnerabilities, else the
// first tool.
func (b *bom) identify() {
	if b.named {
		return
	}
	b.named = true
	scan := &b.doc.scan
	for _, known := range scanners {
		for _, t := range b.doc.tools {
			if strings.Contains(strings.ToLower(t.name), known[0]) {
				scan.Scanner, scan.ScannerVersion = known[1], t.version
				return
			}
		}
	}
	scan.Scanner = name
	for _, t := range b.doc.tools {
		if t.name != "" {
			scan.Scanner, scan.ScannerVersion = strings.Join(strings.Fields(strings.ToLower(t.name)), "-"), t.version
			return
		}
	}
}

// alwaysLists says whether an empty list of this writer means that it looked
// and found nothing. Trivy writes one into every inventory.
func (b *bom) alwaysLists() bool {
	return b.doc.scan.Scanner != "trivy" && b.doc.scan.Scanner != name && b.scans()
}

func (b *bom) scans() bool {
	for _, known := range scanners {
		if b.doc.scan.Scanner == known[1] {
			return true
		}
	}
	return false
}

func first(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func number(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 0 || f > 1e9 || f != f {
		return 0
	}
	return f
}
