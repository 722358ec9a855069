package export

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// addressedRows is the number of rows of a sheet whose cells say where they
// are (r="B7"). The attribute is optional (ECMA-376, 18.3.1.4): a cell without
// it follows the one before. Excel and LibreOffice need it nowhere, but some
// simple readers do; the sheets that such programs meet are small. In large
// sheets it would double the size of the file and the time to write it.
const addressedRows = 100_000

// cellEncoder writes the rows of a sheet as XML into buf.
type cellEncoder struct {
	buf           []byte
	next          int64    // number of the next row
	column        int      // column after the last cell of the row
	addressed     bool     // the current row's cells say where they are
	open          []string // per column, the start of a cell up to the row number
	types         []schema.Column
	styles        cellStyles
	strings       *stringTable
	columns       []columnStrings
	limits        xlsxLimits
	cut, replaced tally
	scratch       []byte
	rowText       []byte // number of the current row
}

func newCellEncoder(part *sheetPart, styles cellStyles, strings *stringTable, limits xlsxLimits, cut, replaced tally) *cellEncoder {
	e := &cellEncoder{
		buf:  make([]byte, 0, entryBlock+entryBlock/4),
		next: 1, types: part.columns, styles: styles, strings: strings,
		columns: make([]columnStrings, len(part.columns)),
		limits:  limits, cut: cut, replaced: replaced,
	}
	for i := range part.columns {
		letters, _ := excelize.ColumnNumberToName(i + 1) // fails from 16,385 on, and then the shell has failed before
		e.open = append(e.open, `<c r="`+letters)
	}
	return e
}

// header writes the names of the columns.
func (e *cellEncoder) header(names []string) {
	e.beginRow()
	for i, name := range names {
		e.inline(i, e.styles.header, name)
	}
	e.endRow()
}

// note writes a row with a remark in its first cell.
func (e *cellEncoder) note(s string) {
	e.beginRow()
	e.inline(0, e.styles.note, s)
	e.endRow()
}

// row writes a row of values.
func (e *cellEncoder) row(values []any) {
	e.beginRow()
	for i := range e.open {
		e.cell(i, values[i])
	}
	e.endRow()
}

func (e *cellEncoder) beginRow() {
	e.rowText = strconv.AppendInt(e.rowText[:0], e.next, 10)
	e.addressed, e.column = e.next <= e.limits.addressed, 0
	e.next++
	e.buf = append(e.buf, `<row r="`...)
	e.buf = append(e.buf, e.rowText...)
	e.buf = append(e.buf, `">`...)
}

func (e *cellEncoder) endRow() { e.buf = append(e.buf, "</row>"...) }

// begin writes a cell's start: its place, its style (0 is the default) and
// the rest of the tag.
func (e *cellEncoder) begin(column, style int, rest string) {
	if e.addressed {
		e.buf = append(e.buf, e.open[column]...)
		e.buf = append(e.buf, e.rowText...)
		e.buf = append(e.buf, '"')
	} else {
		for ; e.column < column; e.column++ {
			e.buf = append(e.buf, "<c/>"...)
		}
		e.column++
		e.buf = append(e.buf, "<c"...)
	}
	if style != 0 {
		e.buf = append(e.buf, ` s="`...)
		e.buf = strconv.AppendInt(e.buf, int64(style), 10)
		e.buf = append(e.buf, '"')
	}
	e.buf = append(e.buf, rest...)
}

const (
	cellNumber = `><v>`
	cellBool   = ` t="b"><v>`
	cellShared = ` t="s"><v>`
	cellInline = ` t="inlineStr"><is>`
	cellLink   = ` t="str"><f>HYPERLINK("`
	cellEnd    = `</v></c>`
)

// cell writes one value with the type that a spreadsheet has for it. Null and
// empty text leave no cell.
func (e *cellEncoder) cell(i int, value any) {
	switch v := value.(type) {
	case nil:
	case string:
		if e.types[i].Type == schema.TypeDecimal {
			e.decimal(i, v)
			return
		}
		e.text(i, v)
	case bool:
		e.begin(i, e.styles.boolean, cellBool)
		e.buf = append(e.buf, "01"[boolIndex(v)])
		e.buf = append(e.buf, cellEnd...)
	case int64:
		e.integer(i, v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			e.text(i, text(v))
			return
		}
		e.begin(i, 0, cellNumber)
		e.buf = strconv.AppendFloat(e.buf, v, 'g', -1, 64)
		e.buf = append(e.buf, cellEnd...)
	case time.Time:
		e.datetime(i, v)
	case schema.Timespan:
		e.timespan(i, v)
	case json.RawMessage:
		e.text(i, text(v))
	default:
		e.text(i, text(value))
	}
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mostDigits is how far a spreadsheet's numbers are exact. Larger integers
// are ids and stay readable as text.
const mostDigits = 999_999_999_999_999

func (e *cellEncoder) integer(i int, v int64) {
	if v > mostDigits || v < -mostDigits {
		e.text(i, strconv.FormatInt(v, 10))
		return
	}
	e.begin(i, 0, cellNumber)
	e.buf = strconv.AppendInt(e.buf, v, 10)
	e.buf = append(e.buf, cellEnd...)
}

// decimal writes a number that came as digits, as a number if a spreadsheet's
// keeps them all: not more than 15, and no exponent.
func (e *cellEncoder) decimal(i int, v string) {
	digits := strings.TrimLeft(strings.Replace(strings.TrimPrefix(v, "-"), ".", "", 1), "0")
	if len(v) == 0 || len(digits) > 15 || !isDigits(digits) || !isNumber([]byte(v)) {
		e.text(i, v)
		return
	}
	e.begin(i, 0, cellNumber)
	e.buf = append(e.buf, v...)
	e.buf = append(e.buf, cellEnd...)
}

// The days that Excel counts right: before March 1900 it has a leap day that
// never was, and the year 9999 is its last.
var (
	firstExcelDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC).Unix()
	lastExcelDay  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix()
)

