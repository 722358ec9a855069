// Package wiz reads what Wiz writes: the JSON of wizcli for images and
// directories, vulnerability findings as the API gives them, and their CSV
// export.
//
// See the Wiz documentation, "Wiz CLI, scan results" and the GraphQL query
// vulnerabilityFindings.
package wiz

import (
	"context"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/rows"
	"argosy/schema"
)

const scanner = "wiz"

// Format reads Wiz's scans and findings.
var Format = format.Format{Name: "wiz", Title: "Wiz JSON and CSV", Detect: detect, Decode: decode,
	LastColumns: []string{"IpAddresses", "OperatingSystem", "Container Service", "Kubernetes Namespace"}}

// findingPaths are where the API's findings stand.
func findingPaths() []string {
	return []string{"data.vulnerabilityFindings.nodes[].", "vulnerabilityFindings.nodes[].", "nodes[].", "[].", "data[]."}
}

func detect(o *format.Outline) format.Match {
	switch o.Syntax {
	case format.CSV:
		return detectTable(o)
	case format.JSON:
	default:
		return format.Match{}
	}
	n := o.Count("result.osPackages", "result.libraries", "result.applications", "result.cpes", "result.secrets", "result.analytics", "result.vulnerableSBOMArtifactsByNameVersion",
		"scanOriginResource", "status.verdict", "reportUrl", "policies", "createdBy", "result.failedPolicyMatches")
	if strings.HasPrefix(o.Value("result.__typename"), "CICD") {
		n += 2
	}
	if o.HasAny("result.ruleMatches", "result.scanStatistics") && !o.HasAny("result.osPackages", "result.libraries", "result.vulnerableSBOMArtifactsByNameVersion") && n >= 2 {
		return format.Match{Verdict: format.NotApplicable, Score: n, Reason: "this is a scan of configuration files by wizcli, about rules and not about vulnerabilities"}
	}
	if n >= 4 && o.HasAny("result.osPackages", "result.libraries", "result.analytics", "result.vulnerableSBOMArtifactsByNameVersion", "result.applications") {
		return format.Match{Verdict: format.Yes, Version: "wizcli", Score: n}
	}
	if o.HasAll("class_uid", "finding.title") && strings.HasPrefix(o.Value("metadata.product.name"), "Wiz") {
		return format.Match{Verdict: format.NotApplicable, Score: 3, Reason: "these are Wiz's issues in the form of OCSF, about controls and resources; export the vulnerability findings"}
	}
	best := 0
	for _, at := range findingPaths() {
		m := o.Count(at+"vulnerableAsset", at+"detailedName", at+"CVSSSeverity", at+"vendorSeverity", at+"firstDetectedAt", at+"detectionMethod", at+"portalUrl", at+"hasCisaKevExploit")
		if m >= 4 {
			return format.Match{Verdict: format.Yes, Version: "findings", Score: m}
		}
		best = max(best, m)
	}
	if o.Has("data.vulnerabilityFindings.nodes") {
		return format.Match{Verdict: format.Yes, Version: "findings", Score: 3}
	}
	return format.Match{Score: max(best, n) - 1, Reason: "a scan of wizcli has result.osPackages and result.libraries, findings have vulnerableAsset and detailedName"}
}

func detectTable(o *format.Outline) format.Match {
	n := o.CountColumns("WizURL", "CVSSSeverity", "FindingStatus", "VendorSeverity", "DetailedName", "FixedVersion", "AssetName", "AssetID", "HasCisaKevExploit", "ProviderUniqueId")
	if n >= 5 {
		return format.Match{Verdict: format.Yes, Version: "csv", Score: n}
	}
	if m := o.CountColumns("Wiz URL", "Control ID", "Issue ID", "Resource vertex ID", "Resource original JSON", "Remediation Recommendation"); m >= 4 {
		return format.Match{Verdict: format.NotApplicable, Score: m, Reason: "this is Wiz's export of issues, about controls and resources; export the vulnerability findings"}
	}
	return format.Match{Score: max(0, n-2), Reason: "Wiz's table of vulnerability findings has the columns WizURL, CVSSSeverity, DetailedName and AssetName"}
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	table, err := rows.IsTable(in)
	if err != nil {
		return err
	}
	images := rows.NewImages(to)
	if table {
		err = rows.Table(ctx, in, to, scanner, func(d *rows.Delivery, _ *csvread.Reader, w *csvread.Row) error {
			return deliver(d, images, w, w.Where(), tableAsset(w))
		})
	} else {
		err = rows.Read(ctx, in, to, scanner, func(r *rows.Reader) error { return document(r, images) })
	}
	if err != nil {
		return err
	}
	return images.Close()
}

// document reads a scan of wizcli, or findings however they are wrapped.
func document(r *rows.Reader, images *rows.Images) error {
	if r.Kind() == '[' {
		// Findings by themselves, or scans in a list.
		return r.Rows("", func(w *jsonread.Row, where string) error {
			if w.Has("result") && !w.Has("vulnerableAsset") {
				return document(r.Sub(append([]byte(nil), w.JSON()...)), images)
			}
			return node(&r.Delivery, images, w, where)
		})
	}
	x := &scan{r: r}
	err := r.Object(func(key []byte) error { return x.member(string(key), images) })
	if err != nil || !x.is {
		return err
	}
	return x.finish()
}

func node(d *rows.Delivery, images *rows.Images, w *jsonread.Row, where string) error {
	return deliver(d, images, w, where, nodeAsset(w.Row("vulnerableAsset")))
}

