// Package docs holds the documentation of the report formats, so that the
// binary can show it without a network.
package docs

import (
	_ "embed" // for the text below
	"strings"
)

//go:embed formats.md
var formats string

// Section is one section of a document: its heading and its text, which is
// Markdown and begins with the heading.
type Section struct {
	Heading, Text string
}

// Formats returns the sections about the report formats.
func Formats() []Section {
	var out []Section
	for _, part := range strings.Split("\n"+formats, "\n## ")[1:] {
		heading, _, _ := strings.Cut(part, "\n")
		out = append(out, Section{Heading: heading, Text: "## " + strings.TrimSpace(part) + "\n"})
	}
	return out
}

// About returns the section about the format with that title: its heading
// begins like the title, one of the two may say more. It reports false when
// there is none.
func About(title string) (Section, bool) {
	for _, s := range Formats() {
		if strings.HasPrefix(s.Heading, title) || strings.HasPrefix(title, s.Heading) {
			return s, true
		}
	}
	return Section{}, false
}
