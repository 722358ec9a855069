package schema

import (
	"fmt"
	"strings"
)

// Severity is the canonical severity of a finding. The word a scanner used is
// kept beside it (Finding.SeverityRaw). Values order from least to most
// severe, so that they can be compared; Unknown is below Low because it must
// never outrank a severity that somebody stated.
type Severity uint8

// The canonical severities.
const (
	Unknown Severity = iota
	Low
	Medium
	High
	Critical
)

// Severities lists the canonical severities from most to least severe, the
// order in which people read them.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low, Unknown} }

// String returns the canonical word: Critical, High, Medium, Low or Unknown.
func (s Severity) String() string {
	switch s {
	case Critical:
		return "Critical"
	case High:
		return "High"
	case Medium:
		return "Medium"
	case Low:
		return "Low"
	case Unknown:
		return "Unknown"
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// ParseSeverity maps a scanner's severity word to a canonical severity
// without regard to case. It reports false for words that state no severity
// (empty, unknown, none, untriaged, unspecified) and for words it does not
// know; the caller then derives one from a CVSS score or leaves Unknown.
func ParseSeverity(word string) (Severity, bool) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "critical", "severity_critical", "urgent":
		return Critical, true
	case "high", "important", "severity_high":
		return High, true
	case "medium", "moderate", "severity_medium":
		return Medium, true
	case "low", "negligible", "minimal", "informational", "info", "unimportant",
		"severity_low", "severity_minimal", "minor":
		return Low, true
	}
	return Unknown, false
}

// SeverityOfScore derives a severity from a CVSS v3 base score by the bands
// of the CVSS v3.1 specification, section 5; zero or less states nothing.
func SeverityOfScore(score float64) Severity {
	switch {
	case score >= 9:
		return Critical
	case score >= 7:
		return High
	case score >= 4:
		return Medium
	case score > 0:
		return Low
	}
	return Unknown
}

// SeverityOf is the one rule by which a format turns a severity word and a
// CVSS score into a canonical severity: the word decides, the score stands in
// where the word states nothing.
func SeverityOf(word string, score float64) Severity {
	if s, ok := ParseSeverity(word); ok {
		return s
	}
	return SeverityOfScore(score)
}