// deliver delivers a finding of the API or of the table.
func deliver(d *rows.Delivery, images *rows.Images, w rows.Fields, where string, asset schema.Image) error {
	o := images.Open(scanner, asset)
	o.Seen(w.Time("LastDetected", "lastDetectedAt"))
	f, v := finding(w)
	f.PackageName, f.InstalledVersion = w.Text("DetailedName", "packageName"), w.Text("Version")
	f.PackageType = typeOf(w.Text("LocationPath"), w.Text("DetectionMethod"), o.Scan.Image.Distribution)
	w.Keep("DetectionMethod", "LocationPath")
	if path := w.Text("LocationPath"); path != "" {
		f.Paths = []string{path}
	}
	state := w.Text("FindingStatus")
	if state == "" {
		state = w.Text("status")
	}
	switch strings.ToUpper(state) {
	case "RESOLVED":
		f.Status = schema.Healthy
	case "IGNORED", "REJECTED":
		f.Status, f.StatusCause = schema.NotApplicable, "Exempt"
		f.StatusReason = rows.First(w.Text("ResolutionReason"), strings.ToLower(state)+" in Wiz")
	}
	return d.Finding(o.Ref, where, f, v, w)
}

// finding reads a vulnerability under all its names.
func finding(w rows.Fields) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{VulnerabilityID: w.Text("name"), FixedVersion: w.Text("fixedVersion"), SeveritySource: scanner,
		SeverityRaw: w.Text("severity", "vendorSeverity")}
	if cvss := w.Text("CVSSSeverity"); f.SeverityRaw == "" {
		f.SeverityRaw = cvss
	} else {
		w.Keep("CVSSSeverity")
	}
	v := &schema.Vulnerability{Description: w.Text("CVEDescription", "description"), Published: w.Time("publishDate", "publishedDate", "publishedAt"),
		KEV: w.Bool("hasCisaKevExploit"), EPSS: w.Float("epssProbability"), EPSSPercentile: w.Float("epssPercentile")}
	if v.EPSSPercentile != nil && *v.EPSSPercentile > 1 {
		*v.EPSSPercentile /= 100
	}
	if v.EPSS != nil && *v.EPSS > 1 {
		*v.EPSS /= 100
	}
	f.PublishedAt = v.Published
	for _, link := range []string{w.Text("link"), w.Text("source")} {
		if strings.HasPrefix(link, "http") {
			v.References = append(v.References, link)
		}
	}
	f.CVSS = rows.Score(v, scanner, "", w.Number("score", "CVSSScore"), "")
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	return f, v
}

// typeOf is the type of a package by where and how it was found.
func typeOf(path, method, distribution string) string {
	if strings.EqualFold(method, "package") || strings.EqualFold(method, "os package") {
		return rows.OSType(distribution)
	}
	return rows.PathType(path)
}

// nodeAsset is what the API says that a finding is in.
func nodeAsset(a *jsonread.Row) schema.Image {
	i := schema.Image{Name: a.Text("name"), Digest: rows.Digest(a.Text("imageDigest")), ConfigDigest: rows.Digest(a.Text("imageId")),
		Distribution: a.Text("operatingSystem"), SubscriptionID: a.Text("subscriptionExternalId")}
	i.Kind = assetKind(a.Text("type", "__typename"), i.Name+" "+a.Text("providerUniqueId"), a.Has("ipAddresses"))
	if i.Kind == schema.KindImage {
		fromText(&i, i.Name, a.Text("providerUniqueId"))
	}
	a.Keep("operatingSystem", "providerUniqueId", "subscriptionExternalId")
	return i
}

func tableAsset(w *csvread.Row) schema.Image {
	i := schema.Image{Name: w.Text("AssetName"), Distribution: w.Text("OperatingSystem")}
	i.Kind = assetKind(w.Text("AssetType", "Asset Type", "VulnerableAssetType"), i.Name+" "+w.Text("ProviderUniqueId"), w.Text("IpAddresses") != "")
	if i.Kind == schema.KindImage {
		fromText(&i, i.Name, w.Text("ProviderUniqueId"))
	}
	w.Keep("OperatingSystem", "ProviderUniqueId", "IpAddresses")
	return i
}

// assetKind tells images from machines: by the type where the export has one,
// else by what the asset is called.
func assetKind(typ, names string, addressed bool) schema.ResourceKind {
	t, n := strings.ToUpper(typ), strings.ToLower(names)
	switch {
	case strings.Contains(t, "CONTAINER"):
		return schema.KindImage
	case strings.Contains(t, "REPOSITORY"):
		return schema.KindRepository
	case strings.Contains(t, "VIRTUAL") && strings.Contains(t, "MACHINE"):
		return schema.KindHost
	case t != "":
		return schema.KindOther
	case strings.Contains(n, "sha256:"):
		return schema.KindImage
	case addressed, strings.Contains(n, "/instances/"), strings.Contains(n, "virtualmachines"), strings.Contains(n, ":instance/"):
		return schema.KindHost
	}
	return schema.KindOther
}

// fromText finds name and digest of an image in the texts that describe it.
func fromText(i *schema.Image, texts ...string) {
	for _, s := range texts {
		if at := strings.Index(s, "sha256:"); at >= 0 && i.Digest == "" {
			i.Digest = rows.Digest(s[at:min(len(s), at+len("sha256:")+64)])
		}
		if name, _, ok := strings.Cut(s, "@sha256:"); ok && strings.Contains(name, "/") && !strings.ContainsAny(name, " ") {
			i.Name = strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "docker://")
		}
	}
}
