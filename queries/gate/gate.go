// Package gate holds images against a policy: one image for a pipeline, or all
// that are known for an admission controller. It reads; it decides by what the
// database knows, and an image that nobody scanned does not pass by silence.
package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"argosy/queries/policy"
	"argosy/schema"
)

// Querier runs statements; schema/store has the one that counts.
type Querier interface {
	Query(ctx context.Context, st schema.Statement) (schema.Rows, error)
}

// Request is what to hold against what.
type Request struct {
	// Name is what the whole is called, Policy the name of the scan policy, Gate
	// what breaks the gate.
	Name   string
	Policy string
	Gate   policy.Gate
	// Own is a scan policy that the database does not hold; nil for none.
	Own *schema.ScanPolicy
	// SeveritySource is whose word on severity counts, as in queries.Request; empty
	// is the scanner's.
	SeveritySource string
	Now            time.Time
	// Platform limits the images of an index, as os/architecture; empty is all.
	Platform string
}

// Violation is one rule that an image breaks, and by what.
type Violation struct {
	// Rule is the word of the policy: severity, known-exploited, epss, exempt,
	// unscanned, stale, unknown, unsupported.
	Rule   string `json:"rule"`
	Reason string `json:"reason"`

	Vulnerability    string     `json:"vulnerability,omitempty"`
	Title            string     `json:"title,omitempty"`
	Severity         string     `json:"severity,omitempty"`
	CVSS             *float64   `json:"cvss,omitempty"`
	Package          string     `json:"package,omitempty"`
	PackageType      string     `json:"package_type,omitempty"`
	InstalledVersion string     `json:"installed_version,omitempty"`
	FixedVersion     string     `json:"fixed_version,omitempty"`
	FirstSeen        *time.Time `json:"first_seen,omitempty"`
}

// Image is one image with what is known of it.
type Image struct {
	Registry     string      `json:"registry"`
	Repository   string      `json:"repository"`
	Digest       string      `json:"digest,omitempty"`
	OS           string      `json:"os,omitempty"`
	Architecture string      `json:"architecture,omitempty"`
	Verdict      string      `json:"coverage"`
	Reason       string      `json:"coverage_reason"`
	LastScanned  *time.Time  `json:"last_scanned,omitempty"`
	Scanners     string      `json:"scanners,omitempty"`
	Violations   []Violation `json:"violations"`

	key string
}

// Result is the answer to a check.
type Result struct {
	Image  string `json:"image"`
	Policy string `json:"policy"`
	Pass   bool   `json:"pass"`
	At     string `json:"at"`
	// SeveritySource is whose word on severity counted.
	SeveritySource string  `json:"severity_source"`
	Images         []Image `json:"images"`
}

// Reference is the image that is asked for; Tag or Digest is set.
type Reference struct{ Registry, Repository, Tag, Digest string }

// Check holds one image against the policy, with every platform of an index.
func Check(ctx context.Context, q Querier, ref Reference, asked string, r Request) (*Result, error) {
	res := &Result{Image: asked, Policy: r.Name, SeveritySource: r.SeveritySource, At: r.Now.UTC().Format(time.RFC3339)}
	images, err := resolve(ctx, q, ref, r)
	if err != nil {
		return nil, err
	}
	if len(images) == 0 {
		res.Images = []Image{{Registry: ref.Registry, Repository: ref.Repository, Digest: ref.Digest, Verdict: "never scanned",
			Reason: "the image is not known: no scan and no inventory names it", key: "?"}}
	} else if res.Images, err = judge(ctx, q, images, r); err != nil {
		return nil, err
	}
	for i := range res.Images {
		img := &res.Images[i]
		img.Violations = append(coverageViolations(img, r.Gate), img.Violations...)
	}
	res.Pass = true
	for i := range res.Images {
		if res.Images[i].Violations == nil {
			res.Images[i].Violations = []Violation{}
		}
		res.Pass = res.Pass && len(res.Images[i].Violations) == 0
	}
	return res, nil
}

// coverageViolations are those of how an image is scanned.
func coverageViolations(img *Image, g policy.Gate) []Violation {
	rule, verdict := "", policy.Pass
	switch img.Verdict {
	case "never scanned":
		rule, verdict = "unscanned", g.Unscanned
	case "stale":
		rule, verdict = "stale", g.Stale
	case "unknown":
		rule, verdict = "unknown", g.Unknown
	case "unsupported":
		rule, verdict = "unsupported", g.Unsupported
	}
	if verdict == policy.Pass {
		return nil
	}
	return []Violation{{Rule: rule, Reason: img.Verdict + ": " + img.Reason}}
}

// subject is an image that is asked for.
type subject struct {
	Key        string `json:"key"`
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
}

