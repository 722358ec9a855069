package tui

import (
	"regexp"
	"strings"
)

var (
	meant      = regexp.MustCompile(`[dD]id you mean "?([^"?]+)["?]`)
	candidates = regexp.MustCompile(`Candidate (?:bindings|functions|Entries)?:? *"([^"]+)"`)
	lineOf     = regexp.MustCompile(`(?m)^\s*LINE (\d+): (.*)\n( *)\^`)
	wordings   = []struct {
		re   *regexp.Regexp
		text string
	}{
		{regexp.MustCompile(`Referenced column "([^"]+)" (?:was )?not found`), `no column "%"`},
		{regexp.MustCompile(`Table "[^"]*" does not have a column named "([^"]+)"`), `no column "%"`},
		{regexp.MustCompile(`Referenced table "([^"]+)" not found`), `no table "%" here`},
		{regexp.MustCompile(`Table with name "?([^" ]+)"? does not exist`), `no table "%"`},
		{regexp.MustCompile(`(?:Scalar|Aggregate|Table) Function with name "?([^" ]+)"? does not exist`), `no function "%"`},
		{regexp.MustCompile(`syntax error at or near (".+")`), `not expected here: %`},
		{regexp.MustCompile(`syntax error (at end of input)`), `something is missing %`},
	}
	drawn = regexp.MustCompile(`(?m)^  (.*)\n  ( *)\^$`)
)

// suggested is the name that a message proposes; empty for none.
func suggested(message string) string {
	for _, re := range []*regexp.Regexp{meant, candidates} {
		if m := re.FindStringSubmatch(message); m != nil {
			name := m[1]
			if i := strings.LastIndexByte(name, '.'); i >= 0 && re == candidates {
				name = name[i+1:]
			}
			return name
		}
	}
	return ""
}

// plainly words what the engine says of a text the way the screens do for KQL.
func plainly(message string) string {
	for _, w := range wordings {
		if m := w.re.FindStringSubmatch(message); m != nil {
			return strings.ReplaceAll(w.text, "%", m[1])
		}
	}
	if _, rest, ok := strings.Cut(message, " Error: "); ok {
		message = rest
	}
	return strings.TrimSuffix(message, "!")
}

// sqlProblem finds the place that the engine's message marks in a text.
func sqlProblem(text, message string) problem {
	p := problem{0, len(text), plainly(oneLine(firstLine(message))), suggested(message)}
	if m := lineOf.FindStringSubmatch(message); m != nil {
		shown := m[2]
		at := len(m[3]) - len("LINE "+m[1]+": ")
		// A long line is shown from somewhere within it.
		shown, cut := strings.CutPrefix(shown, "...")
		if cut {
			at -= 3
		}
		shown = strings.TrimSuffix(strings.TrimSpace(shown), "...")
		n := 0
		for _, r := range m[1] {
			n = n*10 + int(r-'0')
		}
		p.place(text, n, shown, at)
	} else if m := drawn.FindStringSubmatch(message); m != nil {
		if i := strings.Index(text, m[1]); i >= 0 {
			p.from = i + len(string([]rune(m[1])[:min(len(m[2]), len([]rune(m[1])))]))
			p.to = wordEnd(text, p.from)
		}
	}
	return p
}

// place narrows a problem down to the word at a place of a line.
func (p *problem) place(text string, line int, shown string, at int) {
	begin := 0
	for range line - 1 {
		i := strings.IndexByte(text[begin:], '\n')
		if i < 0 {
			return
		}
		begin += i + 1
	}
	i := strings.Index(text[begin:], shown)
	if i < 0 || at < 0 || begin+i+at > len(text) {
		return
	}
	p.from = begin + i + at
	p.to = wordEnd(text, p.from)
}

func wordEnd(text string, from int) int {
	to := from
	for to < len(text) && (text[to] == '_' || text[to] >= '0' && text[to] <= '9' || text[to] >= 'a' && text[to] <= 'z' || text[to] >= 'A' && text[to] <= 'Z') {
		to++
	}
	return min(len(text), max(to, from+1))
}

func firstLine(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "checking the query: ")
	line, _, _ := strings.Cut(s, "\n")
	return line
}
