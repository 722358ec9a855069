package schema

import "strings"

// CanonicalID chooses the id under which a vulnerability is known: its own if
// that is a CVE, else the only CVE among its aliases, else its own. An
// advisory that covers several CVEs is none of them. Scanners write ids in
// different cases: those of CVE are kept in upper case, and those of GHSA with
// lower case letters.
func CanonicalID(id string, aliases []string) string {
	id = strings.TrimSpace(id)
	if isCVE(id) {
		return strings.ToUpper(id)
	}
	if len(id) > 5 && strings.EqualFold(id[:5], "GHSA-") {
		id = "GHSA-" + strings.ToLower(id[5:])
	}
	found := ""
	for _, a := range aliases {
		if a = strings.TrimSpace(a); isCVE(a) {
			a = strings.ToUpper(a)
			if found != "" && found != a {
				return id
			}
			found = a
		}
	}
	if found != "" {
		return found
	}
	return id
}

func isCVE(s string) bool { return len(s) > 8 && strings.EqualFold(s[:4], "CVE-") }

// ImageKey names a scanned thing for good: the manifest digest where there is
// one, else registry/repository:tag, else the config digest, else its kind and
// name.
func ImageKey(i *Image) string {
	switch {
	case i.Digest != "":
		return i.Digest
	case i.Kind != "" && i.Kind != KindImage:
		return string(i.Kind) + ":" + i.Name
	case i.Repository != "" && i.Tag != "":
		return i.Registry + "/" + i.Repository + ":" + i.Tag
	case i.ConfigDigest != "":
		return i.ConfigDigest
	case i.Repository != "":
		return i.Registry + "/" + i.Repository
	}
	return string(KindImage) + ":" + i.Name
}
