package aqua

import (
	"path"
	"strings"
	"time"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/ingest/rows"
	"argosy/schema"
)

// imageName puts the registry before the image's name where it is a host: it
// can be any word that the administrator chose.
func imageName(registry, image string) string {
	registry = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(registry, "https://"), "http://"), "/")
	if image == "" || !strings.ContainsAny(registry, ".:") || strings.ContainsAny(registry, " /") {
		return image
	}
	return rows.Name(registry, image, "")
}

// started reads the time of a scan: {seconds, nanos}, seconds, or text.
func started(r *rows.Reader) (time.Time, error) {
	if r.Kind() == '{' {
		var w jsonread.Row
		if err := r.Row(&w); err != nil {
			return time.Time{}, err
		}
		return unix(w.Number("seconds")), nil
	}
	if r.Kind() == '0' {
		n, err := r.Score()
		return unix(n), err
	}
	s, err := r.Word()
	return jsonread.ParseTime(s), err
}

func unix(n float64) time.Time {
	if n <= 0 || n >= 1<<35 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}

// resources reads the packages and files of an image with what is wrong with
// each.
func (x *result) resources() error {
	return x.r.Rows("resources", func(w *jsonread.Row, where string) error {
		res := w.Row("resource")
		return x.r.Nested(w, "vulnerabilities", where, func(vw *jsonread.Row, at string) error {
			f, v := finding(vw)
			place(f, res)
			return x.r.Finding(x.begin(), at, f, v, vw)
		})
	})
}

// page2 reads a page of the API's version 2, each row of which names its image.
func (x *result) page2() error {
	x.images = rows.NewImages(x.r.To)
	return x.r.Rows("result", func(w *jsonread.Row, where string) error {
		x.listed++
		o := x.images.Open(scanner, schema.Image{
			Name:   imageName(w.Text("registry"), w.Text("image_name")),
			Digest: rows.Digest(w.Text("image_digest")), Distribution: w.Text("os"), DistributionVersion: w.Text("os_version"),
			Created: w.Time("image_build_date"),
		})
		o.Seen(w.Time("last_found_date"))
		f, v := finding(w)
		place(f, w.Row("resource"))
		w.Drop("image_repository_name", "image_uid", "permission")
		return x.r.Finding(o.Ref, where, f, v, w)
	})
}

// place names the package or file that a finding is in.
func place(f *schema.Finding, res *jsonread.Row) {
	f.PackageName, f.InstalledVersion = res.Text("name"), res.Text("version")
	f.PackageType = purl.Type(res.Text("purl"), res.Text("format"))
	f.PURL = res.Text("purl")
	f.Layer = rows.Digest(res.Text("layer_digest"))
	if p := res.Text("path"); p != "" {
		f.Paths = []string{p}
		if f.PackageName == "" {
			f.PackageName = path.Base(p)
		}
		if f.PackageType == "" {
			f.PackageType = rows.PathType(p)
		}
	}
}

// packageOfFile is the package of a row of the API's version 1, which names a
// file alone: the file's name.
func packageOfFile(w *jsonread.Row, _ string) (string, []string) {
	file := w.Text("file")
	if file == "" {
		return "", nil
	}
	return path.Base(file), []string{file}
}

// finding reads a vulnerability, under the names of all versions.
func finding(w *jsonread.Row) (*schema.Finding, *schema.Vulnerability) {
	f := &schema.Finding{VulnerabilityID: w.Text("name"), FixedVersion: w.Text("fix_version")}
	v := &schema.Vulnerability{Description: w.Text("description"), Published: w.Time("publish_date", "publishdate"), Modified: w.Time("modification_date"),
		EPSS: w.Float("epss_score"), EPSSPercentile: w.Float("epss_percentile"), EPSSDate: w.Time("epss_date")}
	f.PublishedAt = v.Published
	severity(f, w)
	rows.Score(v, "nvd", "3.0", w.Number("nvd_score_v3", "nvd_cvss3_score"), w.Text("nvd_vectors_v3", "nvd_cvss3_vectors"))
	rows.Score(v, "vendor", "3.0", w.Number("vendor_score_v3", "vendor_cvss3_score"), w.Text("vendor_vectors_v3", "vendor_cvss3_vectors"))
	rows.Score(v, "nvd", "2.0", w.Number("nvd_score", "nvd_cvss2_score"), w.Text("nvd_vectors", "nvd_cvss2_vectors"))
	if score := w.Number("score"); score > 0 {
		version, known := strings.CutPrefix(strings.ToLower(w.Text("score_version")), "cvss v")
		if known {
			version += ".0"
		}
		rows.Score(v, scanner, version, score, "")
	}
	f.CVSS = rows.Best(v)
	if f.CVSS == 0 {
		f.CVSS = rows.Score(v, scanner, "", w.Number("aqua_score"), w.Text("aqua_vectors"))
	}
	f.Severity = schema.SeverityOf(f.SeverityRaw, f.CVSS)
	for _, name := range []string{"nvd_url", "vendor_url", "url"} {
		if link := w.Text(name); link != "" {
			v.References = append(v.References, link)
		}
	}
	w.Each("cwe_info", func(c *jsonread.Row) {
		if id := rows.CWE(c.Text("id")); id != "" {
			v.CWEs = append(v.CWEs, id)
		}
	})
	if acknowledged(w) {
		f.Status, f.StatusCause = schema.NotApplicable, "Exempt"
		f.StatusReason = rows.First(w.Text("ack_comment"), "acknowledged in Aqua")
	}
	return f, v
}

// severity takes Aqua's own severity, else the vendor's, else NVD's.
func severity(f *schema.Finding, w *jsonread.Row) {
	for _, s := range [...]struct{ source, name string }{
		{scanner, "aqua_severity"}, {"vendor", "vendor_severity"}, {"vendor", "vendor_severity_v3"}, {"nvd", "nvd_severity_v3"}, {"nvd", "nvd_cvss3_severity"},
		{"nvd", "nvd_severity"}, {scanner, "severity"},
	} {
		if word := w.Text(s.name); f.SeverityRaw == "" && word != "" {
			f.SeverityRaw, f.SeveritySource = word, s.source
		} else {
			w.Keep(s.name)
		}
	}
	if f.SeveritySource == "" {
		f.SeveritySource = scanner
	}
}

// acknowledged tells rows that somebody has accepted. The API gives the start
// of 1970 as the date where nobody has.
func acknowledged(w *jsonread.Row) bool {
	at := w.Time("acknowledged_date")
	yes := w.Bool("acknowledged", "is_acknowledged") || at.Year() > 1970
	w.Keep("acknowledged_date", "ack_author")
	return yes
}
