package editor

import "strings"

// Statement is the part of a text that the cursor is in, from and to in bytes.
// SQL is cut at semicolons. KQL is cut at blank lines, as Kusto's own editors
// do; what ends in a semicolon belongs to what follows.
func Statement(text string, offset int, isKQL bool) (from, to int) {
	ends := sqlEnds(text)
	if isKQL {
		ends = kqlEnds(text)
	}
	for _, end := range append(ends, len(text)) {
		if offset <= end && strings.TrimSpace(text[from:end]) != "" {
			return from, end
		}
		if end < len(text) && strings.TrimSpace(text[end:]) != "" {
			from = end
		}
	}
	return from, len(text)
}

// sqlEnds are the places behind semicolons that end a statement.
func sqlEnds(text string) []int {
	var out []int
	for _, t := range SQLTokens(text) {
		if t.Kind == Punctuation && text[t.From:t.To] == ";" {
			out = append(out, t.To)
		}
	}
	return out
}

// kqlEnds are the places of the blank lines between queries.
func kqlEnds(text string) []int {
	var out []int
	at, last := 0, ""
	for _, line := range strings.SplitAfter(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" && last != "" && !strings.HasSuffix(last, ";") {
			out = append(out, at)
			last = ""
		} else if trimmed != "" {
			if strings.HasPrefix(trimmed, "|") && len(out) > 0 && last == "" {
				out = out[:len(out)-1] // a pipe goes on with what was before the blank line
			}
			last = trimmed
		}
		at += len(line)
	}
	return out
}
