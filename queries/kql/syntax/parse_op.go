package syntax

import "strings"

// step is an operator node and how to call it in messages.
type step struct {
	name string
	node Operator
}

// operatorNode reads one operator.
func (p *parser) operatorNode() step {
	start := p.start()
	name, n := p.dashed()
	if n == 0 {
		p.missing("an operator after the pipe")
		return step{}
	}
	switch name {
	case "union":
		return step{name, p.union()}
	case "search":
		return step{name, p.search()}
	}
	p.pos += n
	node := p.columnOperator(start, name)
	if node == nil {
		node = p.rowOperator(start, name)
	}
	if node == nil {
		node = p.shapeOperator(start, name)
	}
	if node == nil {
		node = p.unsupported(start, name)
	}
	return step{name, node}
}

func (p *parser) unsupported(start int, name string) Operator {
	u := &Unsupported{Name: name, Known: isUnsupported(name)}
	if u.Known {
		p.skipTo(kPipe, kSemicolon)
	} else {
		hint := ""
		if near := nearest(name, operatorNames()); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.fail(p.since(start), hint, "unknown operator %q", name)
	}
	u.Pos = p.since(start)
	return u
}

// operatorNames are the operators with a tree.
func operatorNames() []string {
	return []string{
		"as", "consume", "count", "distinct", "evaluate", "extend", "filter", "getschema", "invoke", "join",
		"limit", "lookup", "make-series", "mv-apply", "mv-expand", "mvapply", "mvexpand", "order", "parse", "partition",
		"parse-kv", "parse-where", "project", "project-away", "project-keep", "project-rename",
		"project-reorder", "render", "sample", "sample-distinct", "scan", "search", "serialize", "sort",
		"summarize", "take", "top", "top-hitters", "top-nested", "union", "where",
	}
}

func isOperator(name string) bool {
	for _, n := range operatorNames() {
		if n == name {
			return true
		}
	}
	return isUnsupported(name)
}

// isUnsupported names the operators of Kusto that have no tree here.
func isUnsupported(name string) bool {
	switch name {
	case "execute-and-cache", "facet", "find", "fork", "graph-match", "graph-mark-components",
		"graph-shortest-paths", "graph-to-table", "graph-where-edges", "graph-where-nodes", "macro-expand",
		"make-graph", "partition-by", "project-by-names", "reduce",
		"assert-schema":
		return true
	}
	return false
}

// nearest is the candidate at most two edits away from the word, "" for none.
func nearest(word string, candidates []string) string {
	best, bestCost := "", 3
	for _, c := range candidates {
		if cost := distance(strings.ToLower(word), c); cost < bestCost && cost*3 <= len(word) {
			best, bestCost = c, cost
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours between two words.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 99
	}
	var before, last, row [42]int
	for j := 0; j <= len(b); j++ {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
