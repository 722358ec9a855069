// Package anchore reads vulnerability reports of Anchore Engine and Anchore
// Enterprise: the answers of the API and of anchore-cli ("image vuln --json"),
// those of anchorectl in their several forms, and the report of policies, whose
// rows name vulnerabilities among other things.
//
// See the Anchore documentation, API "Images, vulnerabilities" and "anchorectl
// image vulnerabilities".
package anchore

import (
	"context"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "anchore"

// Format reads Anchore's vulnerability reports.
var Format = format.Format{Name: "anchore", Title: "Anchore vulnerability report", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON {
		return format.Match{}
	}
	yes := func(version string, n int) format.Match {
		return format.Match{Verdict: format.Yes, Version: version, Score: n}
	}
	for _, at := range []string{"", "[].", "vulnerabilities.", "vulnsReport."} {
		list := at + "vulnerabilities[]."
		if n := o.CountFold(list+"vuln", list+"package_name", list+"package_version", list+"package_type", list+"feed_group", list+"nvd_data", list+"fix", list+"package_path"); n >= 3 && (n >= 5 || o.CountFold(list+"vuln") > 0) {
			return yes("vulnerabilities", n+o.CountFold(at+"imageDigest", at+"vulnerability_type"))
		}
		if o.CountFold(at+"vulnerabilities", at+"imageDigest", at+"vulnerability_type") == 3 || o.CountFold(at+"vulnerabilities", at+"sbomId") == 2 {
			return yes("vulnerabilities", 3)
		}
	}
	if n := o.CountFold("[].vuln", "[].packageName", "[].packageVersion", "[].packageType", "[].feed", "[].feedGroup", "[].fix", "[].url"); n >= 3 && o.CountFold("[].vuln") > 0 {
		return yes("rows", n)
	}
	if n := o.CountFold("[].vulnerabilityId", "[].packageName", "[].packageVersion", "[].fixState", "[].fixVersions", "[].packageType", "[].kev", "[].purl"); n >= 4 && o.CountFold("[].vulnerabilityId") > 0 {
		return yes("rows", n)
	}
	if o.CountFold("securityEvaluation") > 0 && (o.CountFold("metadata.imageDigest", "metadata.repository", "securityEvaluation[].vulnerabilityId") > 0) {
		return yes("security-evaluation", 4)
	}
	if o.HasAll("sbom", "vulnerabilities", "policyEvaluation") {
		return yes("unified", 3)
	}
	if n := o.CountFold("evaluations[].details[].gate", "evaluations[].finalAction", "evaluatedTag", "[].detail[].gate", "[].finalAction", "[].detail[].triggerName"); n >= 2 {
		return format.Match{Verdict: format.NotApplicable, Score: n + 1, Reason: "this is an evaluation of policies by anchorectl; its rows are about rules and their triggers"}
	}
	if policyReport(o) {
		return format.Match{Verdict: format.NotApplicable, Score: 4, Reason: "this is an evaluation of policies by Anchore Enterprise; its rows are about rules and their triggers"}
	}
	n := o.CountFold("imageDigest", "vulnerability_type", "sbomId", "vulnerabilities[].vuln")
	return format.Match{Score: n, Reason: "an Anchore report has vulnerabilities with vuln, packageName and packageVersion, and imageDigest or sbomId"}
}

// policyReport tells the API's policy check, whose first key is a digest.
func policyReport(o *format.Outline) bool {
	for _, key := range o.Keys("[]") {
		if rows.Digest(key) != "" {
			return true
		}
	}
	return false
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	return rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error {
		x := &report{r: r}
		if r.Kind() == '[' {
			// Rows by themselves, or documents in a list.
			loose := &report{r: r}
			err := r.Rows("", func(w *jsonread.Row, where string) error {
				if w.Has("vulnerabilities") || w.Has("imageDigest") && !w.Has("vuln") {
					raw := append([]byte(nil), w.JSON()...)
					one := &report{r: r.Sub(raw)}
					if err := one.read(); err != nil {
						return err
					}
					loose.other = true
					return one.end()
				}
				return loose.row(w, where)
			})
			if err != nil || loose.other && !loose.begun {
				return err
			}
			return loose.end()
		}
		if err := x.read(); err != nil {
			return err
		}
		return x.end()
	})
}

// report is the scan of one image.
type report struct {
	r     *rows.Reader
	ref   format.Ref
	begun bool
	other bool
	scan  schema.Scan
	name  [3]string // registry, repository, tag
}

func (x *report) begin() format.Ref {
	if !x.begun {
		x.ref, x.begun = x.r.To.Begin(), true
	}
	return x.ref
}

func (x *report) end() error {
	x.begin()
	x.scan.Scanner = scanner
	if x.scan.Image.Name == "" {
		x.scan.Image.Name = rows.Name(x.name[0], x.name[1], x.name[2])
	}
	return x.r.To.End(x.ref, &x.scan)
}

// read reads a document. The list of vulnerabilities may lie a level deeper,
// beside the bill of materials and the policies.
func (x *report) read() error {
	r, i := x.r, &x.scan.Image
	if r.Kind() != '{' {
		return r.Skip()
	}
	return r.Object(func(key []byte) (err error) {
		switch k := jsonread.Fold(string(key)); k {
		case "vulnerabilities":
			if r.Kind() == '{' {
				return x.read()
			}
			return r.Rows("vulnerabilities", x.row)
		case "vulnsreport":
			return x.read()
		case "securityevaluation":
			return r.Rows("securityEvaluation", x.row)
		case "metadata":
			return r.Members(func(key []byte) (err error) { return x.describe(jsonread.Fold(string(key))) })
		case "imagedigest", "digest", "imageid", "sbomid", "registry", "repository", "tag", "fulltag", "timestamp", "evaluatedtag", "imagetag":
			return x.describe(k)
		case "distro":
			i.Distribution, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
}

func (x *report) describe(key string) error {
	r, i := x.r, &x.scan.Image
	value, err := r.Word()
	if err != nil {
		return err
	}
	switch key {
	case "imagedigest", "digest":
		i.Digest = rows.Digest(value)
	case "sbomid":
		// The bill of materials of an image goes by the image's digest.
		i.Digest = rows.First(i.Digest, rows.Digest(value))
	case "imageid":
		i.ConfigDigest = rows.Digest(value)
	case "registry":
		x.name[0] = value
	case "repository":
		x.name[1] = value
	case "tag":
		if strings.ContainsAny(value, "/:") {
			i.Name = value
		} else {
			x.name[2] = value
		}
	case "fulltag", "evaluatedtag", "imagetag":
		i.Name = value
	case "timestamp":
		x.scan.At = jsonread.ParseTime(value)
	}
	return nil
}

func (x *report) row(w *jsonread.Row, where string) error {
	f, v := finding(w)
	return x.r.Finding(x.begin(), where, f, v, w)
}
