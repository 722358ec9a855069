package kql

import (
	_ "embed"
	"strings"
)

//go:embed reference.md
var referenceHead string

// Reference is the manual of the functions in Markdown: docs/kql.md. All that
// is said of a function comes from its row in Functions and from what its
// example gave when it was run.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	b.WriteString("\n## Functions\n\nExamples read this table where they name a column:\n\n```kusto\n" + strings.TrimSpace(Sample) + "\n```\n\n")
	b.WriteString("now() is 2024-05-31T13:45:00Z in them.\n")
	family := ""
	for _, f := range Functions() {
		if f.Family != family {
			family = f.Family
			b.WriteString("\n### " + family + "\n")
		}
		b.WriteString("\n" + f.markdown())
	}
	return b.String()
}

// markdown is the paragraph of one function.
func (f *Func) markdown() string {
	var b strings.Builder
	b.WriteString("`" + f.Signature() + "` -> " + f.Returns + "  \n" + markdownText(f.Doc))
	if len(f.Aliases) > 0 {
		b.WriteString(" Also " + strings.Join(f.Aliases, ", ") + ".")
	}
	b.WriteString("  \n`" + f.Example + "` is `" + f.ExampleResult() + "`\n")
	return b.String()
}

// markdownText keeps Markdown from reading the signs of a sentence.
func markdownText(s string) string {
	return strings.NewReplacer("*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "]", `\]`).Replace(s)
}