// excelEpoch is 1899-12-30, day 0, in Unix seconds.
const excelEpoch = -2_209_161_600

func (e *cellEncoder) datetime(i int, v time.Time) {
	seconds := v.Unix()
	if seconds < firstExcelDay || seconds > lastExcelDay {
		e.text(i, text(v))
		return
	}
	since := seconds - excelEpoch
	e.begin(i, e.styles.date, cellNumber)
	if v.Nanosecond() == 0 {
		e.days(since)
	} else {
		day := float64(since)/86400 + float64(v.Nanosecond())/86400e9
		e.buf = strconv.AppendFloat(e.buf, day, 'f', -1, 64)
	}
	e.buf = append(e.buf, cellEnd...)
}

// days writes seconds as days with up to ten decimals, which is exact to five
// microseconds, and half as long as all the digits that a float could give.
func (e *cellEncoder) days(seconds int64) {
	const unit = 10_000_000_000
	e.buf = strconv.AppendInt(e.buf, seconds/86400, 10)
	fraction := ((seconds%86400)*unit + 43200) / 86400
	if fraction == 0 {
		return
	}
	start := len(e.buf)
	e.buf = strconv.AppendInt(e.buf, fraction+unit, 10) // a leading 1 keeps the zeros
	e.buf[start] = '.'
	for e.buf[len(e.buf)-1] == '0' {
		e.buf = e.buf[:len(e.buf)-1]
	}
}

// timespan writes days with a duration format. Excel shows negative ones as
// a row of hashes, so they are text.
func (e *cellEncoder) timespan(i int, v schema.Timespan) {
	if v < 0 {
		e.text(i, text(v))
		return
	}
	e.begin(i, e.styles.duration, cellNumber)
	e.buf = strconv.AppendFloat(e.buf, float64(v)/ticksPerDay, 'f', -1, 64)
	e.buf = append(e.buf, cellEnd...)
}

// text writes a string: as a link when it is the id of a vulnerability,
// otherwise by its number in the shared-string table or into the cell.
func (e *cellEncoder) text(i int, s string) {
	if s == "" {
		return
	}
	if before, ok := linkBase(s); ok {
		e.begin(i, e.styles.link, cellLink)
		e.buf = append(e.buf, before...)
		e.buf = append(e.buf, s...)
		e.buf = append(e.buf, `","`...)
		e.buf = append(e.buf, s...)
		e.buf = append(e.buf, `")</f><v>`...)
		e.buf = append(e.buf, s...)
		e.buf = append(e.buf, cellEnd...)
		return
	}
	n, shared := e.columns[i].find(e.strings, s)
	if !shared && !e.columns[i].off && e.strings.room(s) {
		// What is cut or replaced is counted per cell, so it is not shared.
		var cut, replaced bool
		if e.scratch, cut, replaced = appendT(e.scratch[:0], s, e.limits.text); !cut && !replaced {
			n, shared = e.columns[i].add(e.strings, s, e.scratch)
		}
	}
	if !shared {
		e.inline(i, 0, s)
		return
	}
	e.begin(i, 0, cellShared)
	e.buf = strconv.AppendUint(e.buf, uint64(n), 10)
	e.buf = append(e.buf, cellEnd...)
}

// inline writes a text into its cell.
func (e *cellEncoder) inline(i, style int, s string) {
	e.begin(i, style, cellInline)
	var cut, replaced bool
	e.buf, cut, replaced = appendT(e.buf, s, e.limits.text)
	if cut {
		e.cut.cells[i]++
	}
	if replaced {
		e.replaced.cells[i]++
	}
	e.buf = append(e.buf, "</is></c>"...)
}

// linkBase is the address to which a vulnerability id is appended, if s is
// one as a whole.
func linkBase(s string) (string, bool) {
	switch {
	case strings.HasPrefix(s, "CVE-") && isCVE(s):
		return "https://nvd.nist.gov/vuln/detail/", true
	case strings.HasPrefix(s, "GHSA-") && isGHSA(s):
		return "https://github.com/advisories/", true
	}
	return "", false
}

// isCVE reports CVE-YYYY- and four digits or more.
func isCVE(s string) bool {
	if len(s) < 13 || len(s) > 24 || s[8] != '-' {
		return false
	}
	return isDigits(s[4:8]) && isDigits(s[9:])
}

// isGHSA reports GHSA- and three groups of four letters or digits.
func isGHSA(s string) bool {
	if len(s) != 19 || s[9] != '-' || s[14] != '-' {
		return false
	}
	for _, c := range []byte(s[5:]) {
		if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
