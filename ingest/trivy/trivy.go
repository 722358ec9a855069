// Package trivy reads the JSON reports of Trivy: version 2 of the report, the
// older array of results, and the reports of "trivy k8s". See types.Report in
// Trivy's pkg/types.
package trivy

import (
	"context"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

const scanner = "trivy"

// Format is Trivy's JSON.
var Format = format.Format{Name: "trivy", Title: "Trivy JSON", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	if o.Root == '[' {
		n := o.Count("[].Target", "[].Vulnerabilities", "[].Type", "[].Vulnerabilities[].VulnerabilityID", "[].Class")
		if o.Has("[].Target") && n > 1 {
			return format.Match{Verdict: format.Yes, Version: "1", Score: n}
		}
		return format.Match{Score: n, Reason: "the elements lack Target and Vulnerabilities"}
	}
	n := o.Count("SchemaVersion", "ArtifactName", "ArtifactType", "Results", "Results[].Target", "Results[].Vulnerabilities[].VulnerabilityID",
		"ClusterName", "Resources", "Resources[].Results", "Findings", "Metadata.OS", "Metadata.ImageID")
	switch {
	case o.Has("ClusterName") && o.HasAny("Resources", "Findings", "Vulnerabilities", "Misconfigurations"):
		return format.Match{Verdict: format.Yes, Version: "k8s", Score: n + 2}
	case o.Has("runs") || o.Has("$schema") && !o.Has("SchemaVersion"):
		return format.Match{Score: n}
	case o.Has("SchemaVersion") && (o.HasAny("Results", "ArtifactName") || o.Whole && len(o.Keys("")) == 1),
		o.HasAll("ArtifactName", "Results"), o.HasAll("Results[].Target"):
		v := o.Value("SchemaVersion")
		if v != "" && v != "2" && v != "1" {
			return format.Match{Verdict: format.Unsupported, Version: v, Score: n,
				Reason: "schema version " + v + " is not supported; 1 and 2 are"}
		}
		if v == "" {
			v = "2"
		}
		return format.Match{Verdict: format.Yes, Version: v, Score: n + 2}
	}
	return format.Match{Score: n, Reason: "SchemaVersion with ArtifactName or Results is missing"}
}

// decoder is the state of one document.
type decoder struct {
	r   *jsonread.Reader
	to  format.Sink
	row rowDecoder
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{r: jsonread.New(in), to: to}
	d.row = rowDecoder{d: d}
	var err error
	switch {
	case in.Version == "k8s":
		err = d.cluster(ctx)
	case d.r.Kind() == '[':
		err = d.results(ctx)
	default:
		err = d.report(ctx)
	}
	if err != nil {
		return err
	}
	return d.r.End()
}

// results reads the older report: nothing but results, whose first target is
// named like the image.
func (d *decoder) results(ctx context.Context) error {
	ref := d.to.Begin()
	var img schema.Image
	err := d.r.Array(func(int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		target, err := d.result(ref)
		if img.Name == "" && target != "" {
			imageOfTarget(&img, target)
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.to.End(ref, &schema.Scan{Image: img, Scanner: scanner})
}

// imageOfTarget reads "alpine:3.10 (alpine 3.10.2)".
func imageOfTarget(img *schema.Image, target string) {
	img.Name = target
	name, rest, ok := strings.Cut(target, " (")
	if !ok {
		return
	}
	img.Name = name
	family, version, _ := strings.Cut(strings.TrimSuffix(rest, ")"), " ")
	img.Distribution, img.DistributionVersion = family, version
}

// report reads the document of version 2.
func (d *decoder) report(ctx context.Context) error {
	ref := d.to.Begin()
	var s schema.Scan
	var meta metadata
	var artifact string
	s.Scanner = scanner
	err := d.r.Object(func(key []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		switch string(key) {
		case "SchemaVersion":
			var v string
			if v, err = d.r.Text(); err == nil && v != "1" && v != "2" && v != "" {
				return &format.Error{Kind: format.KindUnsupported, Msg: "Trivy schema version " + v + " is not supported; 1 and 2 are"}
			}
		case "Trivy":
			var t struct{ Version string }
			err = d.r.Into(&t)
			s.ScannerVersion = t.Version
		case "CreatedAt":
			s.At, err = d.r.Time()
		case "ArtifactName":
			artifact, err = d.r.Text()
		case "ArtifactType":
			meta.kind, err = d.r.Text()
		case "Metadata":
			err = d.r.Into(&meta)
		case "Results":
			err = d.r.Array(func(int) error { _, err := d.result(ref); return err })
		default:
			err = d.r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	meta.image(&s.Image, artifact)
	return d.to.End(ref, &s)
}

// result reads one result and returns its target.
func (d *decoder) result(ref format.Ref) (string, error) {
	var target string
	d.row.begin(ref)
	err := d.r.Object(func(key []byte) error {
		var err error
		switch string(key) {
		case "Target":
			target, err = d.r.Text()
			d.row.target = target
		case "Type":
			d.row.kind, err = d.r.Text()
		case "Class":
			d.row.class, err = d.r.Text()
		case "Vulnerabilities":
			err = d.r.Array(func(i int) error { return d.row.read(i) })
		case "ExperimentalModifiedFindings", "ModifiedFindings":
			err = d.r.Array(func(i int) error { return d.row.modified(i) })
		default:
			err = d.r.Skip()
		}
		return err
	})
	return target, err
}
