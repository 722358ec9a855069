package gate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The parts of SARIF 2.1.0 (OASIS) that a gate's answer needs.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver struct {
			Name    string      `json:"name"`
			Version string      `json:"version"`
			Rules   []sarifRule `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifRule struct {
	ID         string            `json:"id"`
	Short      sarifText         `json:"shortDescription"`
	Properties map[string]string `json:"properties,omitempty"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
}

// WriteSARIF writes the violations as SARIF 2.1.0: a rule for each
// vulnerability, or for the rule of coverage that is broken, and a result for
// each violation. A pass is a run without results.
func WriteSARIF(w io.Writer, r *Result, version string) error {
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver.Name, run.Tool.Driver.Version, run.Tool.Driver.Rules = "argosy", version, []sarifRule{}
	for _, img := range r.Images {
		for _, v := range img.Violations {
			run.add(&img, &v)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func (run *sarifRun) add(img *Image, v *Violation) {
	id, short := v.Vulnerability, v.Title
	if id == "" {
		id, short = "argosy/"+v.Rule, "The image is not covered as the policy demands"
	}
	if short == "" {
		short = id
	}
	rules := run.Tool.Driver.Rules
	at := slices.IndexFunc(rules, func(r sarifRule) bool { return r.ID == id })
	if at < 0 {
		at = len(rules)
		rule := sarifRule{ID: id, Short: sarifText{short}}
		if v.CVSS != nil {
			// What code scanning sorts by.
			rule.Properties = map[string]string{"security-severity": fmt.Sprintf("%.1f", *v.CVSS)}
		}
		run.Tool.Driver.Rules = append(rules, rule)
	}
	what := strings.TrimSpace(v.Package + " " + v.InstalledVersion)
	message := v.Reason
	if what != "" {
		message = what + ": " + message
	}
	if v.FixedVersion != "" {
		message += "; fixed in " + v.FixedVersion
	}
	uri := img.Registry + "/" + img.Repository
	if img.Digest != "" {
		uri += "@" + img.Digest
	}
	res := sarifResult{RuleID: id, RuleIndex: at, Level: "error", Message: sarifText{message},
		Fingerprints: map[string]string{"argosy/v1": strings.Join([]string{uri, id, v.PackageType, v.Package, v.InstalledVersion}, "|")}}
	loc := sarifLocation{}
	loc.Physical.Artifact.URI, loc.Physical.Region.StartLine = uri, 1
	res.Locations = []sarifLocation{loc}
	run.Results = append(run.Results, res)
}
