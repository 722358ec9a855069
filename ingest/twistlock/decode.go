package twistlock

import (
	"context"
	"encoding/json"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

// result is the scan of one image, host or repository as it is read.
type result struct {
	r     *rows.Reader
	ref   format.Ref
	begun bool
	rows  int
	scan  schema.Scan
	named bool
	// packages has the type and path of each package by name and version.
	packages map[[2]string]pkg
	parts    []*result
	held     json.RawMessage
}

type pkg struct{ typ, path string }

func decodeJSON(ctx context.Context, in *format.Input, to format.Sink) error {
	return rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error {
		return r.Each(func() error { return document(r) })
	})
}

// document reads a report of twistcli, whose results are scans, an element of
// the Jenkins plugin's results or of the Console's CI scans, whose entityInfo
// says what was scanned, or one scan by itself.
func document(r *rows.Reader) error {
	x := &result{r: r}
	list, entity := false, false
	err := r.Object(func(key []byte) error {
		switch string(key) {
		case "results":
			list = true
			return r.Array(func(i int) error {
				if r.Kind() != '{' {
					if err := r.Skip(); err != nil {
						return err
					}
					return r.To.Skip(format.Place("results", i), "the result is no object")
				}
				part := &result{r: r}
				if err := r.Object(func(key []byte) error { return part.member(string(key)) }); err != nil {
					return err
				}
				if part.named {
					x.rows += part.rows
					return part.end()
				}
				x.parts = append(x.parts, part)
				return nil
			})
		case "entityInfo":
			entity = true
			return r.Members(func(key []byte) (err error) {
				if string(key) == "vulnerabilities" {
					// Where there are results, they hold the same rows.
					x.held, err = r.Raw()
					return err
				}
				return x.member(string(key))
			})
		}
		return x.member(string(key))
	})
	if err != nil {
		return err
	}
	for _, part := range x.parts {
		x.rows += part.rows
		image, at := part.scan.Image, part.scan.At
		if part.scan = x.scan; !x.named {
			part.scan.Image = image
		}
		if part.scan.At.IsZero() {
			part.scan.At = at
		}
		if err := part.end(); err != nil {
			return err
		}
	}
	if x.held != nil && x.rows == 0 {
		x.r = r.Sub(x.held)
		if err := x.vulnerabilities("entityInfo.vulnerabilities"); err != nil {
			return err
		}
	}
	if x.begun || !list || entity && len(x.parts) == 0 {
		return x.end()
	}
	return nil
}

func (x *result) begin() format.Ref {
	if !x.begun {
		x.ref, x.begun = x.r.To.Begin(), true
	}
	return x.ref
}

func (x *result) end() error {
	x.begin()
	x.scan.Scanner = scanner
	return x.r.To.End(x.ref, &x.scan)
}

// member reads one member of a scan.
func (x *result) member(key string) (err error) {
	r, i := x.r, &x.scan.Image
	switch key {
	case "vulnerabilities":
		return x.vulnerabilities("vulnerabilities")
	case "packages":
		return x.readPackages()
	case "name":
		i.Name, err = r.Word()
		x.named = x.named || i.Name != ""
	case "id", "_id":
		var id string
		if id, err = r.Word(); rows.Digest(id) != "" {
			i.ConfigDigest, x.named = rows.Digest(id), true
		}
	case "digest":
		var d string
		if d, err = r.Word(); rows.Digest(d) != "" {
			i.Digest, x.named = rows.Digest(d), true
		}
	case "repoDigests":
		var list []string
		list, err = r.Words()
		i.References = append(i.References, list...)
	case "repoTag":
		var w jsonread.Row
		if r.Kind() != '{' {
			return r.Skip()
		}
		if err = r.Row(&w); err == nil {
			i.Name = rows.First(rows.Name(w.Text("registry"), w.Text("repo"), w.Text("tag")), i.Name)
			x.named = x.named || i.Name != ""
		}
	case "repository":
		if i.Name, err = r.Word(); i.Name != "" {
			i.Kind, x.named = schema.KindRepository, true
		}
	case "hostname":
		var host string
		if host, err = r.Word(); host != "" && !x.named {
			i.Name, i.Kind, x.named = host, schema.KindHost, true
		}
	case "type":
		var t string
		if t, err = r.Word(); t == "host" || t == "vm" {
			i.Kind = schema.KindHost
		}
	case "distro", "osDistro":
		i.Distribution, err = r.Word()
	case "distroRelease", "osDistroVersion":
		i.DistributionVersion, err = r.Word()
	case "scanTime", "time":
		x.scan.At, err = r.Time()
	case "scanVersion":
		x.scan.ScannerVersion, err = r.Word()
	case "creationTime":
		i.Created, err = r.Time()
	default:
		err = r.Skip()
	}
	return err
}

// readPackages notes the packages, which twistcli lists flat and the Console
// by type.
func (x *result) readPackages() error {
	if x.packages == nil {
		x.packages = map[[2]string]pkg{}
	}
	note := func(w *jsonread.Row, typ string) {
		key := [2]string{w.Text("name"), w.Text("version")}
		if _, seen := x.packages[key]; !seen {
			x.packages[key] = pkg{typ: rows.First(w.Text("type"), typ), path: w.Text("path")}
		}
	}
	return x.r.Rows("packages", func(w *jsonread.Row, _ string) error {
		if w.Has("pkgs") {
			typ := w.Text("pkgsType")
			w.Each("pkgs", func(p *jsonread.Row) { note(p, typ) })
			return nil
		}
		note(w, "")
		return nil
	})
}

func (x *result) vulnerabilities(list string) error {
	return x.r.Rows(list, func(w *jsonread.Row, where string) error {
		x.rows++
		f, v := finding(w, w.Text("cve", "id"))
		vulnerability(w, v)
		x.place(f, w.Text("packageType", "type"))
		f.Paths = append(f.Paths, w.Texts("packagePath", "filePath", "functionLayer")...)
		return x.r.Finding(x.begin(), where, f, v, w)
	})
}

// place gives a finding the type and path of its package, as far as the list
// of packages has been read.
func (x *result) place(f *schema.Finding, typ string) {
	p := x.packages[[2]string{f.PackageName, f.InstalledVersion}]
	f.PackageType = packageType(rows.First(p.typ, typ), x.scan.Image.Distribution)
	f.PackageName = javaName(f.PackageType, f.PackageName)
	if p.path != "" {
		f.Paths = append(f.Paths, p.path)
	}
}
