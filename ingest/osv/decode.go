package osv

import (
	"context"
	"fmt"
	"path"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// decoder reads one document.
type decoder struct {
	ctx context.Context
	in  *format.Input
	to  format.Sink
	r   *jsonread.Reader
	ref format.Ref

	row     jsonread.Row
	sources []string
	docker  string // the image that a source names (version 1, --docker)
	image   bool   // the report has image_metadata
	// waiting are the findings of the result that is being read, whose source
	// may stand behind them.
	waiting []schema.Finding
	texts   schema.Vulnerability
	extra   jsonread.Builder
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to, r: jsonread.New(in)}
	return d.r.Documents(d.document)
}

func (d *decoder) document(where string) error {
	d.ref, d.sources, d.docker, d.image = d.to.Begin(), nil, "", false
	scan := schema.Scan{Scanner: scanner}
	err := d.r.Object(func(key []byte) error {
		switch string(key) {
		case "results":
			return d.r.Array(func(i int) error { return d.result(fmt.Sprintf("%sresults[%d]", where, i)) })
		case "image_metadata":
			return d.readImage(&scan.Image)
		}
		return d.r.Skip()
	})
	if err != nil {
		return err
	}
	d.describe(&scan.Image)
	return d.to.End(d.ref, &scan)
}

// readImage reads what a scan of an image says of it; its name is not in the
// report.
func (d *decoder) readImage(img *schema.Image) error {
	d.image = d.image || d.r.Kind() == '{'
	if err := d.r.Row(&d.row); err != nil {
		return err
	}
	img.Distribution, img.DistributionVersion = distribution(d.row.Text("os"))
	d.row.Each("layer_metadata", func(l *jsonread.Row) {
		if id := l.Text("diff_id"); id != "" {
			img.Layers, img.DiffIDs = append(img.Layers, id), append(img.DiffIDs, id)
		}
	})
	return nil
}

// distribution takes a pretty name apart: "Debian GNU/Linux 12 (bookworm)",
// "Alpine Linux v3.20", "debian:12".
func distribution(pretty string) (name, version string) {
	words := strings.FieldsFunc(pretty, func(c rune) bool { return c == ' ' || c == ':' })
	for i, w := range words {
		if i == 0 {
			name = strings.ToLower(w)
		} else if v := strings.TrimPrefix(w, "v"); v != "" && v[0] >= '0' && v[0] <= '9' {
			return name, v
		}
	}
	return name, ""
}

// describe says what was scanned: an image where the report or the user says
// so, else the files it was found in.
func (d *decoder) describe(img *schema.Image) {
	switch {
	case d.docker != "":
		img.Name = d.docker
	case d.image || d.in.Image != "" || len(d.sources) == 0:
		img.Name = d.in.Image
	default:
		img.Kind, img.Name = schema.KindFilesystem, common(d.sources)
	}
}

// common is the folder that all paths have in common, or the only path.
func common(paths []string) string {
	dir := paths[0]
	for _, p := range paths[1:] {
		for dir != p && !strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") {
			up := path.Dir(dir)
			if up == dir {
				return dir
			}
			dir = up
		}
	}
	return dir
}

// result reads one source with its packages.
func (d *decoder) result(where string) error {
	var file, kind string
	d.waiting = d.waiting[:0]
	err := d.r.Object(func(key []byte) error {
		switch strings.ToLower(string(key)) {
		case "source", "packagesource":
			if err := d.r.Row(&d.row); err != nil {
				return err
			}
			file, kind = d.row.Text("path"), d.row.Text("type")
			return nil
		case "packages":
			return d.r.Array(func(i int) error {
				if file != "" {
					if err := d.flush(file, kind); err != nil {
						return err
					}
				}
				return d.pkg(fmt.Sprintf("%s.packages[%d]", where, i))
			})
		}
		return d.r.Skip()
	})
	if err != nil {
		return err
	}
	if kind == "docker" && file != "" {
		d.docker = file
	} else if file != "" {
		d.sources = append(d.sources, file)
	}
	return d.flush(file, kind)
}

