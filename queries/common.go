package queries

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"argosy/schema"
)

// spread puts each common query in front of the sheets and blocks that name
// it, and the common queries that it names itself before it: in SQL as a common
// table expression, in KQL as a let statement. One that nothing names is an
// error: it is most likely misspelt.
func spread(commons, sections []Section, mark string) error {
	used := map[string]bool{}
	words := map[string]*regexp.Regexp{}
	for _, c := range commons {
		if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(c.Name) {
			return fmt.Errorf("common %q: the name is no word of letters, digits and _", c.Name)
		}
		if c.Text == "" {
			return fmt.Errorf("common %q has no query; write one below its line", c.Name)
		}
		if c.materialized != "" && mark == "//" {
			return fmt.Errorf("common %q says \"materialized\", which only one of a report in SQL can; leave the line out", c.Name)
		}
		words[c.Name] = regexp.MustCompile(`(?i)\b` + c.Name + `\b`)
	}
	var walk func(list []Section)
	walk = func(list []Section) {
		for i := range list {
			walk(list[i].Blocks)
			if text := list[i].Text; text != "" {
				need := needed(text, commons, words)
				for _, c := range need {
					used[c.Name] = true
				}
				list[i].Text = withCommon(text, need, mark)
				list[i].Shared = shared(need, words)
			}
		}
	}
	walk(sections)
	if i := slices.IndexFunc(commons, func(c Section) bool { return !used[c.Name] }); i >= 0 {
		return fmt.Errorf("common %q is named by no sheet; remove it or mend the name", commons[i].Name)
	}
	return nil
}

// needed lists the common queries that a text needs, in their order: one may
// name those above it.
func needed(text string, commons []Section, words map[string]*regexp.Regexp) []Section {
	var list []Section // the last one first
	for _, c := range slices.Backward(commons) {
		named := func(by Section) bool { return words[c.Name].MatchString(by.Text) }
		if words[c.Name].MatchString(text) || slices.ContainsFunc(list, named) {
			list = append(list, c)
		}
	}
	slices.Reverse(list)
	return list
}

// shared are those of the common queries of a text whose rows are made once.
func shared(list []Section, words map[string]*regexp.Regexp) []schema.Shared {
	var out []schema.Shared
	for i, c := range list {
		if c.materialized == "yes" {
			out = append(out, schema.Shared{Name: c.Name, Clause: clause(c), Query: withCommon(c.Text, needed(c.Text, list[:i], words), "--")})
		}
	}
	return out
}

// clause writes a common query as SQL has it in a statement.
func clause(c Section) string {
	as := "as"
	if c.materialized == "no" {
		as = "as not materialized"
	}
	return fmt.Sprintf("%s %s (\n%s\n)", c.Name, as, c.Text)
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
		b.WriteString(clause(c))
	}
	if begin == "" {
		return "with " + b.String() + "\n" + text
	}
	return begin + b.String() + ", " + text[len(begin):]
}
