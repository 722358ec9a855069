// Package theme holds the colours of the screens. Severity is told by shape and
// word as well, so that no theme is needed to read it.
package theme

import "strings"

// Style is how a run of text looks. The zero style is the terminal's own.
type Style struct {
	// FG and BG are parameters of SGR (ECMA-48, 8.3.117), Attr likewise; empty
	// for none.
	FG, BG, Attr string
}

// On gives text the style.
func (s Style) On(text string) string {
	if s == (Style{}) || text == "" {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 32)
	b.WriteString("\x1b[")
	sep := ""
	for _, p := range [3]string{s.Attr, s.FG, s.BG} {
		if p != "" {
			b.WriteString(sep)
			b.WriteString(p)
			sep = ";"
		}
	}
	b.WriteByte('m')
	b.WriteString(text)
	b.WriteString("\x1b[m")
	return b.String()
}

// Over lays the style over a row's: what it leaves open is the row's.
func (s Style) Over(row Style) Style {
	if row.BG != "" {
		s.BG = row.BG
	}
	if s.FG == "" {
		s.FG = row.FG
	}
	switch {
	case s.Attr == "":
		s.Attr = row.Attr
	case row.Attr != "" && row.Attr != s.Attr:
		s.Attr += ";" + row.Attr
	}
	return s
}

// Theme is a set of styles.
type Theme struct {
	Name string
	Text, Dim, Bold, Accent,
	Header, Tab, TabOn, Chip, Border, Title,
	Head, HeadOn, Row, Cell, Mark, Match,
	Key, Status, Hint,
	Good, Bad, Warn,
	Critical, High, Medium, Low, Unknown,
	Keyword, Function, String, Number, Comment, Operator, Name_, Wrong Style
}

const (
	bold      = "1"
	faint     = "2"
	underline = "4"
	reverse   = "7"
)

// Names lists the themes that a user can choose, auto first.
func Names() []string { return []string{"auto", "dark", "light", "colour-blind", "mono"} }

// ByName returns a theme for a terminal that has so many colours. For auto and
// colour-blind, dark says whether the terminal's background is dark. An unknown
// name is auto.
func ByName(name string, dark bool, depth Depth) Theme {
	switch {
	case name == "mono" || depth == None:
		return mono()
	case name == "colour-blind" && depth == Sixteen:
		return build(name, blindSixteen(dark), depth)
	case name == "colour-blind":
		return build(name, blindPalette(dark), depth)
	}
	if name == "dark" || name == "light" {
		dark = name == "dark"
	}
	switch {
	case dark && depth == Sixteen:
		return build("dark", darkSixteen(), depth)
	case dark:
		return build("dark", darkPalette(), depth)
	case depth == Sixteen:
		return build("light", lightSixteen(), depth)
	}
	return build("light", lightPalette(), depth)
}

// palette is what the coloured themes differ in.
type palette struct {
	dim, accent, header, row, cell, chip, border, head, match       int
	good, bad, warn, critical, high, medium, low                    int
	keyword, function, text, number, comment, operator, onHeader, m int
}

func darkPalette() palette {
	return palette{dim: 0x8b949e, accent: 0x58a6ff, header: 0x1f2a3a, row: 0x2b3648, cell: 0x3d5a80, chip: 0x30405a, border: 0x4b5563, head: 0xa5b4c8, match: 0x7a5c00,
		good: 0x3fb950, bad: 0xff6b66, warn: 0xe3b341, critical: 0xff5c7a, high: 0xff9e57, medium: 0xe3c341, low: 0x7fb4e6,
		keyword: 0x7fb4ff, function: 0xd2a8ff, text: 0xa5d6a7, number: 0xf0b27a, comment: 0x8b949e, operator: 0xff9e9e, onHeader: 0xe6edf3, m: 0xffd866}
}

func lightPalette() palette {
	return palette{dim: 0x5c6670, accent: 0x0550ae, header: 0xdde6f2, row: 0xdce9fb, cell: 0xa9cdf7, chip: 0xd5e0ee, border: 0x9aa4b0, head: 0x45505c, match: 0xffe08a,
		good: 0x116329, bad: 0xb00020, warn: 0x7a5200, critical: 0xb0003a, high: 0xa04000, medium: 0x7a5c00, low: 0x1f5f99,
		keyword: 0x0550ae, function: 0x6f32a8, text: 0x116329, number: 0x95400a, comment: 0x5c6670, operator: 0xb00020, onHeader: 0x1c2530, m: 0x8a5a00}
}

