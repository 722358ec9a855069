package queries

import (
	"fmt"
	"strings"
)

// generation is an assessment key under which Microsoft listed the findings of
// one kind of image at one time, see the recommendation reference of Defender
// for Cloud. The rows are the same; a query that names an older key sees them
// under it.
type generation struct{ key, variable, what string }

func generations() []generation {
	const registry, running = "argosy_registry_key", "argosy_running_key"
	return []generation{
		{"c0b7cfc6-3172-465a-b378-53c7ff2cc0d5", registry, "registry images, Defender Vulnerability Management"},
		{"dbd0cb49-b563-45e7-9724-889e799fa648", registry, "registry images, Qualys"},
		{"33422d8f-ab1e-42be-bc9a-38685bb567b9", registry, "registry images, preview"},
		{"c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5", running, "running images, Defender Vulnerability Management"},
		{"41503391-efa5-47ee-9282-4eff6131462c", running, "running images, Qualys"},
		{"e9acaf48-d2cf-45a3-a6e7-3caa2ef769e0", running, "running images, preview"},
		{"c5045ea3-afc6-4006-ab8f-86c8574dbf3d", running, "running images, preview"},
	}
}

// chooseKeys looks for assessment keys in a query's text. For each kind of
// image the rows stand under one key: today's where the query names it or none,
// else the first that it names. The notes say what was chosen.
func chooseKeys(text string) (variables map[string]string, notes []string) {
	text = strings.ToLower(text)
	type hit struct {
		generation
		at int
	}
	first := map[string]hit{}
	current := map[string]bool{}
	for _, g := range generations() {
		at := strings.Index(text, g.key)
		_, seen := current[g.variable]
		if !seen {
			// The first of a kind is today's.
			current[g.variable] = at >= 0
			continue
		}
		if old, ok := first[g.variable]; at >= 0 && (!ok || at < old.at) {
			first[g.variable] = hit{g, at}
		}
	}
	for _, g := range generations() {
		h, ok := first[g.variable]
		if !ok || current[g.variable] || h.key != g.key {
			continue
		}
		if variables == nil {
			variables = map[string]string{}
		}
		variables[g.variable] = g.key
		notes = append(notes, fmt.Sprintf("the query names assessment key %s (%s); all findings of that kind are shown under it", g.key, g.what))
	}
	return variables, notes
}
