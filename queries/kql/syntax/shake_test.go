package syntax

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFormatShaken puts comments and line ends between the words of the seeds,
// and takes words away, which plain fuzzing seldom does in a way that parses.
func TestFormatShaken(t *testing.T) {
	rounds, texts := 20, seeds()
	if dir := os.Getenv("ARGOSY_CORPUS"); dir != "" {
		rounds, texts = 60, append(texts, corpusTexts(dir)...)
	}
	for i, src := range texts {
		random := rand.New(rand.NewPCG(uint64(i), 7))
		for range rounds {
			text := shake(src, random)
			tree, errs := Parse(text)
			checkSpans(t, text, tree, errs)
			if len(errs) == 0 {
				checkFormat(t, text, tree)
			}
		}
	}
}

// shake writes the words of a text anew with other things between them.
func shake(src string, random *rand.Rand) string {
	var b strings.Builder
	last := 0
	comment, drop := random.IntN(12)+1, random.IntN(200)+20
	if random.IntN(3) > 0 {
		drop = 0
	}
	for _, tok := range Tokenize(src) {
		b.WriteString(src[last:tok.Span.Start])
		last = tok.Span.End
		switch n := random.IntN(comment * 6); {
		case n == 0:
			b.WriteString(" // one\n")
		case n == 1:
			b.WriteString("\n// two\n// three\n")
		case n == 2:
			b.WriteString("\n\n")
		case n == 3:
			b.WriteString(" // " + strings.Repeat("long ", 15) + "\n")
		}
		if drop == 0 || random.IntN(drop) > 0 {
			b.WriteString(tok.Span.Text(src))
		}
	}
	return b.String()
}

func corpusTexts(dir string) []string {
	var list []string
	files, _ := filepath.Glob(filepath.Join(dir, "kql", "*.jsonl"))
	for _, file := range files {
		data, _ := os.ReadFile(file)
		for _, line := range strings.Split(string(data), "\n") {
			var q corpusLine
			if json.Unmarshal([]byte(line), &q) == nil {
				list = append(list, q.Query)
			}
		}
	}
	return list
}