// flush delivers the findings that wait for their source.
func (d *decoder) flush(file, kind string) error {
	for i := range d.waiting {
		f := &d.waiting[i]
		if kind != "docker" && file != "" {
			f.Target, f.Paths = file, []string{file}
		}
		if err := d.to.Finding(d.ref, f); err != nil {
			return err
		}
	}
	d.waiting = d.waiting[:0]
	return d.ctx.Err()
}

// pkg reads one package. Its records are read one by one, because those of a
// kernel run to hundreds of megabytes; what a finding needs of them is kept
// until the package is known whole.
func (d *decoder) pkg(where string) error {
	var p jsonread.Row
	var records []record
	var groups []group
	var rest jsonread.Builder
	if d.r.Kind() != '{' {
		if err := d.r.Skip(); err != nil {
			return err
		}
		return d.to.Skip(where, "the package is no object")
	}
	err := d.r.Object(func(key []byte) (err error) {
		switch name := strings.ToLower(string(key)); name {
		case "package":
			err = d.r.Row(&p)
		case "vulnerabilities":
			err = d.r.Array(func(i int) error {
				if err := d.r.Row(&d.row); err != nil {
					return err
				}
				rec := readRecord(&d.row)
				if rec.id == "" {
					return d.to.Skip(format.Place(where+".vulnerabilities", i), "the record has no id")
				}
				records = append(records, rec)
				return d.catalogue(&d.row, &rec)
			})
		case "groups":
			err = d.r.Array(func(int) error {
				if err := d.r.Row(&d.row); err != nil {
					return err
				}
				groups = append(groups, readGroup(&d.row))
				return nil
			})
		case "dependency_groups":
			var list []string
			list, err = d.r.Words()
			rest.Texts(name, list)
		default:
			err = d.r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	name, version, ecosystem := p.Text("name"), p.Text("version"), p.Text("ecosystem")
	// The advisories of distributions are about source packages; other scanners
	// name what is installed.
	installed := p.Text("os_package_name")
	if version == "" {
		version = p.Text("commit")
	}
	if len(records) > 0 {
		p.Rest(&rest)
	}
	if installed != "" && installed != name {
		rest.Text("source", name)
	}
	base := string(rest.JSON())
	for i := range records {
		f := d.finding(&records[i], groups, name, version, ecosystem, base)
		if installed != "" {
			f.PackageName = installed
		}
		d.waiting = append(d.waiting, f)
	}
	return nil
}

// finding makes a row of a record and its package.
func (d *decoder) finding(rec *record, groups []group, name, version, ecosystem, extra string) schema.Finding {
	f := schema.Finding{
		VulnerabilityID:  rec.id,
		Aliases:          rec.aliases,
		PackageType:      purl.Type("", ecosystem),
		PackageName:      name,
		InstalledVersion: version,
		FixedVersion:     rec.fixed(name, ecosystem),
		SeverityRaw:      rec.severity,
		SeveritySource:   rec.source,
		CVSS:             rec.score,
	}
	b := &d.extra
	b.Reset()
	b.Raw("package", []byte(extra))
	for i := range groups {
		g := &groups[i]
		if !g.has(rec.id) {
			continue
		}
		f.Aliases = merged(rec.id, f.Aliases, g.ids, g.aliases)
		if f.CVSS == 0 {
			// The score of another record of the same vulnerability.
			f.CVSS = g.max
		}
		b.Raw("analysis", []byte(g.analysis))
	}
	if ecosystem != "" {
		b.Text("ecosystem", ecosystem)
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	if f.FixedVersion == "" && rec.affects(name, ecosystem) {
		f.FixStatus = schema.FixNone
	}
	if extra := b.JSON(); extra != nil {
		f.Extra = append([]byte(nil), extra...)
	}
	return f
}
