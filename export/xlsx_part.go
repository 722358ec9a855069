package export

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// part is one worksheet being written.
type part struct {
	name   string
	stream *excelize.StreamWriter
	next   int // the row to write, counted from 1
}

// part begins a worksheet. What the stream writer keeps only when it is set
// before the rows is set here.
func (b *workbook) part(name string, columns []schema.Column, cells *cellWriter, widths []float64) (*part, error) {
	p := &part{name: b.sheetName(name), next: 2}
	fail := func(err error) (*part, error) { return nil, fmt.Errorf("beginning sheet %q: %w", p.name, err) }
	if _, err := b.file.NewSheet(p.name); err != nil {
		return fail(err)
	}
	if err := b.page(p.name, columns); err != nil {
		return fail(err)
	}
	var err error
	if p.stream, err = b.file.NewStreamWriter(p.name); err != nil {
		return fail(err)
	}
	for i, width := range widths {
		if err := p.stream.SetColWidth(i+1, i+1, width); err != nil {
			return fail(err)
		}
	}
	if err := p.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fail(err)
	}
	header := make([]any, len(columns))
	for i, n := range cells.names {
		header[i] = excelize.Cell{StyleID: b.styles.header, Value: n}
	}
	if err := p.stream.SetRow("A1", header, excelize.RowOpts{Height: 20}); err != nil {
		return fail(err)
	}
	return p, nil
}

// page sets how a sheet prints and colours its severities.
func (b *workbook) page(name string, columns []schema.Column) error {
	landscape, fit, one, auto := "landscape", true, 1, 0
	if err := b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &one, FitToHeight: &auto}); err != nil {
		return err
	}
	if err := b.file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&RPage &P of &N"}); err != nil {
		return err
	}
	if err := b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: name,
		RefersTo: "'" + strings.ReplaceAll(name, "'", "''") + "'!$1:$1"}); err != nil {
		return err
	}
	for i, c := range columns {
		if !isSeverityColumn(c) && !strings.EqualFold(c.Name, "severity") {
			continue
		}
		col, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		var rules []excelize.ConditionalFormatOptions
		for k, s := range schema.Severities() {
			style := b.styles.severity[k]
			rules = append(rules, excelize.ConditionalFormatOptions{Type: "cell", Criteria: "==", Format: &style, Value: `"` + s.String() + `"`})
		}
		if err := b.file.SetConditionalFormat(name, fmt.Sprintf("%s2:%s%d", col, col, b.maxRows), rules); err != nil {
			return err
		}
	}
	return nil
}

func (p *part) row(cells *cellWriter, values []any) error {
	cell, err := excelize.CoordinatesToCellName(1, p.next)
	if err == nil {
		err = p.stream.SetRow(cell, cells.row(values))
	}
	if err != nil {
		return fmt.Errorf("writing row %d of sheet %q: %w", p.next, p.name, err)
	}
	p.next++
	return nil
}

// end closes the worksheet with a table over its rows. A table needs a row: an
// empty result gets one that says so.
func (p *part) end(b *workbook, cells *cellWriter) error {
	if p.next == 2 {
		if err := p.stream.SetRow("A2", []any{excelize.Cell{StyleID: b.styles.note, Value: "no rows"}}); err != nil {
			return err
		}
		p.next++
	}
	last, err := excelize.CoordinatesToCellName(len(cells.names), p.next-1)
	if err != nil {
		return err
	}
	b.tables++
	stripes := true
	err = p.stream.AddTable(&excelize.Table{Range: "A1:" + last, Name: tableName(p.name, b.tables), StyleName: "TableStyleLight1", ShowRowStripes: &stripes})
	if err == nil {
		err = p.stream.Flush()
	}
	if err != nil {
		return fmt.Errorf("ending sheet %q: %w", p.name, err)
	}
	return nil
}

// tableName makes a name of letters, digits and underscores that cannot be
// taken for a cell.
func tableName(sheet string, n int) string {
	s := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, sheet)
	return fmt.Sprintf("t%d_%s", n, s)
}

// cellWriter turns values into cells and counts what a cell cannot hold.
type cellWriter struct {
	columns       []schema.Column
	names         []string
	styles        bookStyles
	cut, replaced tally
	cells         []any
}

func newCellWriter(columns []schema.Column, styles bookStyles) *cellWriter {
	clean := make([]schema.Column, len(columns))
	for i, c := range columns {
		clean[i] = c
		clean[i].Name = strings.Join(strings.Fields(c.Name), " ") // a table's header is one line
	}
	names := uniqueNames(clean, strings.ToLower)
	original := columnNames(columns)
	return &cellWriter{columns: columns, names: names, styles: styles, cut: newTally(original), replaced: newTally(original), cells: make([]any, len(columns))}
}

// advisory matches the ids that have a page of their own.
var advisory = regexp.MustCompile(`^(CVE-\d{4}-\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3})$`)

func (w *cellWriter) row(values []any) []any {
	for i, v := range values {
		w.cells[i] = w.cell(i, v)
	}
	return w.cells
}

func (w *cellWriter) cell(i int, v any) any {
	switch x := v.(type) {
	case nil:
		return nil
	case bool:
		return x
	case int64:
		if x > 1<<53 || x < -1<<53 {
			return excelize.Cell{StyleID: w.styles.text, Value: text(v)} // a number there would lose digits
		}
		return excelize.Cell{StyleID: w.styles.whole, Value: x}
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return text(v)
		}
		return excelize.Cell{StyleID: w.styles.text, Value: x}
	case time.Time:
		return w.date(x)
	case json.RawMessage:
		return w.words(i, text(x))
	case string:
		if w.columns[i].Type == schema.TypeDynamic && len(x) == len("2006-01-02T15:04:05.0000000Z") {
			if t, err := time.Parse("2006-01-02T15:04:05.0000000Z", x); err == nil {
				return w.date(t)
			}
		}
		return w.words(i, x)
	}
	return w.words(i, text(v))
}

// date writes a time as a number that a spreadsheet shows as a date; those
// before 1900, which it cannot count, as text.
func (w *cellWriter) date(t time.Time) any {
	if t.Year() < 1901 || t.Year() > 9999 {
		return excelize.Cell{StyleID: w.styles.text, Value: text(t)}
	}
	days := float64(t.Unix())/86400 + 25569 + float64(t.Nanosecond())/86400e9
	return excelize.Cell{StyleID: w.styles.date, Value: days}
}

// words writes text: on one line, without characters that XML has no way to
// write, and no longer than a cell takes.
func (w *cellWriter) words(i int, s string) any {
	if advisory.MatchString(s) {
		link := "https://nvd.nist.gov/vuln/detail/" + s
		if strings.HasPrefix(s, "GHSA") {
			link = "https://github.com/advisories/" + s
		}
		return excelize.Cell{StyleID: w.styles.link, Formula: `HYPERLINK("` + link + `","` + s + `")`, Value: s}
	}
	clean, replaced := cleanText(s)
	if replaced {
		w.replaced.cells[i]++
	}
	if n := utf8.RuneCountInString(clean); n > maxCellText {
		w.cut.cells[i]++
		clean = string([]rune(clean)[:maxCellText])
	}
	return excelize.Cell{StyleID: w.styles.text, Value: clean}
}

// cleanText collapses line ends and replaces what XML 1.0 does not allow.
func cleanText(s string) (string, bool) {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == utf8.RuneError || r == 0xfffe || r == 0xffff }) {
		return s, false
	}
	replaced := false
	out := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r == utf8.RuneError || r == 0xfffe || r == 0xffff:
			replaced = true
			return utf8.RuneError
		}
		return r
	}, s)
	return out, replaced
}
