// Package csvread reads tables of text: comma-separated values by RFC 4180
// and their relatives with semicolons, tabs and bars. It takes one row after
// another, so that memory stays flat, and it is strict where a table could
// otherwise be misread: quotes must pair, and every row must have as many
// fields as the header, or the table is cut off or shifted.
package csvread

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// maxRow bounds one row, so that a quote that is never closed does not read
// the rest of a large file into memory.
const maxRow = 16 << 20

// Options of a table; the zero value is a table with a header whose delimiter
// is found by looking at the header.
type Options struct {
	// Comma is the delimiter, 0 to find it.
	Comma rune
	// Skip is the number of lines before the header.
	Skip int
	// Headless says that the first row is data. The columns are then called
	// "1", "2" and so on.
	Headless bool
}

// Reader reads the rows of one table.
type Reader struct {
	csv    *csv.Reader
	budget *budget
	header []string
	index  map[string]int
	skip   int
	first  []string
	line   int
	eof    bool
}

// New reads the header of a table. A header without a line end is an error:
// what is left of a table that is cut off there looks like one without rows.
func New(in io.Reader, opt Options) (*Reader, error) {
	b := &budget{r: in, left: maxRow}
	head, rest, err := opening(b, opt.Skip)
	if err != nil {
		return nil, err
	}
	r := &Reader{budget: b, skip: opt.Skip}
	if line, comma, ok := sepLine(head); ok {
		head, r.skip = head[line:], r.skip+1
		if opt.Comma == 0 {
			opt.Comma = comma
		}
	}
	if opt.Comma == 0 {
		_, opt.Comma = Header(head)
	}
	r.csv = csv.NewReader(io.MultiReader(bytes.NewReader(head), rest))
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.ReuseRecord = opt.Comma, -1, true
	unended := len(head) < headSize && !bytes.ContainsRune(head, '\n')
	rec, err := r.record()
	if err == nil && unended && !opt.Headless {
		return nil, errors.New("the table ends within its first line: the file is cut off, or its header lacks a line end")
	}
	if errors.Is(err, io.EOF) {
		r.eof = true
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	if opt.Headless {
		r.first = append(r.first, rec...)
		for i := range rec {
			r.header = append(r.header, strconv.Itoa(i+1))
		}
	} else {
		r.header = append(r.header, rec...)
	}
	r.index = map[string]int{}
	for i, h := range r.header {
		if k := Fold(h); k != "" {
			if _, seen := r.index[k]; !seen {
				r.index[k] = i
			}
		}
	}
	return r, nil
}

// headSize is how much of a table is looked at for its delimiter.
const headSize = 64 << 10

// opening passes over lines and returns the next bytes apart from the rest.
func opening(in io.Reader, skip int) ([]byte, io.Reader, error) {
	var head []byte
	buf := make([]byte, headSize)
	for {
		n, err := io.ReadFull(in, buf)
		head = append(head, buf[:n]...)
		for skip > 0 {
			i := bytes.IndexByte(head, '\n')
			if i < 0 {
				head = head[:0]
				break
			}
			head, skip = head[i+1:], skip-1
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return head, bytes.NewReader(nil), nil
		case err != nil:
			return nil, nil, err
		case skip == 0:
			return head, in, nil
		}
	}
}

// sepLine recognises Excel's line "sep=;" before the header and returns its
// length and the delimiter.
func sepLine(head []byte) (int, rune, bool) {
	line, _, ok := bytes.Cut(head, []byte("\n"))
	text := strings.TrimSuffix(string(line), "\r")
	text = strings.Trim(text, `"`)
	rest, is := strings.CutPrefix(text, "sep=")
	if !ok || !is || len([]rune(rest)) != 1 {
		return 0, 0, false
	}
	return len(line) + 1, []rune(rest)[0], true
}

// Header returns the fields of the first line of a text and the delimiter
// that parts it into most of them. A line without any delimiter is one field.
func Header(text []byte) ([]string, rune) {
	if n, comma, ok := sepLine(text); ok {
		return split(text[n:], comma), comma
	}
	var best []string
	bestComma := ','
	for _, comma := range []rune{'\t', ',', ';', '|'} {
		if rec := split(text, comma); len(rec) > len(best) {
			best, bestComma = rec, comma
		}
	}
	return best, bestComma
}

// Look returns the fields of the line that New would take for the header, or
// for the first row.
func Look(text []byte, opt Options) []string {
	for range opt.Skip {
		_, rest, ok := bytes.Cut(text, []byte("\n"))
		if !ok {
			return nil
		}
		text = rest
	}
	header, _ := Header(text)
	if opt.Comma == 0 {
		return header
	}
	if n, _, ok := sepLine(text); ok {
		text = text[n:]
	}
	return split(text, opt.Comma)
}

func split(text []byte, comma rune) []string {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.LazyQuotes = comma, true
	rec, err := r.Read()
	if err != nil {
		return nil
	}
	return rec
}

// Fold makes names of columns comparable: letters and digits alone, in lower
// case, because exports differ in blanks, dashes and case from version to
// version. A zone that Azure adds to the name of a time counts for nothing.
func Fold(name string) string {
	name = strings.TrimSuffix(name, "[UTC]")
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}

// Header returns the names of the columns; a table without any line has none.
func (r *Reader) Header() []string { return r.header }

// Column returns the position of a column by its name, see Fold, or -1.
func (r *Reader) Column(name string) int {
	if i, ok := r.index[Fold(name)]; ok {
		return i
	}
	return -1
}

// Next reads the next row into w; at the end of the table it returns io.EOF.
func (r *Reader) Next(w *Row) error {
	if r.eof {
		return io.EOF
	}
	rec := r.first
	r.first = nil
	// A line of blanks is no row, whatever the header has.
	for rec == nil || len(rec) == 1 && len(r.header) > 1 && strings.TrimSpace(rec[0]) == "" {
		var err error
		if rec, err = r.record(); err != nil {
			r.eof = errors.Is(err, io.EOF)
			return err
		}
	}
	if err := r.width(rec); err != nil {
		return err
	}
	w.r, w.line = r, r.line
	w.cells = w.cells[:0]
	for _, f := range rec[:len(r.header)] {
		// Text of another encoding than UTF-8 is shown as such and goes no further.
		w.cells = append(w.cells, strings.ToValidUTF8(f, "\uFFFD"))
	}
	w.used = append(w.used[:0], make([]bool, len(rec))...)
	return nil
}

// width checks that a row fits the header; empty fields too many are harmless.
func (r *Reader) width(rec []string) error {
	n := len(r.header)
	if len(rec) < n {
		return fmt.Errorf("line %d has %d fields where the header has %d: the table is cut off or broken there", r.line, len(rec), n)
	}
	for _, f := range rec[n:] {
		if strings.TrimSpace(f) != "" {
			return fmt.Errorf("line %d has %d fields where the header has %d: its values stand in the wrong columns", r.line, len(rec), n)
		}
	}
	return nil
}

// record reads one record and notes the line where it begins.
func (r *Reader) record() ([]string, error) {
	r.budget.left = maxRow
	rec, err := r.csv.Read()
	if err == nil {
		r.line, _ = r.csv.FieldPos(0)
		r.line += r.skip
		return rec, nil
	}
	var pe *csv.ParseError
	switch {
	case errors.Is(err, errRowTooLong):
		return nil, fmt.Errorf("the row after line %d is longer than %d MB: a quote is never closed", r.line, maxRow>>20)
	case errors.As(err, &pe) && errors.Is(pe.Err, csv.ErrQuote):
		return nil, fmt.Errorf("the table is broken or cut off: the row that begins on line %d has a quote that is not closed, or text beside a closing quote", pe.StartLine+r.skip)
	case errors.As(err, &pe):
		return nil, fmt.Errorf("the table is broken on line %d, column %d: %w", pe.Line+r.skip, pe.Column, pe.Err)
	}
	return nil, err
}

var errRowTooLong = errors.New("the row is too long")

// budget counts what one row takes from the input.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errRowTooLong
	}
	n, err := b.r.Read(p)
	b.left -= n
	return n, err
}
