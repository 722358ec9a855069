package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"argosy/schema"
)

// lettered finds a comparison of severities by their letters in the syntax tree of
// statements, as json_serialize_sql writes it, and returns it as it was meant and
// the byte where it stands. The engine compares an enum with a text as texts, by
// which Critical comes before High: `severity >= 'High'` would leave out what is
// asked for most.
func lettered(tree any) (comparison, position string, found bool) {
	switch n := tree.(type) {
	case []any:
		for _, child := range n {
			if comparison, position, found = lettered(child); found {
				return
			}
		}
	case map[string]any:
		if comparison, found = letteredHere(n); found {
			return comparison, fmt.Sprintf("%.0f", n["query_location"]), true
		}
		for _, key := range slices.Sorted(maps.Keys(n)) {
			if comparison, position, found = lettered(n[key]); found {
				return
			}
		}
	}
	return "", "", false
}

// ordering is the sign of a comparison that asks what comes first, empty for any
// other node.
func ordering(node any) string {
	switch node {
	case "COMPARE_GREATERTHAN":
		return ">"
	case "COMPARE_GREATERTHANOREQUALTO":
		return ">="
	case "COMPARE_LESSTHAN":
		return "<"
	case "COMPARE_LESSTHANOREQUALTO":
		return "<="
	}
	return ""
}

// letteredHere says whether a node is such a comparison, and how to write it.
func letteredHere(n map[string]any) (string, bool) {
	if n["type"] == "COMPARE_BETWEEN" {
		column, ok := severityColumn(n["input"])
		lower, plainLower := severityText(n["lower"])
		upper, plainUpper := severityText(n["upper"])
		return fmt.Sprintf("%s between %s and %s", column, lower, upper), ok && (plainLower || plainUpper)
	}
	op := ordering(n["type"])
	if op == "" {
		return "", false
	}
	left, isLeft := severityColumn(n["left"])
	right, isRight := severityText(n["right"])
	if isLeft && isRight {
		return left + " " + op + " " + right, true
	}
	left, isLeft = severityText(n["left"])
	right, isRight = severityColumn(n["right"])
	return left + " " + op + " " + right, isLeft && isRight
}

// severityColumn is a reference to a column that holds severities by their order,
// as it is written where letters must not decide.
func severityColumn(n any) (string, bool) {
	node, _ := n.(map[string]any)
	names, _ := node["column_names"].([]any)
	if node["class"] != "COLUMN_REF" || len(names) == 0 {
		return "", false
	}
	column := strings.ToLower(fmt.Sprint(names[len(names)-1]))
	if !slices.Contains([]string{"severity", "severity_vendor", "severity_nvd", "severity_highest"}, column) {
		return "", false
	}
	words := make([]string, len(names))
	for i, w := range names {
		words[i] = fmt.Sprint(w)
	}
	return strings.Join(words, ".") + "::severity", true
}

// severityText is a severity as a text or a parameter, as it is written where letters must not
// decide.
func severityText(n any) (string, bool) {
	node, _ := n.(map[string]any)
	switch node["class"] {
	case "CONSTANT":
		value, _ := node["value"].(map[string]any)
		text, _ := value["value"].(string)
		for _, s := range schema.Severities() {
			if strings.EqualFold(text, s.String()) {
				return quote(s.String()) + "::severity", true
			}
		}
	case "PARAMETER":
		return fmt.Sprintf("$%v::severity", node["identifier"]), true
	}
	return "...", false
}
