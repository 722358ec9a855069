package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineWindow is how much of a long line is shown, in characters.
const lineWindow = 100

// Diagnostic is an Error with its place counted out, for editors and JSON.
type Diagnostic struct {
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
}

// Diagnostic counts out the error's place in src.
func (e Error) Diagnostic(src string) Diagnostic {
	from, to := PositionAt(src, e.Span.Start), PositionAt(src, e.Span.End)
	return Diagnostic{
		Line: from.Line, Column: from.Column, EndLine: to.Line, EndColumn: to.Column,
		Start: e.Span.Start, End: e.Span.End, Message: e.Msg, Hint: e.Hint,
	}
}

// Diagnostics counts out the places of all errors in src.
func (e Errors) Diagnostics(src string) []Diagnostic {
	list := make([]Diagnostic, len(e))
	for i := range e {
		list[i] = e[i].Diagnostic(src)
	}
	return list
}

// Format gives all errors with their places, a blank line between them.
func (e Errors) Format(src string) string {
	parts := make([]string, len(e))
	for i := range e {
		parts[i] = e[i].Format(src)
	}
	return strings.Join(parts, "\n\n")
}

// Format gives the error as people read it: line:column: message, the line of
// the source, the place marked below it, and the hint.
//
//	2:9: unexpected "=" in where
//	| where a = 1
//	          ^
//	hint: equality is written ==
func (e Error) Format(src string) string {
	var b strings.Builder
	p := PositionAt(src, e.Span.Start)
	fmt.Fprintf(&b, "%d:%d: %s", p.Line, p.Column, e.Msg)
	if line, mark := excerpt(src, e.Span); e.Span.Valid() && strings.TrimSpace(line) != "" {
		fmt.Fprintf(&b, "\n%s\n%s", line, mark)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "\nhint: %s", e.Hint)
	}
	return b.String()
}

// excerpt gives the source line of a span's start, and the marks below it. What
// a terminal does not show as one cell, such as a tab, is shown as a space.
func excerpt(src string, s Span) (line, mark string) {
	start := max(0, min(s.Start, len(src)))
	end := max(start, min(s.End, len(src)))
	lineStart := strings.LastIndexAny(src[:start], "\r\n") + 1
	lineEnd := len(src)
	if i := strings.IndexAny(src[start:], "\r\n"); i >= 0 {
		lineEnd = start + i
	}
	text := []rune(strings.Map(oneCell, src[lineStart:lineEnd]))
	at := utf8.RuneCountInString(src[lineStart:start])
	width := max(1, utf8.RuneCountInString(src[start:min(end, lineEnd)]))
	before, after := "", ""
	if len(text) > lineWindow {
		from := max(0, min(at-lineWindow/3, len(text)-lineWindow))
		to := from + lineWindow
		if to < len(text) {
			after = "..."
		}
		if from > 0 {
			before = "..."
		}
		text, at = text[from:to], at-from
		width = min(width, len(text)-at+1)
	}
	pad := 0
	for _, r := range text[:min(at, len(text))] {
		pad += cells(r)
	}
	under := 0
	for _, r := range text[min(at, len(text)):min(at+width, len(text))] {
		under += cells(r)
	}
	mark = strings.Repeat(" ", len(before)+pad) + "^" + strings.Repeat("~", max(0, under-1))
	return before + string(text) + after, mark
}

func oneCell(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

// cells is how many columns a terminal uses for a character.
func cells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul),
		r >= 0xff01 && r <= 0xff60, r >= 0x1f300 && r <= 0x1faff:
		return 2
	}
	return 1
}
