package gar

import (
	"context"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one stream.
type decoder struct {
	ctx       context.Context
	to        format.Sink
	r         *jsonread.Reader
	scans     format.Scans
	row       jsonread.Row
	f         schema.Finding
	text      schema.Vulnerability
	extra     jsonread.Builder
	others    int
	truncated bool
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, to: to, r: jsonread.New(in), scans: format.Scans{To: to}}
	if err := d.r.Documents(d.document); err != nil {
		return err
	}
	if d.scans.Len() == 0 && d.others > 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "none of the occurrences is about vulnerabilities or their analysis"}
	}
	return d.scans.End(func(s *schema.Scan) { s.Partial = d.truncated })
}

// document reads an object that holds occurrences, or an occurrence.
func (d *decoder) document(where string) error {
	var top jsonread.Row
	err := d.r.Split(&top, func(key []byte) (bool, error) {
		at := where + string(key)
		switch string(key) {
		case "occurrences", "PACKAGE_VULNERABILITY", "DISCOVERY":
			return true, d.list(at)
		case "discovery_summary":
			return true, d.summary("discovery", at)
		case "package_vulnerability_summary":
			return true, d.summary("vulnerabilities", at)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if top.Text("nextPageToken") != "" {
		d.truncated = true
	}
	if s := top.Row("image_summary"); s.Len() > 0 {
		d.image(s.Text("fully_qualified_digest"))
	}
	if top.Has("noteName") {
		return d.occurrence(&top, strings.TrimSuffix(where, "."))
	}
	return nil
}

// summary reads a summary of gcloud: under name stands a list of occurrences,
// or one such list for each severity.
func (d *decoder) summary(name, where string) error {
	var rest jsonread.Row
	return d.r.Split(&rest, func(key []byte) (bool, error) {
		switch {
		case string(key) != name:
			return false, nil
		case d.r.Kind() == '{':
			return true, d.r.Object(func(key []byte) error { return d.list(where + "." + name + "." + string(key)) })
		}
		return true, d.list(where + "." + name)
	})
}

func (d *decoder) list(where string) error {
	return d.r.Array(func(i int) error {
		if d.r.Kind() != '{' {
			if err := d.r.Skip(); err != nil {
				return err
			}
			return d.to.Skip(format.Place(where, i), "the row is no object")
		}
		if err := d.r.Row(&d.row); err != nil {
			return err
		}
		return d.occurrence(&d.row, format.Place(where, i))
	})
}

// image opens the scan of an image by the address of Google's resources, which
// is the image's name behind https://.
func (d *decoder) image(uri string) (format.Ref, *schema.Scan) {
	uri = strings.TrimPrefix(strings.TrimPrefix(uri, "https://"), "http://")
	ref, scan, fresh := d.scans.Of(uri)
	if fresh {
		scan.Scanner, scan.Image.Name = scanner, uri
	}
	return ref, scan
}

func (d *decoder) occurrence(w *jsonread.Row, where string) error {
	if d.ctx.Err() != nil {
		return d.ctx.Err()
	}
	uri := w.Text("resourceUri", "resourceUrl")
	if uri == "" {
		uri = w.Row("resource").Text("uri")
	}
	v, a := w.Row("vulnerability"), w.Row("discovery")
	switch kind := w.Text("kind"); {
	case v.Len() == 0 && a.Len() > 0:
		_, scan := d.image(uri)
		analysis(scan, a)
		return nil
	case v.Len() == 0 && kind != "VULNERABILITY":
		// A build, an attestation, a package: other things that Artifact
		// Analysis knows of an image.
		d.others++
		return nil
	}
	return d.vulnerability(w, v, uri, where)
}

// analysis notes when an image was looked at and whether that came to an end.
func analysis(scan *schema.Scan, a *jsonread.Row) {
	if inner := a.Row("discovered"); inner.Len() > 0 { // v1beta1
		a = inner
	}
	if at := a.Time("lastScanTime", "lastAnalysisTime"); at.After(scan.At) {
		scan.At = at
	}
	switch status := a.Text("analysisStatus"); status {
	case "", "FINISHED_SUCCESS", "COMPLETE", "ANALYSIS_STATUS_UNSPECIFIED":
	default:
		if why := a.Row("analysisStatusError").Text("message"); why != "" {
			status += ": " + why
		}
		scan.Incomplete = status
	}
}
