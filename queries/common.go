package queries

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// spread puts each common query in front of the sheets and blocks that name
// it, and the common queries that it names itself before it: in SQL as a common
// table expression, in KQL as a let statement. One that nothing names is an
// error: it is most likely misspelt.
func spread(commons, sections []Section, mark string) error {
	used := make([]bool, len(commons))
	names := make([]*regexp.Regexp, len(commons))
	for i, c := range commons {
		if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(c.Name) {
			return fmt.Errorf("common %q: the name is no word of letters, digits and _", c.Name)
		}
		if c.Text == "" {
			return fmt.Errorf("common %q has no query; write one below its line", c.Name)
		}
		names[i] = regexp.MustCompile(`(?i)\b` + c.Name + `\b`)
	}
	var walk func(list []Section)
	walk = func(list []Section) {
		for i := range list {
			walk(list[i].Blocks)
			if text := list[i].Text; text != "" {
				list[i].Text = withCommon(text, needed(text, commons, names, used), mark)
			}
		}
	}
	walk(sections)
	if i := slices.Index(used, false); i >= 0 {
		return fmt.Errorf("common %q is named by no sheet; remove it or mend the name", commons[i].Name)
	}
	return nil
}

// needed lists the common queries that a text needs, in their order: one may
// name those above it.
func needed(text string, commons []Section, names []*regexp.Regexp, used []bool) []Section {
	wanted := make([]bool, len(commons))
	for i := len(commons) - 1; i >= 0; i-- {
		wanted[i] = names[i].MatchString(text)
		for j := i + 1; j < len(commons) && !wanted[i]; j++ {
			wanted[i] = wanted[j] && names[i].MatchString(commons[j].Text)
		}
	}
	var list []Section
	for i, c := range commons {
		if wanted[i] {
			used[i] = true
			list = append(list, c)
		}
	}
	return list
}

// withCommon writes the common queries in front of a text.
func withCommon(text string, list []Section, mark string) string {
	if len(list) == 0 {
		return text
	}
	var b strings.Builder
	if mark == "//" {
		for _, c := range list {
			fmt.Fprintf(&b, "let %s = %s;\n", c.Name, c.Text)
		}
		return b.String() + text
	}
	begin := regexp.MustCompile(`(?i)^with(\s+recursive)?\s+`).FindString(text)
	for i, c := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s as (\n%s\n)", c.Name, c.Text)
	}
	if begin == "" {
		return "with " + b.String() + "\n" + text
	}
	return begin + b.String() + ", " + text[len(begin):]
}
