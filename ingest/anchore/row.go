package anchore

import (
	"strings"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

// finding reads a row in any of its forms: snake_case of the API, camelCase of
// anchorectl, and the rows of a security evaluation.
func finding(w *jsonread.Row) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{SeverityRaw: w.Text("severity"), SeveritySource: scanner, PURL: known(w.Text("purl"))}
	v := &schema.Vulnerability{Description: w.Text("description"), Title: w.Text("title"), KEV: w.Bool("kev", "isKev")}
	rows.Identify(f, w.Text("vuln", "vulnerabilityId", "vulnerability_id"))
	if list := strings.FieldsFunc(w.Text("cves"), func(c rune) bool { return c == ',' || c == ' ' }); len(list) == 1 && list[0] != f.VulnerabilityID {
		f.Aliases = list
	} else if len(list) > 1 {
		w.Keep("cves")
	}
	place(f, w)
	fixes(f, w)
	if link := w.Text("url", "link"); link != "" {
		v.References = []string{link}
	}
	w.Each("nvd_data", func(d *jsonread.Row) { scores(v, "nvd", d) })
	w.Each("vendor_data", func(d *jsonread.Row) { scores(v, "vendor", d) })
	w.Keep("vendor_data")
	rows.Score(v, "nvd", "3.0", w.Number("nvdCvssBaseScore", "cvssBaseScore"), "")
	v.EPSS, v.EPSSPercentile = w.Row("epss").Float("score"), w.Row("epss").Float("percentile")
	w.Keep("nvdCvssBaseScore")
	v.Published = w.Time("published", "publishedDate", "created_at")
	f.PublishedAt = v.Published
	f.CVSS = rows.Best(v)
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	if w.Bool("willNotFix") || strings.EqualFold(f.SeverityRaw, "wont_fix") {
		f.FixStatus = schema.FixWont
	}
	return f, v
}

// known drops the words that Anchore writes for nothing.
func known(s string) string {
	switch s {
	case "None", "N/A", "none", "null", "unknown":
		return ""
	}
	return s
}

// place names the package. Older rows have name and version in one text,
// "apt-1.4.9", and newer ones besides.
func place(f *schema.Finding, w *jsonread.Row) {
	f.PackageName, f.InstalledVersion = known(w.Text("package_name")), known(w.Text("package_version"))
	f.PackageType = packageType(f.PURL, known(w.Text("package_type")))
	whole := known(w.Text("package"))
	if f.PackageName == "" && f.PURL != "" {
		if p, ok := purl.Parse(f.PURL); ok {
			f.PackageName, f.InstalledVersion = p.FullName(), rows.First(f.InstalledVersion, p.Version)
		}
	}
	if f.PackageName == "" {
		f.PackageName = whole
		if name, version, ok := split(whole, f.PackageType); ok && f.InstalledVersion == "" {
			f.PackageName, f.InstalledVersion = name, version
		}
	}
	if path := known(w.Text("package_path", "path")); path != "" && path != "pkgdb" {
		f.Paths = []string{path}
	}
}

// split parts "tar-2:1.30-9.el8" into name and version. Versions of rpm packages
// hold one dash; those of applications begin behind the last dash that a digit
// follows, all others behind the first.
func split(s, typ string) (string, string, bool) {
	at := -1
	for i := 1; i+1 < len(s); i++ {
		if s[i] != '-' || s[i+1] < '0' || s[i+1] > '9' {
			continue
		}
		if at = i; typ == "deb" || typ == "apk" || typ == "" {
			break
		}
	}
	if typ == "rpm" {
		if release := strings.LastIndexByte(s, '-'); release > 0 {
			at = strings.LastIndexByte(s[:release], '-')
		}
	}
	if at < 1 {
		return "", "", false
	}
	return s[:at], s[at+1:], true
}

// packageType is the type of package by Anchore's word for it.
func packageType(url, word string) string {
	switch strings.ToLower(word) {
	case "apkg":
		word = "apk"
	case "kb":
		word = "windows-update"
	}
	return purl.Type(url, word)
}

func fixes(f *schema.Finding, w *jsonread.Row) {
	list := w.Texts("fix_versions")
	if len(list) == 0 {
		for _, s := range strings.Split(known(w.Text("fix", "fixAvailable")), ",") {
			if s = strings.TrimSpace(s); s != "" && !strings.EqualFold(s, "true") && !strings.EqualFold(s, "false") {
				list = append(list, s)
			}
		}
	}
	f.FixedVersion = strings.Join(list, ", ")
	switch strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(w.Text("fix_state"))) {
	case "wont_fix", "will_not_fix":
		f.FixStatus = schema.FixWont
	case "not_fixed", "no_fix":
		f.FixStatus = schema.FixNone
	case "fixed":
		f.FixStatus = schema.FixAvailable
	}
	if f.FixStatus == "" && f.FixedVersion == "" && strings.EqualFold(w.Text("fix"), "None") {
		f.FixStatus = schema.FixNone
	}
}

// scores reads an entry of nvd_data or vendor_data; -1 stands for no score.
func scores(v *schema.Vulnerability, source string, d *jsonread.Row) {
	for _, s := range [...]struct{ name, version string }{{"cvss_v3", "3.0"}, {"cvss_v2", "2.0"}, {"cvss_v4", "4.0"}} {
		c := d.Row(s.name)
		rows.Score(v, source, s.version, c.Number("base_score"), c.Text("vector_string", "vector"))
	}
	if d.Bool("isKev", "kev") {
		v.KEV = true
	}
}
