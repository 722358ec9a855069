// Package inspector2 reads findings of Amazon Inspector as JSON: the answer of
// list-findings and a findings report exported to S3 (an object with
// findings), lists and lines of findings, and the events that Inspector sends
// through EventBridge (Inspector2 API, Finding).
//
// A finding is one row for each package that it names. Findings about hosts
// and functions are kept as such and are no images.
package inspector2

import (
	"context"
	"slices"
	"strings"

	"argosy/ingest/aws"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// Format reads findings of Inspector.
var Format = format.Format{
	Name:   "inspector2",
	Title:  "Amazon Inspector findings",
	Detect: detect,
	Decode: decode,
}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	best := format.Match{Reason: "findings of Inspector have a findingArn"}
	for _, at := range []string{"findings[].", "[].", "", "detail.", "[].detail."} {
		n := o.Count(at+"findingArn", at+"packageVulnerabilityDetails", at+"inspectorScore", at+"awsAccountId",
			at+"resources[].details", at+"resources[].type")
		if o.HasAny(at+"findingArn", at+"packageVulnerabilityDetails.vulnerabilityId") && n > 1 {
			return format.Match{Verdict: format.Yes, Score: n + 1}
		}
		if at != "" && at != "[]." {
			best.Score = max(best.Score, n)
		}
	}
	beside := func(key string) bool { return key != "findings" && key != "nextToken" && key != "ResponseMetadata" }
	if o.Whole && o.Has("findings") && !o.Has("findings[]") && !slices.ContainsFunc(o.Keys(""), beside) {
		// Nothing was found. Other tools of AWS write the same.
		return format.Match{Verdict: format.Yes, Score: 1}
	}
	return best
}

// decoder reads one stream.
type decoder struct {
	ctx       context.Context
	r         *jsonread.Reader
	findings  *aws.Findings
	top, row  jsonread.Row
	truncated bool
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, r: jsonread.New(in), findings: aws.NewFindings(to)}
	rows := 0
	err := d.r.Documents(func(where string) error {
		rows++
		return d.document(where)
	})
	if err != nil {
		return err
	}
	if d.findings.Scans.Len() == 0 && d.findings.Others > 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: "the findings are about networks or code; none is about a package"}
	}
	if d.findings.Scans.Len() == 0 && in.Image != "" {
		_, scan, _ := d.findings.Scans.Of(in.Image)
		scan.Scanner, scan.Image.Name = aws.Inspector, in.Image
	}
	return d.findings.Scans.End(func(s *schema.Scan) { s.Partial = d.truncated })
}

// document reads an object that holds findings, or a finding.
func (d *decoder) document(where string) error {
	list := 0
	err := d.r.Split(&d.top, func(key []byte) (bool, error) {
		if string(key) != "findings" {
			return false, nil
		}
		return true, d.r.Array(func(i int) error {
			list++
			if err := d.r.Row(&d.row); err != nil {
				return err
			}
			return d.findings.Read(d.ctx, &d.row, format.Place(where+"findings", i))
		})
	})
	if err != nil {
		return err
	}
	if d.top.Text("nextToken") != "" {
		d.truncated = true
	}
	switch {
	case d.top.Row("detail").Len() > 0:
		// An event tells of one finding.
		d.truncated = true
		return d.findings.Read(d.ctx, d.top.Row("detail"), where+"detail")
	case d.top.Has("findingArn"):
		return d.findings.Read(d.ctx, &d.top, strings.TrimSuffix(where, "."))
	}
	return nil
}
