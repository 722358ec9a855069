// Package cvss computes base scores from CVSS vectors of versions 2.0, 3.0,
// 3.1 and 4.0 (first.org), for reports that state a vector and no score.
package cvss

import (
	"strings"

	cvss20 "github.com/pandatix/go-cvss/20"
	cvss30 "github.com/pandatix/go-cvss/30"
	cvss31 "github.com/pandatix/go-cvss/31"
	cvss40 "github.com/pandatix/go-cvss/40"
)

// Version returns the version that a vector is written in: 2.0, 3.0, 3.1 or
// 4.0, and "" for text that is no vector. A vector of version 2 has no prefix.
func Version(vector string) string {
	vector = strings.TrimSpace(vector)
	if rest, ok := strings.CutPrefix(vector, "CVSS:"); ok {
		version, _, _ := strings.Cut(rest, "/")
		return version
	}
	if strings.HasPrefix(strings.TrimPrefix(vector, "("), "AV:") && strings.Contains(vector, "Au:") {
		return "2.0"
	}
	return ""
}

// Score returns the base score of a vector, without regard to threat, temporal
// and environmental metrics in it. It reports false for a vector that its
// specification does not allow.
func Score(vector string) (float64, bool) {
	vector = strings.TrimSpace(vector)
	switch Version(vector) {
	case "2.0":
		vector = strings.TrimPrefix(strings.Trim(vector, "()"), "CVSS:2.0/")
		if v, err := cvss20.ParseVector(vector); err == nil {
			return v.BaseScore(), true
		}
	case "3.0":
		if v, err := cvss30.ParseVector(vector); err == nil {
			return v.BaseScore(), true
		}
	case "3.1":
		if v, err := cvss31.ParseVector(vector); err == nil {
			return v.BaseScore(), true
		}
	case "4.0":
		if v, err := cvss40.ParseVector(base4(vector)); err == nil {
			return v.Score(), true
		}
	}
	return 0, false
}

// base4 takes everything behind the base metrics off a vector of version 4.0,
// whose one formula knows no base score apart. The base metrics come first and
// end with SA.
func base4(vector string) string {
	i := strings.Index(vector, "/SA:")
	if i < 0 {
		return vector
	}
	if end := strings.IndexByte(vector[i+1:], '/'); end >= 0 {
		return vector[:i+1+end]
	}
	return vector
}
