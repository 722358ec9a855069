package queries

import (
	"fmt"
	"slices"
	"strings"

	"argosy/schema"
)

// Section is one query of a report: the whole report, a sheet of it, or a block
// of a sheet that shows several results below each other.
type Section struct {
	// Name of the sheet or block; Title and Description say what its rows are.
	Name, Title, Description string
	// Role says what the rows are for, see Roles; empty for plain rows.
	Role string
	// Chart draws the rows; nil for none.
	Chart *Chart
	// Text is the query; empty where there are blocks.
	Text   string
	Blocks []Section
	// Shared are the common queries in Text whose rows are made once for a report.
	Shared []schema.Shared

	materialized string // of a common query: yes, no, or as the engine thinks best
}

// Chart says how to draw rows.
type Chart struct {
	// Kind is one of ChartKinds.
	Kind, Title string
	// X is the column of the labels, Y the columns of numbers. Empty ones are
	// chosen from the columns of the result.
	X string
	Y []string
	// Series is the column whose values tell lines or bars apart, where every
	// row holds one number; empty for none.
	Series string
	// Stacked puts bars or areas on top of each other.
	Stacked bool
}

// ChartKinds are the kinds of charts that a report can ask for.
func ChartKinds() []string {
	return []string{"bar", "column", "line", "area", "pie", "donut", "scatter"}
}

// Roles are what the rows of a section can be for.
func Roles() []string {
	return []string{"findings", "summary", "changes", "images", "teams", "fixes", "tiles"}
}

// parseSections splits the text of a report at its lines "sheet: NAME" and
// "block: NAME" in comments, and puts what stands below "common: NAME" in front
// of those that name it. A report without sheets has no sections.
func parseSections(text, mark string) ([]Section, error) {
	var sections, commons []Section
	var lines []string
	var current *Section // that lines belong to
	first := 0
	end := func() error {
		body := strings.Join(lines, "\n")
		lines = nil
		if current == nil {
			if _, rest := splitHeader(body, mark); strings.TrimSpace(rest) != "" {
				return fmt.Errorf("there is text before the first sheet: %q; begin the query with a line %q", firstLine(rest), mark+" sheet: NAME")
			}
			return nil
		}
		if err := current.read(body, mark); err != nil {
			return fmt.Errorf("line %d, %q: %w", first, current.Name, err)
		}
		return nil
	}
	found := false
	for n, line := range strings.Split(text, "\n") {
		word, name := sectionStart(line, mark)
		if word == "" {
			lines = append(lines, line)
			continue
		}
		if word == "common" && sections != nil {
			return nil, fmt.Errorf("line %d: common %q stands below a sheet; put it before the first one", n+1, name)
		}
		if sections == nil && word == "block" {
			return nil, fmt.Errorf("line %d: block %q stands outside of a sheet; begin one with a line %q", n+1, name, mark+" sheet: NAME")
		}
		found = true
		if err := end(); err != nil {
			return nil, err
		}
		if name == "" {
			return nil, fmt.Errorf("line %d: the %s has no name; write %q", n+1, word, mark+" "+word+": NAME")
		}
		first = n + 1
		list := &sections
		switch word {
		case "common":
			list = &commons
		case "block":
			list = &sections[len(sections)-1].Blocks
		}
		if i := slices.IndexFunc(*list, func(s Section) bool { return strings.EqualFold(s.Name, name) }); i >= 0 {
			return nil, fmt.Errorf("line %d: there is a second %s %q; give it another name", n+1, word, name)
		}
		*list = append(*list, Section{Name: name})
		current = &(*list)[len(*list)-1]
	}
	if !found {
		return nil, nil
	}
	if err := end(); err != nil {
		return nil, err
	}
	if sections == nil {
		return nil, fmt.Errorf("there is a common query and no sheet; begin one with a line %q", mark+" sheet: NAME")
	}
	for _, s := range sections {
		switch {
		case s.Text == "" && len(s.Blocks) == 0:
			return nil, fmt.Errorf("sheet %q has no query; write one below its lines", s.Name)
		case s.Text != "" && len(s.Blocks) > 0:
			return nil, fmt.Errorf("sheet %q has a query and blocks; make the query a block of its own", s.Name)
		}
		for _, b := range s.Blocks {
			if b.Text == "" {
				return nil, fmt.Errorf("block %q of sheet %q has no query; write one below its lines", b.Name, s.Name)
			}
			if b.materialized != "" {
				return nil, fmt.Errorf("block %q of sheet %q says \"materialized\", which only a common query can; leave the line out", b.Name, s.Name)
			}
		}
		if s.materialized != "" {
			return nil, fmt.Errorf("sheet %q says \"materialized\", which only a common query can; leave the line out", s.Name)
		}
	}
	return sections, spread(commons, sections, mark)
}

