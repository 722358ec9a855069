package export

import (
	"context"
	"io"
	"strings"
	"unicode/utf8"
)

// writeMarkdown writes every sheet as a pipe table, with a heading above each
// when there are several.
func writeMarkdown(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	stats := newStats(plan)
	if len(plan.Sheets) == 0 {
		return stats, errNoSheets
	}
	out := newOutput(w)
	var err error
	for i := range plan.Sheets {
		sheet := &plan.Sheets[i]
		if len(plan.Sheets) > 1 {
			if i > 0 {
				out.buf = append(out.buf, '\n')
			}
			out.buf = append(appendMarkdown(append(out.buf, "## "...), heading(sheet)), "\n\n"...)
		}
		err = writeSheet(ctx, sheet, &stats.Sheets[i], func(src *source) error { return markdownTable(src, out) })
		if err != nil {
			break
		}
	}
	if flushing := out.flush(); err == nil {
		err = flushing
	}
	stats.Bytes = out.bytes
	return stats, err
}

// heading is what a reader sees above a sheet.
func heading(sheet *Sheet) string {
	if sheet.Title != "" {
		return sheet.Title
	}
	return sheet.label()
}

func markdownTable(src *source, out *output) error {
	out.buf = append(out.buf, '|')
	for _, c := range src.columns {
		out.buf = append(appendMarkdown(append(out.buf, ' '), c.Name), " |"...)
	}
	out.buf = append(out.buf, "\n|"...)
	for _, c := range src.columns {
		if isNumeric(c.Type) {
			out.buf = append(out.buf, " ---: |"...)
		} else {
			out.buf = append(out.buf, " --- |"...)
		}
	}
	out.buf = append(out.buf, '\n')
	for src.next() {
		out.buf = append(out.buf, '|')
		for _, v := range src.values() {
			out.buf = append(appendMarkdown(append(out.buf, ' '), text(v)), " |"...)
		}
		out.buf = append(out.buf, '\n')
		if err := out.roll(); err != nil {
			return err
		}
	}
	return out.err
}

// appendMarkdown appends text so that a reader of the rendered page sees it
// as it is: a pipe does not end the cell, a line end does not end the row,
// and neither markup nor HTML in a description takes effect. Underscores are
// escaped at the ends of words only, where they would make emphasis, so that
// names_like_this stay readable in the source.
func appendMarkdown(dst []byte, s string) []byte {
	s = strings.TrimSpace(s)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '|', '\\', '`', '*', '[', ']', '~':
			dst = append(dst, '\\', byte(r))
		case '<':
			dst = append(dst, "&lt;"...)
		case '&':
			dst = append(dst, "&amp;"...)
		case '_':
			if i == 0 || i == len(s)-1 || !isWordByte(s[i-1]) || !isWordByte(s[i+1]) {
				dst = append(dst, '\\')
			}
			dst = append(dst, '_')
		case '\r':
			if i+1 == len(s) || s[i+1] != '\n' {
				dst = append(dst, "<br>"...)
			}
		case '\n':
			dst = append(dst, "<br>"...)
		case utf8.RuneError:
			dst = append(dst, "\uFFFD"...)
		default:
			dst = append(dst, s[i:i+size]...)
		}
		i += size
	}
	return dst
}

func isWordByte(c byte) bool {
	return c >= utf8.RuneSelf || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