// resolve finds the images that a reference stands for: the platforms of an
// index, what a tag leads to in the inventory, else what scanners said of it.
func resolve(ctx context.Context, q Querier, ref Reference, r Request) ([]subject, error) {
	osName, arch, _ := strings.Cut(r.Platform, "/")
	var out []subject
	seen := map[string]bool{}
	err := each(ctx, q, r, resolveSQL, map[string]any{"registry": ref.Registry, "repository": ref.Repository, "tag": ref.Tag, "digest": ref.Digest,
		"os": osName, "architecture": arch}, func(v []any) {
		s := subject{text(v[0]), text(v[1]), text(v[2])}
		if !seen[s.Key] {
			seen[s.Key] = true
			out = append(out, s)
		}
	})
	return out, err
}

// judge reads the coverage and the violating findings of images.
func judge(ctx context.Context, q Querier, subjects []subject, r Request) ([]Image, error) {
	asked, err := json.Marshal(subjects)
	if err != nil {
		return nil, err
	}
	byKey := map[string]*Image{}
	images := make([]Image, 0, len(subjects))
	err = each(ctx, q, r, imagesSQL, map[string]any{"subjects": string(asked), "policy": r.Policy}, func(v []any) {
		images = append(images, Image{key: text(v[0]), Registry: text(v[1]), Repository: text(v[2]), Digest: text(v[3]), OS: text(v[4]), Architecture: text(v[5]),
			Verdict: text(v[6]), Reason: text(v[7]), LastScanned: moment(v[8]), Scanners: text(v[9])})
	})
	if err != nil {
		return nil, err
	}
	for i := range images {
		byKey[images[i].key] = &images[i]
	}
	args := gateArgs(r)
	args["subjects"] = string(asked)
	err = each(ctx, q, r, findingsSQL, args, func(v []any) {
		img := byKey[text(v[0])]
		if img == nil {
			return
		}
		n := Violation{Vulnerability: text(v[1]), Title: text(v[2]), Severity: text(v[3]), Package: text(v[5]), PackageType: text(v[6]), InstalledVersion: text(v[7]),
			FixedVersion: text(v[8]), FirstSeen: moment(v[9])}
		if score, ok := v[4].(float64); ok && score > 0 {
			n.CVSS = &score
		}
		n.Rule, n.Reason = text(v[10]), reason(text(v[10]), v, r)
		img.Violations = append(img.Violations, n)
	})
	return images, err
}

// reason says in words why a finding breaks a rule.
func reason(rule string, v []any, r Request) string {
	g := r.Gate
	switch rule {
	case "known-exploited":
		return "it is known to be exploited"
	case "epss":
		return fmt.Sprintf("its probability of exploitation is %.3f, the limit is %g", v[11], g.EPSS)
	case "exempt":
		return "it is set aside (" + text(v[12]) + "), which the policy does not allow"
	}
	s := "severity " + text(v[3]) + ", the limit is " + g.Severity
	if g.FixableOnly {
		s += "; a fix is known"
	}
	if at := moment(v[9]); at != nil && g.OlderThan > 0 {
		s += fmt.Sprintf("; first seen %s, longer than %s ago", at.Format("2006-01-02"), g.OlderThan)
	}
	return s
}

func gateArgs(r Request) map[string]any {
	severity, counts := r.Gate.Severity, true
	if severity == "none" {
		severity, counts = "Critical", false
	}
	return map[string]any{"severity": severity, "by_severity": counts, "fixable": r.Gate.FixableOnly, "older": time.Duration(r.Gate.OlderThan).Seconds(),
		"exploited": r.Gate.KnownExploited, "epss": r.Gate.EPSS, "exempt": r.Gate.Exempt == policy.Fail}
}

// each runs a statement and hands every row on.
func each(ctx context.Context, q Querier, r Request, sql string, args map[string]any, row func([]any)) error {
	variables := map[string]string{"argosy_now": r.Now.UTC().Format("2006-01-02 15:04:05.999999")}
	if r.SeveritySource != "" {
		variables["argosy_severity_source"] = r.SeveritySource
	}
	if r.Own != nil {
		own, err := json.Marshal(r.Own)
		if err != nil {
			return err
		}
		variables["argosy_policy"] = string(own)
	}
	rows, err := q.Query(ctx, schema.Statement{SQL: sql, Named: args, Variables: variables})
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row(rows.Values())
	}
	return rows.Err()
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func moment(v any) *time.Time {
	t, ok := v.(time.Time)
	if !ok {
		return nil
	}
	return &t
}

// ErrNoImage says that a reference names neither a tag nor a digest.
var ErrNoImage = errors.New("the reference names no tag and no digest")