// sectionStart reads a line that begins a section.
func sectionStart(line, mark string) (word, name string) {
	body, ok := strings.CutPrefix(strings.TrimSpace(line), mark)
	if !ok {
		return "", ""
	}
	word, name, ok = strings.Cut(body, ":")
	word = strings.ToLower(strings.TrimSpace(word))
	if !ok || word != "sheet" && word != "block" && word != "common" {
		return "", ""
	}
	return word, strings.TrimSpace(name)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// splitHeader separates the comments at the beginning of a text, as pairs of
// word and value, from the rest.
func splitHeader(text, mark string) (header [][2]string, rest string) {
	for rest = text; rest != ""; {
		line, after, _ := strings.Cut(rest, "\n")
		line = strings.TrimSpace(line)
		body, comment := strings.CutPrefix(line, mark)
		if line != "" && !comment {
			return header, rest
		}
		if word, value, ok := strings.Cut(body, ":"); ok && comment {
			header = append(header, [2]string{strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(value)})
		}
		rest = after
	}
	return header, ""
}

// read takes the lines below a section's first.
func (s *Section) read(body, mark string) error {
	header, rest := splitHeader(body, mark)
	for _, h := range header {
		if err := s.header(h[0], h[1]); err != nil {
			return err
		}
	}
	if rest = strings.TrimSpace(rest); rest != "" {
		s.Text = strings.TrimSpace(strings.TrimRight(rest, "; \n\t\r"))
	}
	return nil
}

// header takes one line of a header that sections have too.
func (s *Section) header(word, value string) error {
	switch word {
	case "title":
		s.Title = value
	case "description":
		s.Description = strings.TrimSpace(s.Description + " " + value)
	case "role":
		if !slices.Contains(Roles(), value) {
			return fmt.Errorf("role %q is not known; use one of %s", value, strings.Join(Roles(), ", "))
		}
		s.Role = value
	case "materialized":
		if value != "yes" && value != "no" {
			return fmt.Errorf("materialized %q is neither yes nor no", value)
		}
		s.materialized = value
	case "chart":
		c, err := parseChart(value)
		if err != nil {
			return err
		}
		s.Chart = c
	}
	return nil
}

// parseChart reads "KIND [stacked] [x=COLUMN] [y=COLUMN,...] [series=COLUMN]
// [title=TEXT]"; the title is last, because it may have blanks.
func parseChart(text string) (*Chart, error) {
	form := "write it as KIND x=COLUMN y=COLUMN,COLUMN series=COLUMN stacked title=TEXT"
	rest, title, _ := strings.Cut(text, "title=")
	words := strings.Fields(rest)
	if len(words) == 0 || !slices.Contains(ChartKinds(), words[0]) {
		return nil, fmt.Errorf("chart %q: the kind is none of %s; %s", text, strings.Join(ChartKinds(), ", "), form)
	}
	c := &Chart{Kind: words[0], Title: strings.TrimSpace(title)}
	for _, w := range words[1:] {
		key, value, has := strings.Cut(w, "=")
		switch {
		case w == "stacked":
			c.Stacked = true
		case has && value != "" && key == "x":
			c.X = value
		case has && value != "" && key == "y":
			c.Y = strings.Split(value, ",")
		case has && value != "" && key == "series":
			c.Series = value
		default:
			return nil, fmt.Errorf("chart %q: %q is not understood; %s", text, w, form)
		}
	}
	return c, nil
}
