package syntax

import "unicode/utf8"

// Span is a half-open range of byte offsets in the source: [Start, End).
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// NoSpan is what a nil node answers; it lies nowhere in the source.
var NoSpan = Span{Start: -1, End: -1}

// Valid reports whether the span lies somewhere in a source.
func (s Span) Valid() bool { return s.Start >= 0 && s.End >= s.Start }

// Len is the number of bytes the span covers, 0 when it is not valid.
func (s Span) Len() int {
	if !s.Valid() {
		return 0
	}
	return s.End - s.Start
}

// Text is the part of src that the span covers, "" when it is out of bounds.
func (s Span) Text(src string) string {
	if !s.Valid() || s.End > len(src) {
		return ""
	}
	return src[s.Start:s.End]
}

// Join is the smallest span covering both; an invalid span is ignored.
func (s Span) Join(t Span) Span {
	switch {
	case !s.Valid():
		return t
	case !t.Valid():
		return s
	}
	return Span{Start: min(s.Start, t.Start), End: max(s.End, t.End)}
}

// Position is a place in a source as people count: from 1, columns in
// characters and not in bytes.
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// PositionAt gives the line and column of a byte offset. Offsets outside src
// are moved to its nearest end. Lines end at \n, \r\n or a lone \r.
func PositionAt(src string, offset int) Position {
	offset = max(0, min(offset, len(src)))
	line, start := 1, 0
	for i := 0; i < offset; i++ {
		switch {
		case src[i] == '\n', src[i] == '\r' && (i+1 == len(src) || src[i+1] != '\n'):
			line, start = line+1, i+1
		}
	}
	return Position{Line: line, Column: utf8.RuneCountInString(src[start:offset]) + 1}
}
