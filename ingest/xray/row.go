package xray

import (
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

// finding reads what every row has: the issue, its CVEs and their scores. An
// issue with several CVEs keeps its own id: it is none of them.
func finding(w, cves *jsonread.Row) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{SeverityRaw: w.Text("severity"), SeveritySource: scanner, FixedVersion: fixed(w.Texts("fixed_versions"))}
	v := &schema.Vulnerability{Title: w.Text("summary"), Description: w.Text("description"), References: w.Texts("references"),
		Published: w.Time("published", "created"), Modified: w.Time("edited")}
	if v.Title == "" && len(v.Description) < 200 {
		v.Title = v.Description
	}
	f.PublishedAt = v.Published
	var ids []string
	cves.Each("cves", func(c *jsonread.Row) {
		if id := c.Text("cve", "id"); id != "" {
			ids = append(ids, id)
		}
		for _, cwe := range c.Texts("cwe", "cwes") {
			if cwe = rows.CWE(cwe); cwe != "" {
				v.CWEs = append(v.CWEs, cwe)
			}
		}
		score(v, c)
	})
	issue := w.Text("issue_id", "issueId", "id")
	switch {
	case len(ids) == 1:
		rows.Identify(f, ids[0], issue)
	case len(ids) > 1:
		rows.Identify(f, rows.First(issue, ids[0]))
		cves.Keep("cves")
	default:
		rows.Identify(f, issue)
	}
	f.CVSS = rows.Best(v)
	if f.CVSS == 0 {
		f.CVSS = w.Number("cvss3_max_score", "cvss2_max_score")
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	return f, v
}

// score reads the scores of one CVE: as number and vector, or together as
// "9.8/CVSS:3.0/AV:N/...".
func score(v *schema.Vulnerability, c *jsonread.Row) {
	for _, version := range [...]struct{ short, full string }{{"v3", "3.0"}, {"v2", "2.0"}, {"v4", "4.0"}} {
		number, vector := c.Number("cvss_"+version.short+"_score"), c.Text("cvss_"+version.short+"_vector")
		if number == 0 {
			number = c.Number("cvss_"+version.short, "cvss"+version.short)
			if head, rest, ok := strings.Cut(c.Text("cvss_"+version.short), "/"); ok {
				if strings.HasPrefix(head, "CVSS:") {
					head, rest = "", head+"/"+rest
				}
				number, vector = rows.Number(head), rows.First(vector, rest)
			}
		}
		rows.Score(v, scanner, version.full, number, strings.TrimPrefix(vector, "CVSS:2.0/"))
	}
}

func place(f *schema.Finding, c component) {
	f.PackageType, f.PackageName, f.InstalledVersion = c.typ, c.name, c.version
}

// scan delivers a row of a scan: one finding for each component.
func (x *report) scan(w *jsonread.Row, where string) error {
	f, v := finding(w, w)
	var err error
	n := 0
	components := w.Row("components")
	for _, id := range components.Keys() {
		// The name says what the component is, whatever stands under it.
		c := components.Row(id)
		if n++; err != nil {
			break
		}
		one, text := *f, *v
		place(&one, parseComponent(id))
		one.FixedVersion = rows.First(fixed(c.Texts("fixed_versions")), f.FixedVersion)
		one.Paths, one.Layer = impactPaths(c)
		w.Drop("components")
		err = x.r.Finding(x.begin(), where, &one, &text, w)
	}
	if n == 0 {
		return x.r.Finding(x.begin(), where, f, v, w)
	}
	return err
}

// impactPaths takes the places of a component and the layer that it is in.
func impactPaths(c *jsonread.Row) (paths []string, layer string) {
	c.Lists("impact_paths", func(list []*jsonread.Row) {
		for i, step := range list {
			full := step.Text("full_path")
			if d, ok := strings.CutPrefix(full, "sha256__"); ok && layer == "" {
				layer = rows.Digest(strings.TrimSuffix(strings.TrimSuffix(d, ".tar.gz"), ".tar"))
			}
			if i == len(list)-1 && strings.Contains(full, "/") {
				paths = append(paths, full)
			}
		}
	})
	return paths, layer
}

// simple delivers a row of simple JSON.
func (x *report) simple(w *jsonread.Row, where string) error {
	f, v := finding(w, w)
	f.PackageName = w.Text("impactedPackageName", "impactedDependencyName")
	f.InstalledVersion = w.Text("impactedPackageVersion", "impactedDependencyVersion")
	f.PackageType = packageType(strings.ToLower(w.Text("impactedPackageType", "impactedDependencyType")))
	if strings.Count(f.PackageName, ":") > 1 && (f.PackageType == "deb" || f.PackageType == "apk" || f.PackageType == "rpm") {
		// A package of a distribution is named "debian:bookworm:tar", with its
		// epoch behind the name.
		place(f, parseComponent(f.PackageType+"://"+f.PackageName+":"+f.InstalledVersion))
	}
	return x.r.Finding(x.begin(), where, f, v, w)
}

// violation delivers a row of the REST API: one finding for each component,
// in the first artifact that it names.
func (x *report) violation(w *jsonread.Row, where string) error {
	cves := w
	if list := first(w, "properties"); list != nil {
		cves = list
	}
	f, v := finding(w, w)
	if f.VulnerabilityID == "" || !rows.IsCVE(f.VulnerabilityID) {
		if id := cves.Text("cve"); cves != w && id != "" {
			rows.Identify(f, id, f.VulnerabilityID)
			score(v, cves)
			f.CVSS = rows.Best(v)
			f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
		}
	}
	artifacts := w.Texts("impacted_artifacts")
	ref := x.begin
	if len(artifacts) > 0 {
		o := x.images.Open(scanner, artifact(artifacts[0]))
		o.Seen(w.Time("updated", "artifact_scan_time"))
		ref = func() format.Ref { return o.Ref }
		w.Keep("impacted_artifacts")
	}
	components := w.Texts("infected_components")
	if len(components) == 0 {
		components = []string{w.Text("vulnerable_component")}
	}
	for _, id := range components {
		one, text := *f, *v
		place(&one, parseComponent(id))
		if err := x.r.Finding(ref(), where, &one, &text, w); err != nil {
			return err
		}
	}
	return nil
}

// first returns the first object of a list, nil for none.
func first(w *jsonread.Row, name string) *jsonread.Row {
	var out *jsonread.Row
	w.Each(name, func(p *jsonread.Row) {
		if out == nil {
			out = p
		}
	})
	w.Keep(name)
	return out
}

// artifact is an image by its place in Artifactory: "default/docker-local/web/1.4/".
func artifact(path string) schema.Image {
	if strings.Contains(path, "://") {
		return scanned(path)
	}
	path = strings.TrimSuffix(strings.TrimSuffix(strings.Trim(path, "/"), "/manifest.json"), "/list.manifest.json")
	parts := strings.Split(path, "/")
	if parts[0] == "default" {
		parts = parts[1:]
	}
	if len(parts) < 3 {
		return schema.Image{Kind: schema.KindOther, Name: path}
	}
	last := len(parts) - 1
	return pinned(strings.Join(parts[1:last], "/") + ":" + parts[last])
}

// reportRow delivers a row of a vulnerabilities or violations report.
func (x *report) reportRow(w *jsonread.Row, where string) error {
	if kind := w.Text("type"); kind != "" && !isSecurity(kind) {
		return x.r.To.Skip(where, "the row is about a "+kind+", not about a vulnerability")
	}
	f, v := finding(w, w)
	c := parseComponent(w.Text("vulnerable_component"))
	if c.typ == "" {
		c.typ = packageType(strings.ToLower(w.Text("package_type")))
	}
	if c.version == "" {
		c.version = w.Text("vulnerable_component_version", "component_version")
	}
	place(f, c)
	image := scanned(w.Text("impacted_artifact"))
	if image.Name == "" {
		image = artifact(w.Text("path"))
	}
	o := x.images.Open(scanner, image)
	o.Seen(w.Time("artifact_scan_time", "updated"))
	return x.r.Finding(o.Ref, where, f, v, w)
}

// exportRow delivers a row of the user interface's export of one component.
func (x *report) exportRow(w *jsonread.Row, where string) error {
	if kind := w.Text("issue_type"); kind != "" && !isSecurity(kind) {
		return x.r.To.Skip(where, "the row is about a "+kind+", not about a vulnerability")
	}
	versions := w.Row("component_versions")
	more := versions.Row("more_details")
	f, v := finding(w, more)
	v.Description = rows.First(v.Description, more.Text("description"))
	f.FixedVersion = rows.First(f.FixedVersion, fixed(versions.Texts("fixed_versions")))
	place(f, parseComponent(rows.First(w.Text("source_comp_id"), w.Text("source_id"))))
	if f.PackageName == "" {
		f.PackageName = w.Text("component")
	}
	return x.r.Finding(x.begin(), where, f, v, w)
}

// artifact reads one artifact of a summary: what it is and its issues.
func (x *report) artifact() error {
	r := x.r
	ref := r.To.Begin()
	scan := schema.Scan{Scanner: scanner}
	err := r.Object(func(key []byte) error {
		switch string(key) {
		case "general":
			var w jsonread.Row
			if r.Kind() != '{' {
				return r.Skip()
			}
			if err := r.Row(&w); err != nil {
				return err
			}
			scan.Image = general(&w)
			return nil
		case "issues":
			return r.Rows("issues", func(w *jsonread.Row, where string) error {
				if kind := w.Text("issue_type"); kind != "" && !isSecurity(kind) {
					return r.To.Skip(where, "the row is about a "+kind+", not about a vulnerability")
				}
				return x.issue(w, where, ref)
			})
		}
		return r.Skip()
	})
	if err != nil {
		return err
	}
	return r.To.End(ref, &scan)
}

func general(w *jsonread.Row) schema.Image {
	name := w.Text("component_id", "name")
	if !strings.EqualFold(w.Text("pkg_type"), "docker") && !strings.EqualFold(w.Text("pkg_type"), "oci") {
		return schema.Image{Kind: schema.KindOther, Name: rows.First(name, w.Text("path"))}
	}
	i := scanned("docker://" + strings.TrimPrefix(name, "docker://"))
	i.Digest = rows.Digest(w.Text("sha256"))
	return i
}

// issue delivers an issue of an artifact: one finding for each component that
// it names, or one in the place that it was found in.
func (x *report) issue(w *jsonread.Row, where string, ref format.Ref) error {
	f, v := finding(w, w)
	paths := w.Texts("impact_path")
	var components []string
	w.Each("components", func(c *jsonread.Row) {
		if id := c.Text("component_id"); id != "" {
			components = append(components, id)
			f.FixedVersion = rows.First(f.FixedVersion, fixed(c.Texts("fixed_versions")))
		}
	})
	if len(components) == 0 && len(paths) > 0 {
		last := paths[0][strings.LastIndexByte(paths[0], '/')+1:]
		components = []string{strings.TrimSuffix(last, "/")}
	}
	if len(components) == 0 {
		components = []string{""}
	}
	f.Paths = paths
	for _, id := range components {
		one, text := *f, *v
		place(&one, parseComponent(id))
		if err := x.r.Finding(ref, where, &one, &text, w); err != nil {
			return err
		}
	}
	return nil
}
