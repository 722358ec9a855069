// Package aqua reads scan results of Aqua Enterprise: the JSON of scannercli
// and of the CI plugins, the answers of the Console's API in its versions 1 and
// 2, and lists of results as pipelines gather them.
//
// See the Aqua documentation, "Scanner Command Line" and the API's "Images" and
// "Vulnerabilities".
package aqua

import (
	"context"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "aqua"

// Format reads Aqua's scan results.
var Format = format.Format{Name: "aqua", Title: "Aqua Enterprise scan results", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	best := 0
	for _, at := range []string{"", "[].", "results.", "[].results."} {
		if o.CountFold(at+"resources[].resource", at+"resources[].vulnerabilities") == 2 {
			return format.Match{Verdict: format.Yes, Version: "scanner", Score: 4}
		}
		n := o.CountFold(at+"resources", at+"image", at+"scan_started", at+"vulnerability_summary", at+"image_assurance_results", at+"scan_options", at+"image_size", at+"pull_name")
		if n >= 3 && o.CountFold(at+"resources", at+"vulnerability_summary") > 0 {
			return format.Match{Verdict: format.Yes, Version: "scanner", Score: n}
		}
		best = max(best, n)
		m := o.CountFold(at+"cves", at+"cves_counts", at+"image_name", at+"disallowed", at+"cves[].name", at+"cves[].file", at+"cves[].score", at+"cves[].description")
		if m >= 3 && o.CountFold(at+"cves") > 0 {
			return format.Match{Verdict: format.Yes, Version: "api-v1", Score: m}
		}
	}
	n := o.CountFold("result", "count", "page", "pagesize", "query.image_name", "query.registry_name", "result[].resource", "result[].aqua_severity", "result[].nvd_severity", "result[].nvd_cvss3_score", "result[].vulnerability_id")
	if o.Has("result") && (o.CountFold("result[].resource", "result[].aqua_severity", "result[].nvd_severity", "result[].nvd_cvss3_score") > 1 ||
		o.CountFold("count", "page", "pagesize", "query.show_negligible", "query.image_name", "is_partial_data") >= 3) {
		return format.Match{Verdict: format.Yes, Version: "api-v2", Score: n}
	}
	return format.Match{Score: max(best-1, 0), Reason: "an Aqua result has resources with vulnerabilities, cves, or the API's result"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	return rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error {
		return r.Each(func() error {
			if r.Kind() != '{' {
				return r.Skip()
			}
			return (&result{r: r}).read()
		})
	})
}

// result is one document: the scan of an image, or a page of the API, whose
// rows may be about many images.
type result struct {
	r      *rows.Reader
	ref    format.Ref
	begun  bool
	scan   schema.Scan
	images *rows.Images

	registry            string
	listed, count, page float64
	partial             bool
}

func (x *result) read() error {
	if err := x.r.Object(func(key []byte) error { return x.member(jsonread.Fold(string(key))) }); err != nil {
		return err
	}
	if x.images == nil {
		x.begin()
	} else {
		short := x.partial || x.page > 1 || x.count > x.listed
		x.images.Each(func(o *rows.Image) {
			if short {
				o.Scan.Partial, o.Scan.Incomplete = true, "the report is one page of several"
			}
		})
		if err := x.images.Close(); err != nil {
			return err
		}
		if x.listed > 0 && !x.begun {
			return nil
		}
		// A page without rows is about the image that was asked for.
		x.begin()
		x.scan.Partial = short
	}
	x.scan.Scanner = scanner
	x.scan.Image.Name = imageName(x.registry, x.scan.Image.Name)
	return x.r.To.End(x.ref, &x.scan)
}

func (x *result) begin() format.Ref {
	if !x.begun {
		x.ref, x.begun = x.r.To.Begin(), true
	}
	return x.ref
}

// member reads a member of a result; the gathered lists wrap it in "results".
func (x *result) member(key string) (err error) {
	r, i := x.r, &x.scan.Image
	switch key {
	case "results":
		return r.Object(func(key []byte) error { return x.member(jsonread.Fold(string(key))) })
	case "resources":
		return x.resources()
	case "cves":
		return r.Rows("cves", func(w *jsonread.Row, where string) error {
			f, v := finding(w)
			f.PackageName, f.Paths = packageOfFile(w, f.FixedVersion)
			return r.Finding(x.begin(), where, f, v, w)
		})
	case "result":
		return x.page2()
	case "query":
		var w jsonread.Row
		if r.Kind() != '{' {
			return r.Skip()
		}
		err = r.Row(&w)
		i.Name = rows.First(i.Name, w.Text("image_name"))
		return err
	case "image", "imagename":
		var name string
		if name, err = r.Word(); name != "" {
			i.Name = name
		}
	case "registry":
		x.registry, err = r.Word()
	case "pullname":
		var name string
		name, err = r.Word()
		i.Name = rows.First(i.Name, name)
	case "digest", "imagedigest":
		i.Digest, err = r.Word()
		i.Digest = rows.Digest(i.Digest)
	case "metadata":
		return x.metadata()
	case "os":
		i.Distribution, err = r.Word()
	case "version", "osversion":
		i.DistributionVersion, err = r.Word()
	case "imagesize":
		var n float64
		n, err = r.Score()
		i.Size = int64(n)
	case "scanstarted":
		x.scan.At, err = started(r)
	case "scannerversion":
		x.scan.ScannerVersion, err = r.Word()
	case "count":
		x.count, err = r.Score()
	case "page":
		x.page, err = r.Score()
	case "ispartialdata":
		x.partial, err = r.Bool()
	default:
		err = r.Skip()
	}
	return err
}

func (x *result) metadata() error {
	var w jsonread.Row
	if x.r.Kind() != '{' {
		return x.r.Skip()
	}
	if err := x.r.Row(&w); err != nil {
		return err
	}
	i := &x.scan.Image
	i.ConfigDigest = rows.Digest(w.Text("image_id", "id"))
	i.Architecture, i.OS = w.Text("architecture"), w.Text("os")
	i.Created = w.Time("created")
	i.References = append(i.References, w.Texts("repo_digests")...)
	return nil
}
