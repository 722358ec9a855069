package export

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"argosy/schema"
)

// writeCSV writes the main sheet as RFC 4180 has it, with LF as the end of a
// line unless the options say CRLF.
func writeCSV(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return writeDelimited(ctx, plan, w, ',', appendCSVField)
}

// writeTSV writes the main sheet with tabs between the cells. There is no
// quoting in this format: tabs and line ends inside a cell become blanks.
func writeTSV(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	return writeDelimited(ctx, plan, w, '\t', appendTSVField)
}

func writeDelimited(ctx context.Context, plan *Plan, w io.Writer, comma byte, field func(dst, cell []byte) []byte) (Stats, error) {
	out := newOutput(w)
	end := "\n"
	if plan.Options.CRLF {
		end = "\r\n"
	}
	if plan.Options.BOM {
		out.buf = append(out.buf, "\uFEFF"...)
	}
	stats, err := writeMain(ctx, plan, func(src *source) error {
		if !plan.Options.NoHeader {
			var cell []byte
			for i, c := range src.columns {
				if i > 0 {
					out.buf = append(out.buf, comma)
				}
				cell = append(cell[:0], c.Name...)
				if isFormula(cell) {
					cell = append([]byte{'\''}, cell...)
				}
				out.buf = field(out.buf, cell)
			}
			out.buf = append(out.buf, end...)
		}
		guarded := newTally(columnNames(src.columns))
		defer func() { src.stats.Guarded = guarded.counts() }()
		err := src.writeLines(out, func() liner {
			d := &delimited{comma: comma, end: end, field: field, guarded: newTally(columnNames(src.columns)), memo: newMemo(len(src.columns), appendText)}
			return liner{d.row, func() { guarded.add(d.guarded) }}
		})
		if err != nil {
			return err
		}
		return out.flush()
	})
	stats.Bytes = out.bytes
	return stats, err
}

// delimited makes the lines of rows.
type delimited struct {
	comma   byte
	end     string
	field   func(dst, cell []byte) []byte
	cell    []byte
	memo    *memo
	guarded tally
}

func (d *delimited) row(dst []byte, cells []any) []byte {
	start := len(dst)
	for i, v := range cells {
		if i > 0 {
			dst = append(dst, d.comma)
		}
		switch v := v.(type) {
		case nil:
			continue
		case string:
			dst = d.guard(dst, i, unsafe.Slice(unsafe.StringData(v), len(v)))
			continue
		case float64, time.Time:
			d.cell = d.memo.append(d.cell[:0], i, v)
		default:
			d.cell = appendText(d.cell[:0], v)
		}
		if canBeFormula(v) {
			dst = d.guard(dst, i, d.cell)
		} else {
			dst = d.field(dst, d.cell)
		}
	}
	if len(dst) == start && len(cells) == 1 {
		dst = append(dst, `""`...) // an empty line would be read as no row
	}
	return append(dst, d.end...)
}

// guard appends the text of a cell that is kept from being a formula.
func (d *delimited) guard(dst []byte, column int, cell []byte) []byte {
	if isFormula(cell) {
		d.guarded.cells[column]++
		cell = append([]byte{'\''}, cell...)
	}
	return d.field(dst, cell)
}

// canBeFormula reports whether a value is text that somebody else wrote.
// Numbers, datetimes and timespans are argosy's own and need no guard.
func canBeFormula(value any) bool {
	switch value.(type) {
	case int64, float64, bool, schema.Timespan:
		return false
	}
	return true
}

// isFormula reports whether a spreadsheet would take the cell for a formula
// (CWE-1236): it begins with = + - @, a tab or a line end, and is no number.
// The full-width forms count too, Excel maps them to the plain ones in some
// languages.
func isFormula(cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	switch cell[0] {
	case '=', '@', '\t', '\r', '\n':
		return true
	case '+', '-':
		return !isNumber(cell)
	case 0xEF: // first byte of the full-width forms
		for _, form := range []string{"＝", "＋", "－", "＠"} {
			if bytes.HasPrefix(cell, []byte(form)) {
				return true
			}
		}
	}
	return false
}

// isNumber reports whether a cell is a signed decimal number. Hexadecimal,
// underscores and words that ParseFloat also takes are text here.
func isNumber(cell []byte) bool {
	s := string(cell)
	if strings.Trim(s, "+-.0123456789eE") != "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// appendCSVField appends a cell, in quotes where it needs them: it holds a
// comma, a quote or a line end, or blanks at its ends that readers may trim.
func appendCSVField(dst, cell []byte) []byte {
	if !needsQuotes(cell) && (len(cell) == 0 || (cell[0] != ' ' && cell[len(cell)-1] != ' ')) {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for {
		i := bytes.IndexByte(cell, '"')
		if i < 0 {
			break
		}
		dst = append(append(dst, cell[:i]...), `""`...)
		cell = cell[i+1:]
	}
	return append(append(dst, cell...), '"')
}

// needsQuotes reports a comma, a quote or a line end. None of them is above the
// comma, and few bytes of most cells are not: eight are looked at together.
func needsQuotes(cell []byte) bool {
	for len(cell) >= 8 {
		x := binary.LittleEndian.Uint64(cell)
		// Bytes below n in x, for n up to 128 (Bit Twiddling Hacks, "hasless").
		if (x-0x2D2D2D2D2D2D2D2D)&^x&0x8080808080808080 != 0 && anyQuoted(cell[:8]) {
			return true
		}
		cell = cell[8:]
	}
	return anyQuoted(cell)
}

func anyQuoted(cell []byte) bool {
	for _, c := range cell {
		if c <= ',' && (c == ',' || c == '"' || c == '\r' || c == '\n') {
			return true
		}
	}
	return false
}

func appendTSVField(dst, cell []byte) []byte {
	for i, c := range cell {
		switch c {
		case '\t', '\n':
			dst = append(dst, ' ')
		case '\r':
			if i+1 < len(cell) && cell[i+1] == '\n' {
				continue // CR LF is one line end, and one blank
			}
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
