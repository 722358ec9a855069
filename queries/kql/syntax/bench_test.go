package syntax

import (
	"strings"
	"testing"
)

// benchSource is a query of about 20 KB.
func benchSource() string {
	step := "| where properties.status.code == \"open\" and tolower(id) has 'registry' // comment\n" +
		"| extend image = tostring(split(id, \"/\")[8]), score = todouble(properties.score) * 2.5 + 1\n" +
		"| summarize n = count(), worst = max(score) by image, bin(found, 1d)\n"
	return "findings\n" + strings.Repeat(step, 20_000/len(step))
}

func BenchmarkParse(b *testing.B) {
	src := benchSource()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(src)
	}
}

func BenchmarkFormat(b *testing.B) {
	tree, _ := Parse(benchSource())
	b.ReportAllocs()
	for b.Loop() {
		Format(tree)
	}
}

func BenchmarkTokenize(b *testing.B) {
	src := benchSource()
	b.ReportAllocs()
	for b.Loop() {
		Tokenize(src)
	}
}
