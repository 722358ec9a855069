package twistlock

import (
	"strings"
	"time"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

// finding reads what JSON and tables have in common, under all their names.
func finding(w rows.Fields, id string) (*schema.Finding, *schema.Vulnerability) {
	f, v := &schema.Finding{}, &schema.Vulnerability{}
	f.VulnerabilityID = id
	f.InstalledVersion = w.Text("packageVersion", "Package Version")
	f.SeverityRaw, f.SeveritySource = w.Text("severity"), scanner
	f.PackageName = packageName(w)
	v.Description = w.Text("description", "text")
	v.References = link(w.Text("link", "Vulnerability Link"))
	v.Published = date(w, "publishedDate", "published")
	f.PublishedAt = v.Published
	f.CVSS = rows.Score(v, scanner, "", w.Number("cvss"), w.Text("vector", "vecStr"))
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	status(f, w.Text("status", "Fix Status"))
	if f.FixedVersion == "" {
		w.Keep("status", "Fix Status")
	}
	return f, v
}

// vulnerability reads what only JSON has.
func vulnerability(w *jsonread.Row, v *schema.Vulnerability) {
	v.Title = w.Text("title")
	for _, c := range w.Texts("cwe", "cwes") {
		if c = rows.CWE(c); c != "" {
			v.CWEs = append(v.CWEs, c)
		}
	}
	v.Modified = date(w, "modifiedDate", "modified")
}

// date reads a time that is written as text or as seconds since 1970.
func date(w rows.Fields, names ...string) time.Time {
	if t := w.Time(names...); !t.IsZero() {
		return t
	}
	if n := w.Number(names...); n > 0 && n < 1<<35 {
		return time.Unix(int64(n), 0).UTC()
	}
	return time.Time{}
}

func link(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// packageName takes the package that a row is about. Tables list the binary
// packages of one source package in one field, and older versions of twistcli
// wrote "glibc (used in libc6, libc-bin)": the source package names both, and
// the list stays in the details.
func packageName(w rows.Fields) string {
	if source, used, ok := strings.Cut(w.Text("packageName"), " (used in "); ok && used != "" {
		w.Keep("packageName")
		return source
	}
	list := w.Text("Packages")
	if list == "" {
		return w.Text("packageName", "Source Package")
	}
	first, _, several := strings.Cut(list, ";")
	source := w.Text("Source Package")
	if !several {
		w.Keep("Source Package")
		return list
	}
	w.Keep("Packages")
	return rows.First(source, first)
}

// status reads the state of the fix: "fixed in 1.2, 1.3", or what the
// distribution says.
func status(f *schema.Finding, s string) {
	word := strings.ToLower(strings.TrimSpace(s))
	if strings.HasPrefix(word, "fixed in ") {
		f.FixedVersion, f.FixStatus = strings.TrimSpace(s[strings.Index(strings.ToLower(s), "fixed in ")+len("fixed in "):]), schema.FixAvailable
		return
	}
	switch word {
	case "fixed":
		f.FixStatus = schema.FixAvailable
	case "will not fix", "wontfix", "won't fix", "wont fix", "end of life", "out of support scope", "ignored":
		f.FixStatus = schema.FixWont
	case "fix deferred", "deferred", "postponed", "pending":
		f.FixStatus = schema.FixScheduled
	case "open", "affected", "needed", "vulnerable", "no fix":
		f.FixStatus = schema.FixNone
	case "not affected", "dne", "not-affected":
		f.Status, f.StatusCause, f.StatusReason = schema.NotApplicable, "Exempt", "the vendor says: "+s
	}
}

// packageType is the type of a package by Prisma's word for it; that of the
// distribution's packages follows from the distribution.
func packageType(word, distribution string) string {
	switch strings.ToLower(word) {
	case "os", "package", "linux", "image":
		return rows.OSType(distribution)
	case "", "application", "product", "binary", "windows":
		return strings.ToLower(word)
	}
	return purl.Type("", word)
}

// javaName writes group_artifact, as Prisma does, as group:artifact.
func javaName(typ, name string) string {
	group, artifact, ok := strings.Cut(name, "_")
	if typ != "maven" || !ok || !strings.Contains(group, ".") || strings.Contains(name, ":") {
		return name
	}
	return group + ":" + artifact
}
