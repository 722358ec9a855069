// Package grype reads the JSON reports of Grype: models.Document in Grype's
// grype/presenter/models.
package grype

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

const scanner = "grype"

// Format is Grype's JSON.
var Format = format.Format{Name: "grype", Title: "Grype JSON", Detect: detect, Decode: decode}

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' {
		return format.Match{}
	}
	n := o.Count("matches", "matches[].vulnerability.id", "matches[].artifact.name", "source", "distro", "descriptor.name", "ignoredMatches")
	if !o.Has("matches") {
		return format.Match{Score: n, Reason: "matches is missing"}
	}
	if o.Value("descriptor.name") == "xeol" || o.Has("matches[].Cycle") {
		return format.Match{Verdict: format.NotApplicable, Score: n, Reason: "this is a report of Xeol about software at the end of its life, not about vulnerabilities"}
	}
	if o.Value("descriptor.name") == "grype" || o.HasAll("matches[].vulnerability", "matches[].artifact") || o.HasAny("source", "descriptor", "ignoredMatches") {
		return format.Match{Verdict: format.Yes, Version: o.Value("descriptor.version"), Score: n + 2}
	}
	return format.Match{Score: n, Reason: "matches have no vulnerability and artifact"}
}

// vulnerability is a match's vulnerability or related vulnerability.
type vulnerability struct {
	ID          string
	DataSource  string
	Namespace   string
	Severity    string
	URLs        []string
	Description string
	CVSS        []struct {
		Source, Type, Version, Vector string
		Metrics                       struct{ BaseScore float64 }
	}
	EPSS []struct {
		CVE              string
		EPSS, Percentile float64
		Date             string
	}
	KnownExploited []struct {
		CVE     string
		DueDate string
	}
	CWEs []struct {
		CWE string
	}
	Fix struct {
		Versions []string
		State    string
	}
	// Before version 0.10 the fix was one text.
	FixedInVersion string
	Risk           float64
}

type match struct {
	Vulnerability          vulnerability
	RelatedVulnerabilities []vulnerability
	Artifact               struct {
		Name, Version, Type, PURL string
		Locations                 []struct{ Path, LayerID string }
	}
	AppliedIgnoreRules []struct {
		Vulnerability, Reason, Namespace string
		VexStatus                        string `json:"vex-status"`
		VexJustification                 string `json:"vex-justification"`
		FixState                         string `json:"fix-state"`
	}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	r := jsonread.New(in)
	ref := to.Begin()
	s := schema.Scan{Scanner: scanner}
	err := r.Object(func(key []byte) error {
		switch string(key) {
		case "matches", "ignoredMatches":
			ignored := string(key) == "ignoredMatches"
			name := string(key)
			return r.Array(func(i int) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return one(r, to, ref, ignored, fmt.Sprintf("%s[%d]", name, i))
			})
		case "source":
			return source(r, &s.Image)
		case "distro":
			var d struct{ Name, Version string }
			err := r.Into(&d)
			s.Image.Distribution, s.Image.DistributionVersion = d.Name, d.Version
			return err
		case "descriptor":
			return descriptor(r, &s)
		}
		return r.Skip()
	})
	if err != nil {
		return err
	}
	if err := to.End(ref, &s); err != nil {
		return err
	}
	return r.End()
}

