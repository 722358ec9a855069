package sysdig

import (
	"encoding/json"
	"fmt"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

// document reads one value: a result, a report, or the rows of one.
func document(r *rows.Reader) error {
	images := rows.NewImages(r.To)
	if r.Kind() == '[' {
		if err := r.Rows("", func(w *jsonread.Row, where string) error { return reportRow(&r.Delivery, images, w, where) }); err != nil {
			return err
		}
		return images.Close()
	}
	x := &result{r: r}
	err := r.Object(func(key []byte) error {
		switch k := string(key); k {
		case "result":
			x.is = true
			return r.Object(func(key []byte) error { return x.member(string(key)) })
		case "info", "scanner", "producer":
			return x.tool(k)
		case "data":
			return r.Rows(k, func(w *jsonread.Row, where string) error { return reportRow(&r.Delivery, images, w, where) })
		case "panels":
			return r.Array(func(i int) error { return panel(r, images, i) })
		default:
			return x.member(k)
		}
	})
	if err != nil {
		return err
	}
	if x.is {
		if err := x.finish(); err != nil {
			return err
		}
	}
	return images.Close()
}

// panel reads one panel of a report, whose rows may be about anything: those
// about vulnerabilities are taken.
func panel(r *rows.Reader, images *rows.Images, i int) error {
	return r.Members(func(key []byte) error {
		if string(key) != "data" {
			return r.Skip()
		}
		return r.Rows(fmt.Sprintf("panels[%d].data", i), func(w *jsonread.Row, where string) error {
			return reportRow(&r.Delivery, images, w, where)
		})
	})
}

// result is the scan of one image by the command line or the API.
type result struct {
	r     *rows.Reader
	is    bool
	ref   format.Ref
	begun bool
	scan  schema.Scan
	// The newer form has maps by id, which may come in any order.
	packages        map[string]json.RawMessage
	vulnerabilities map[string]json.RawMessage
	layers          map[string]json.RawMessage
	accepted        map[string]json.RawMessage
}

func (x *result) begin() format.Ref {
	if !x.begun {
		x.ref, x.begun = x.r.To.Begin(), true
	}
	return x.ref
}

// tool reads who scanned and when.
func (x *result) tool(key string) error {
	r := x.r
	if r.Kind() != '{' {
		return r.Skip()
	}
	var w jsonread.Row
	if err := r.Row(&w); err != nil {
		return err
	}
	if key == "info" {
		x.scan.At = w.Time("scanTime")
		return nil
	}
	x.scan.ScannerVersion = w.Text("version")
	return nil
}

func (x *result) member(key string) error {
	r := x.r
	switch key {
	case "metadata":
		x.is = true
		return x.metadata()
	case "packages":
		x.is = true
		if r.Kind() == '{' {
			return hold(r, &x.packages)
		}
		return r.Rows("result.packages", func(w *jsonread.Row, where string) error { return x.listed(w, where) })
	case "vulnerabilities":
		x.is = true
		return hold(r, &x.vulnerabilities)
	case "layers":
		return hold(r, &x.layers)
	case "riskAccepts", "riskAcceptanceDefinitions":
		return hold(r, &x.accepted)
	case "createdAt", "scannedAt":
		t, err := r.Time()
		if x.scan.At.IsZero() {
			x.scan.At = t
		}
		return err
	}
	return r.Skip()
}

// hold keeps the members of a map, or of a list whose elements have an id.
func hold(r *rows.Reader, to *map[string]json.RawMessage) error {
	if *to == nil {
		*to = map[string]json.RawMessage{}
	}
	if r.Kind() == '[' {
		return r.Rows("", func(w *jsonread.Row, _ string) error {
			(*to)[w.Text("id", "name")] = append([]byte(nil), w.JSON()...)
			return nil
		})
	}
	return r.Object(func(key []byte) error {
		id := string(key)
		raw, err := r.Raw()
		(*to)[id] = raw
		return err
	})
}

func (x *result) metadata() error {
	r, i := x.r, &x.scan.Image
	if r.Kind() != '{' {
		return r.Skip()
	}
	var w jsonread.Row
	if err := r.Row(&w); err != nil {
		return err
	}
	i.Name = w.Text("pullString", "imageName", "hostName", "name")
	i.ConfigDigest, i.Digest = rows.Digest(w.Text("imageId")), rows.Digest(w.Text("digest"))
	i.OS, i.Architecture, i.Size = w.Text("os"), w.Text("architecture"), int64(w.Number("size"))
	i.Distribution, i.DistributionVersion = distribution(w.Text("baseOs"))
	i.Created = w.Time("createdAt")
	if w.Has("hostName") || w.Has("hostId") {
		i.Kind = schema.KindHost
	}
	w.Row("labels").EachText(func(name, value string) {
		if i.Labels == nil {
			i.Labels = map[string]string{}
		}
		i.Labels[name] = value
	})
	return nil
}

// listed reads a package of the older form, which holds its vulnerabilities.
func (x *result) listed(w *jsonread.Row, where string) error {
	for _, name := range []string{"vulns", "vulnerabilities"} {
		err := x.r.Nested(w, name, where, func(v *jsonread.Row, at string) error { return x.deliver(w, v, at) })
		if err != nil {
			return err
		}
	}
	return nil
}

// finish joins the maps of the newer form.
func (x *result) finish() error {
	used, listed := map[string]bool{}, x.begun
	for _, id := range sorted(x.packages) {
		p := x.row(x.packages[id])
		for n, ref := range p.Texts("vulnerabilitiesRefs", "vulnerabilityRefs", "vulnerabilities") {
			raw, ok := x.vulnerabilities[ref]
			where := fmt.Sprintf("result.packages[%q].vulnerabilitiesRefs[%d]", id, n)
			if !ok {
				if err := x.r.To.Skip(where, fmt.Sprintf("the report holds no vulnerability %q", ref)); err != nil {
					return err
				}
				continue
			}
			used[ref] = true
			if err := x.deliver(p, x.row(raw), where); err != nil {
				return err
			}
		}
	}
	for _, id := range sorted(x.vulnerabilities) {
		if used[id] || listed {
			continue
		}
		// A vulnerability that no package refers to may refer to its package.
		w := x.row(x.vulnerabilities[id])
		if err := x.deliver(x.row(x.packages[w.Text("packageRef")]), w, fmt.Sprintf("result.vulnerabilities[%q]", id)); err != nil {
			return err
		}
	}
	x.begin()
	x.scan.Scanner = scanner
	return x.r.To.End(x.ref, &x.scan)
}

// row reads JSON that was put aside.
func (x *result) row(raw json.RawMessage) *jsonread.Row {
	var w jsonread.Row
	if err := x.r.Sub(raw).Row(&w); err != nil {
		return &w // it was read before
	}
	return &w
}

func (x *result) deliver(p, w *jsonread.Row, where string) error {
	f, v := resultFinding(w)
	f.PackageName, f.InstalledVersion = p.Text("name"), p.Text("version")
	f.PackageType = packageType(p.Text("type"), x.scan.Image.Distribution, p.Text("path"))
	f.Layer = rows.Digest(p.Text("layerDigest"))
	if ref := p.Text("layerRef"); ref != "" && f.Layer == "" {
		f.Layer = rows.First(rows.Digest(x.row(x.layers[ref]).Text("digest")), rows.Digest(ref))
	}
	if path := p.Text("path"); path != "" {
		f.Paths = []string{path}
	}
	f.FixedVersion = rows.First(f.FixedVersion, p.Text("suggestedFix"))
	x.accept(f, w)
	return x.r.Finding(x.begin(), where, f, v, w)
}

// accept marks a finding whose risk somebody has accepted.
func (x *result) accept(f *schema.Finding, w *jsonread.Row) {
	yes, why := w.Bool("riskAccepted"), ""
	note := func(a *jsonread.Row) {
		if s := a.Text("status"); s == "" || s == "active" {
			yes, why = true, rows.First(a.Text("description"), a.Text("reason"), why)
		}
	}
	w.Each("acceptedRisks", func(a *jsonread.Row) {
		if a.Has("index") || a.Has("ref") {
			yes = true
			return
		}
		note(a)
	})
	for _, ref := range w.Texts("riskAcceptRefs") {
		if raw, ok := x.accepted[ref]; ok {
			note(x.row(raw))
		}
	}
	if yes {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", rows.First(why, "the risk is accepted in Sysdig")
	}
}
