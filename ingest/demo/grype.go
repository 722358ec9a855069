package demo

import (
	"time"
)

// obj is a JSON object; encoding/json writes its keys in order.
type obj = map[string]any

// grype writes the report of one image: matches come before the source, as in
// every report of Grype.
func grype(w *writer, img *image, week int, at time.Time) {
	r := img.repo
	ref := r.registry + "/" + r.name + ":" + img.tag
	w.raw(`{"matches":[`)
	n := 0
	for i := range img.hits {
		h := &img.hits[i]
		if !h.in(week) || i == 0 {
			continue
		}
		if n > 0 {
			w.raw(",")
		}
		n++
		w.value(grypeMatch(h, img, week, nil))
	}
	w.rows["grype"] += int64(n)
	w.raw(`],"ignoredMatches":[`)
	if len(img.hits) > 0 && img.hits[0].in(week) {
		w.value(grypeMatch(&img.hits[0], img, week, []obj{{"vulnerability": img.hits[0].id, "namespace": "vex",
			"vex-status": "not_affected", "vex-justification": "vulnerable_code_not_in_execute_path"}}))
	}
	w.raw(`],"source":`)
	w.value(obj{"type": "image", "target": obj{
		"userInput": ref, "imageID": img.config, "manifestDigest": img.digest, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
		"tags": []string{ref}, "imageSize": 90_000_000, "layers": grypeLayers(img),
		"repoDigests": []string{r.registry + "/" + r.name + "@" + img.digest}, "architecture": "amd64", "os": "linux", "labels": obj{"com.example.team": r.team}}})
	w.raw(`,"distro":`)
	w.value(obj{"name": r.base.family, "version": r.base.version, "idLike": []string{}})
	w.raw(`,"descriptor":`)
	w.value(obj{"name": "grype", "version": "0.104.0", "timestamp": at.Add(20 * time.Minute),
		"db": obj{"status": obj{"schemaVersion": "v6.1.2", "built": at.Add(-5 * time.Hour), "valid": true}}})
	w.raw("}\n")
}

func grypeLayers(img *image) []obj {
	var out []obj
	for _, id := range diffIDs(img) {
		out = append(out, obj{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": id, "size": 45_000_000})
	}
	return out
}

func grypeMatch(h *hit, img *image, week int, rules []obj) obj {
	d := &img.repo.base
	severity := h.rated(week)
	if h.cvss >= 7 && h.cvss < 7.6 {
		severity = "Medium" // this scanner's database is milder here
	}
	vuln := obj{"id": h.id, "dataSource": h.link(), "namespace": "nvd:cpe", "severity": severity, "urls": []string{h.link()}, "description": describe(h.entry),
		"cvss": []obj{{"source": "nvd@nist.gov", "type": "Primary", "version": "3.1", "vector": h.vector(), "metrics": obj{"baseScore": h.cvss}, "vendorMetadata": obj{}}},
		"fix":  obj{"versions": []string{}, "state": "not-fixed"}, "advisories": []obj{}, "risk": h.cvss}
	if h.fixed != "" {
		vuln["fix"] = obj{"versions": []string{h.fixed}, "state": "fixed"}
	}
	if h.kev {
		vuln["knownExploited"] = []obj{{"cve": h.id, "dateAdded": h.published.AddDate(0, 0, 5).Format("2006-01-02"), "knownRansomwareCampaignUse": "Unknown"}}
	}
	kind := map[string]string{"golang": "go-module", "pypi": "python", "maven": "java-archive", "nuget": "dotnet"}[h.ecosystem]
	if kind == "" {
		kind = h.ecosystem
	}
	m := obj{"vulnerability": vuln, "relatedVulnerabilities": []obj{},
		"matchDetails": []obj{{"type": "exact-direct-match", "matcher": kind + "-matcher", "searchedBy": obj{"package": obj{"name": h.pkg, "version": h.version()}}, "found": obj{"vulnerabilityID": h.id}}},
		"artifact": obj{"id": "0", "name": h.pkg, "version": h.version(), "type": kind, "language": "", "licenses": []string{}, "cpes": []string{},
			"purl": h.purl(d), "upstreams": []obj{}, "locations": []obj{{"path": "/app/" + h.ecosystem + "/" + h.pkg, "layerID": layerOf(h, img)}}}}
	if rules != nil {
		m["appliedIgnoreRules"] = rules
	}
	return m
}