// blindPalette is Okabe and Ito's, whose colours stay apart in every common
// form of colour blindness.
func blindPalette(dark bool) palette {
	p := lightPalette()
	p.good, p.bad, p.warn, p.critical, p.high, p.medium, p.low = 0x006b4f, 0xb33c00, 0x5f5f00, 0xb33c00, 0x5f5f00, 0x005f8f, 0x4a4a4a
	p.keyword, p.function, p.text, p.operator = 0x005f8f, 0x8a4470, 0x006b4f, 0x8f3f00
	if dark {
		p = darkPalette()
		p.good, p.bad, p.warn, p.critical, p.high, p.medium, p.low = 0x00c896, 0xff8a3d, 0xf0e442, 0xff8a3d, 0xf0e442, 0x56b4e9, 0xbdbdbd
		p.keyword, p.function, p.text, p.operator = 0x56b4e9, 0xcc79a7, 0x00c896, 0xff8a3d
	}
	return p
}

func build(name string, p palette, depth Depth) Theme {
	fg, bg := depth.codes()
	f := func(hex int) Style { return Style{FG: fg(hex)} }
	b := func(hex int) Style { return Style{FG: fg(hex), Attr: bold} }
	return Theme{Name: name,
		Text: Style{}, Dim: f(p.dim), Bold: Style{Attr: bold}, Accent: b(p.accent),
		Header: Style{FG: fg(p.onHeader), BG: bg(p.header)}, Tab: f(p.dim), TabOn: b(p.accent),
		Chip: Style{FG: fg(p.onHeader), BG: bg(p.chip)}, Border: f(p.border), Title: b(p.accent),
		Head: b(p.head), HeadOn: Style{FG: fg(p.accent), Attr: bold + ";" + underline},
		Row: Style{BG: bg(p.row)}, Cell: Style{BG: bg(p.cell), Attr: bold}, Mark: b(p.m), Match: Style{BG: bg(p.match)},
		Key: b(p.accent), Status: f(p.dim), Hint: f(p.dim),
		Good: f(p.good), Bad: f(p.bad), Warn: f(p.warn),
		Critical: b(p.critical), High: f(p.high), Medium: f(p.medium), Low: f(p.low), Unknown: f(p.dim),
		Keyword: b(p.keyword), Function: f(p.function), String: f(p.text), Number: f(p.number), Comment: Style{FG: fg(p.comment), Attr: "3"},
		Operator: f(p.operator), Name_: Style{}, Wrong: Style{FG: fg(p.bad), Attr: underline},
	}
}

// mono uses no colour at all.
func mono() Theme {
	plain, strong, weak, inverse := Style{}, Style{Attr: bold}, Style{Attr: faint}, Style{Attr: reverse}
	return Theme{Name: "mono",
		Text: plain, Dim: weak, Bold: strong, Accent: strong, Header: inverse, Tab: weak, TabOn: strong, Chip: Style{Attr: underline}, Border: weak, Title: strong,
		Head: strong, HeadOn: Style{Attr: bold + ";" + underline}, Row: inverse, Cell: Style{Attr: bold + ";" + underline}, Mark: strong, Match: Style{Attr: underline},
		Key: strong, Status: weak, Hint: weak, Good: plain, Bad: strong, Warn: plain,
		Critical: strong, High: strong, Medium: plain, Low: plain, Unknown: weak,
		Keyword: strong, Function: plain, String: plain, Number: plain, Comment: weak, Operator: plain, Name_: plain, Wrong: Style{Attr: underline},
	}
}

// Severity is the style of a canonical severity word, in any case.
func (t Theme) Severity(word string) Style {
	switch strings.ToLower(word) {
	case "critical":
		return t.Critical
	case "high":
		return t.High
	case "medium":
		return t.Medium
	case "low":
		return t.Low
	}
	return t.Unknown
}