func one(r *jsonread.Reader, to format.Sink, ref format.Ref, ignored bool, where string) error {
	var m match
	if err := r.Into(&m); err != nil {
		return err
	}
	v := &m.Vulnerability
	if v.ID == "" {
		return to.Skip(where, "vulnerability.id is missing")
	}
	f := schema.Finding{
		VulnerabilityID: v.ID, PackageName: m.Artifact.Name, InstalledVersion: m.Artifact.Version, PURL: m.Artifact.PURL,
		PackageType: packageType(m.Artifact.PURL, m.Artifact.Type), SeverityRaw: v.Severity, SeveritySource: v.Namespace,
		FixedVersion: strings.Join(v.Fix.Versions, ", "),
	}
	if f.FixedVersion == "" {
		f.FixedVersion = v.FixedInVersion
	}
	switch v.Fix.State {
	case "fixed":
		f.FixStatus = schema.FixAvailable
	case "not-fixed":
		f.FixStatus = schema.FixNone
	case "wont-fix":
		f.FixStatus = schema.FixWont
	}
	f.CVSS = score(v)
	for i := range m.RelatedVulnerabilities {
		if f.CVSS == 0 {
			f.CVSS = score(&m.RelatedVulnerabilities[i])
		}
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	related, aliases := relatedIDs(&m)
	f.Aliases = aliases
	for _, l := range m.Artifact.Locations {
		f.Paths = append(f.Paths, l.Path)
		f.Layer = l.LayerID
	}
	if ignored {
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", reason(&m)
	}
	var extra jsonread.Builder
	extra.Number("risk", v.Risk)
	if len(aliases) == 0 {
		extra.Texts("related", related)
	}
	f.Extra = extra.JSON()
	if !to.Known(scanner, v.ID) {
		if err := to.Vulnerability(scanner, advisory(&m, aliases)); err != nil {
			return err
		}
	}
	return to.Finding(ref, &f)
}

// relatedIDs lists the ids that the match relates to, and those that are the
// same vulnerability: an advisory of GitHub with its CVE.
func relatedIDs(m *match) (related, aliases []string) {
	for _, v := range m.RelatedVulnerabilities {
		if v.ID != "" && v.ID != m.Vulnerability.ID {
			related = append(related, v.ID)
		}
	}
	if len(related) == 1 || strings.HasPrefix(m.Vulnerability.ID, "GHSA-") {
		aliases = related
	}
	return related, aliases
}

// score is the base score that people compare: version 3 before 4 before 2,
// the primary source first.
func score(v *vulnerability) float64 {
	for _, version := range []string{"3", "4", "2"} {
		best := 0.0
		for _, c := range v.CVSS {
			if strings.HasPrefix(c.Version, version) && (best == 0 || strings.EqualFold(c.Type, "primary")) {
				best = c.Metrics.BaseScore
			}
		}
		if best > 0 {
			return best
		}
	}
	return 0
}

func reason(m *match) string {
	var parts []string
	for _, r := range m.AppliedIgnoreRules {
		for _, p := range []string{r.Reason, r.VexStatus, r.VexJustification} {
			if p != "" {
				parts = append(parts, p)
			}
		}
	}
	if len(parts) == 0 {
		return "ignored by a rule of Grype"
	}
	return strings.Join(parts, "; ")
}

func advisory(m *match, aliases []string) *schema.Vulnerability {
	v := &m.Vulnerability
	out := &schema.Vulnerability{ID: v.ID, Aliases: aliases, Description: v.Description}
	if v.DataSource != "" {
		out.References = append(out.References, v.DataSource)
	}
	out.References = append(out.References, v.URLs...)
	all := append([]vulnerability{*v}, m.RelatedVulnerabilities...)
	for i, one := range all {
		if i > 0 && len(aliases) == 0 {
			break
		}
		if out.Description == "" {
			out.Description = one.Description
		}
		for _, c := range one.CVSS {
			out.CVSS = append(out.CVSS, schema.CVSS{Source: c.Source, Version: c.Version, Score: c.Metrics.BaseScore, Vector: c.Vector})
		}
	}
	for _, c := range v.CWEs {
		out.CWEs = append(out.CWEs, c.CWE)
	}
	if len(v.EPSS) > 0 {
		e := v.EPSS[0]
		out.EPSS, out.EPSSPercentile, out.EPSSDate = &e.EPSS, &e.Percentile, jsonread.ParseTime(e.Date)
	}
	if len(v.KnownExploited) > 0 {
		out.KEV, out.KEVDue = true, jsonread.ParseTime(v.KnownExploited[0].DueDate)
	}
	return out
}

func source(r *jsonread.Reader, i *schema.Image) error {
	var s struct {
		Type   string
		Target json.RawMessage
	}
	if err := r.Into(&s); err != nil {
		return err
	}
	switch s.Type {
	case "", "image":
	case "directory", "file":
		i.Kind = schema.KindFilesystem
	default:
		i.Kind = schema.KindOther
	}
	if json.Unmarshal(s.Target, &i.Name) == nil {
		return nil
	}
	var t struct {
		UserInput, ImageID, ManifestDigest, OS, Architecture string
		ImageSize                                            int64
		Tags, RepoDigests                                    []string
		Labels                                               map[string]string
		Layers                                               []struct{ Digest string }
		Path                                                 string
	}
	if len(s.Target) > 0 && json.Unmarshal(s.Target, &t) != nil {
		return nil
	}
	i.Name, i.ConfigDigest, i.OS, i.Architecture, i.Size, i.Labels = t.UserInput, t.ImageID, t.OS, t.Architecture, t.ImageSize, t.Labels
	if i.Name == "" {
		i.Name = t.Path
	}
	if i.Name == "" && len(t.Tags) > 0 {
		i.Name = t.Tags[0]
	}
	i.References = append(append([]string{}, t.Tags...), t.RepoDigests...)
	// A repository digest is what the registry knows; the digest of the
	// manifest as loaded can differ from it and stands in only without one.
	for _, rd := range t.RepoDigests {
		if _, d, ok := strings.Cut(rd, "@"); ok && i.Digest == "" {
			i.Digest = d
		}
	}
	if i.Digest == "" && strings.Contains(i.Name, "/") {
		i.Digest = t.ManifestDigest
	}
	for _, l := range t.Layers {
		i.Layers = append(i.Layers, l.Digest)
	}
	return nil
}

func descriptor(r *jsonread.Reader, s *schema.Scan) error {
	var d struct {
		Version   string
		Timestamp string
		DB        json.RawMessage
	}
	if err := r.Into(&d); err != nil {
		return err
	}
	s.ScannerVersion = d.Version
	s.At = jsonread.ParseTime(d.Timestamp)
	var db struct {
		Built  string
		Status struct{ Built string }
	}
	if json.Unmarshal(d.DB, &db) == nil {
		s.DatabaseVersion = db.Status.Built
		if s.DatabaseVersion == "" {
			s.DatabaseVersion = db.Built
		}
	}
	if s.At.After(time.Now().Add(48 * time.Hour)) {
		s.At = time.Time{}
	}
	return nil
}

// packageType is the type of the package URL, or what Syft's type stands for.
func packageType(purl, kind string) string {
	if rest, ok := strings.CutPrefix(purl, "pkg:"); ok {
		if t, _, ok := strings.Cut(rest, "/"); ok {
			return t
		}
	}
	switch kind {
	case "go-module":
		return "golang"
	case "python":
		return "pypi"
	case "java-archive", "jenkins-plugin", "graalvm-native-image":
		return "maven"
	case "rust-crate":
		return "cargo"
	case "php-composer":
		return "composer"
	case "dotnet":
		return "nuget"
	}
	return kind
}
