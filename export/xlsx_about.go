package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// aboutSheet says where the rows of a workbook come from and what became of
// them, so that somebody who was sent the file can trust it or repeat it.
const aboutSheet = "About"

// aboutColumns are the widths of the sheet; texts may span from their column
// to the last.
var aboutColumns = []float64{34, 24, 24, 12, 40}

// about writes the sheet from top to bottom.
type about struct {
	file *excelize.File
	row  int
	err  error

	title, section, head, label, value, date, code int
}

// fillAbout adds the sheet at the end of the workbook.
func (wb *workbook) fillAbout(file *excelize.File) error {
	if _, err := file.NewSheet(aboutSheet); err != nil {
		return err
	}
	a := &about{file: file, row: 1}
	if err := a.addStyles(); err != nil {
		return err
	}
	for i, width := range aboutColumns {
		name, _ := excelize.ColumnNumberToName(i + 1)
		a.keep(file.SetColWidth(aboutSheet, name, name, width))
	}
	off := false
	a.keep(file.SetSheetView(aboutSheet, 0, &excelize.ViewOptions{ShowGridLines: &off}))
	a.keep(setUpPage(file, aboutSheet, "portrait", 1, wb.plan))

	wb.aboutReport(a)
	wb.aboutRows(a)
	wb.aboutData(a)
	wb.aboutNotes(a)
	wb.aboutParameters(a)
	wb.aboutColumns(a)
	wb.aboutQuery(a)
	return a.err
}

func (a *about) addStyles() error {
	wrap := &excelize.Alignment{Vertical: "top", WrapText: true}
	top := &excelize.Alignment{Vertical: "top"}
	left := &excelize.Alignment{Vertical: "top", Horizontal: "left"}
	date := `yyyy-mm-dd hh:mm:ss" UTC"`
	plain := font(fontFamily, fontSize, "000000", false)
	return addStyles(a.file,
		styleOf{&a.title, &excelize.Style{Font: font(fontFamily, 16, white, true), Fill: solid(navy), Alignment: &excelize.Alignment{Vertical: "center"}}},
		styleOf{&a.section, &excelize.Style{Font: font(fontFamily, 12, navy, true), Alignment: top,
			Border: []excelize.Border{{Type: "bottom", Style: 2, Color: navy}}}},
		styleOf{&a.head, &excelize.Style{Font: font(fontFamily, fontSize, grey, true), Alignment: left}},
		styleOf{&a.label, &excelize.Style{Font: font(fontFamily, fontSize, grey, false), Alignment: top}},
		styleOf{&a.value, &excelize.Style{Font: plain, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left", WrapText: true}}},
		styleOf{&a.date, &excelize.Style{Font: plain, Alignment: left, CustomNumFmt: &date}},
		styleOf{&a.code, &excelize.Style{Font: font(monoFamily, 10, "000000", false), Alignment: wrap}},
	)
}

func (a *about) keep(err error) {
	if a.err == nil {
		a.err = err
	}
}

func cellName(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row)
	return name
}

// put writes one cell with a style. Times become date cells.
func (a *about) put(column, style int, value any) {
	cell := cellName(column, a.row)
	switch v := value.(type) {
	case nil:
		return
	case string:
		a.keep(a.file.SetCellStr(aboutSheet, cell, v))
	case time.Time:
		if v.IsZero() {
			a.keep(a.file.SetCellStr(aboutSheet, cell, "unknown"))
			break
		}
		a.keep(a.file.SetCellValue(aboutSheet, cell, v.UTC()))
		style = a.date
	default:
		a.keep(a.file.SetCellValue(aboutSheet, cell, v))
	}
	a.keep(a.file.SetCellStyle(aboutSheet, cell, cell, style))
}

// line writes the cells of a row and goes to the next.
func (a *about) line(style int, values ...any) {
	for i, v := range values {
		a.put(i+1, style, v)
	}
	a.row++
}

// span writes a text from a column to the last one. Where it does not fit on
// a line it wraps and the row grows: nobody drags rows before printing.
func (a *about) span(column, style int, s string, perUnit float64) {
	width := 0.0
	for _, w := range aboutColumns[column-1:] {
		width += w
	}
	a.put(column, style, s)
	first, last := cellName(column, a.row), cellName(len(aboutColumns), a.row)
	a.keep(a.file.MergeCell(aboutSheet, first, last))
	a.keep(a.file.SetCellStyle(aboutSheet, first, last, style))
	if lines := math.Ceil(float64(displayWidth(s)) * perUnit / width); lines > 1 {
		a.keep(a.file.SetRowHeight(aboutSheet, a.row, min(lines*15+1, 409)))
	}
}

// Characters that a unit of column width holds, the other way round: words
// wrap early, and the fixed-width font is wider than the text font.
const (
	textUnit = 1.12
	codeUnit = 1.08
)

// field writes a label and its value, and nothing for an empty value.
func (a *about) field(label string, value any) {
	if value == "" {
		return
	}
	a.put(1, a.label, label)
	if s, ok := value.(string); ok {
		a.span(2, a.value, s, textUnit)
	} else {
		a.put(2, a.value, value)
	}
	a.row++
}

// heading starts a section.
func (a *about) heading(title string) {
	a.row++
	a.put(1, a.section, title)
	a.keep(a.file.SetCellStyle(aboutSheet, cellName(1, a.row), cellName(len(aboutColumns), a.row), a.section))
	a.row++
}

func (wb *workbook) aboutReport(a *about) {
	plan := wb.plan
	a.put(1, a.title, planTitle(plan))
	a.keep(a.file.SetCellStyle(aboutSheet, "A1", cellName(len(aboutColumns), 1), a.title))
	a.keep(a.file.SetRowHeight(aboutSheet, 1, 28))
	a.row = 3
	a.field("Report", plan.Report)
	state := plan.State(wb.stats)
	a.field("State", strings.ToUpper(state[:1])+state[1:])
	a.field("Generated", plan.Generated)
	a.field("Made by", strings.TrimSpace("argosy "+plan.Version))
	a.field("Run", plan.RunID)
}

func (wb *workbook) aboutRows(a *about) {
	a.heading("Rows")
	a.line(a.head, "Sheet", "Matched", "Written", "Left out", "Remarks")
	for i, s := range wb.stats.Sheets {
		var matched, left any = s.Matched, s.Matched - s.Written
		if s.Matched < 0 {
			matched, left = "more than written", "unknown"
		}
		var remarks []string
		if s.Written == 0 {
			remarks = append(remarks, "no rows")
		}
		if len(s.Parts) > 1 {
			remarks = append(remarks, "continues on "+strings.Join(s.Parts[1:], ", "))
		}
		for _, c := range s.Cut {
			remarks = append(remarks, fmt.Sprintf("%s of %q cut to %d characters", plural(c.Cells, "cell"), c.Column, wb.limits.text))
		}
		for _, c := range s.Replaced {
			remarks = append(remarks, fmt.Sprintf("%s of %q with characters that a workbook cannot hold, shown as \uFFFD", plural(c.Cells, "cell"), c.Column))
		}
		if s.Truncated {
			remarks = append(remarks, s.truncation())
		}
		if len(s.Hidden) > 0 {
			remarks = append(remarks, "columns without room: "+strings.Join(s.Hidden, ", "))
		}
		name := s.Name
		if wb.first[i] != nil {
			name = s.Parts[0]
		}
		said := strings.Join(remarks, "; ")
		a.put(5, a.value, said)
		lines := max(math.Ceil(float64(displayWidth(said))*textUnit/aboutColumns[4]), math.Ceil(float64(displayWidth(name))*textUnit/aboutColumns[0]))
		if lines > 1 {
			a.keep(a.file.SetRowHeight(aboutSheet, a.row, min(lines*15+1, 409)))
		}
		a.line(a.value, name, matched, s.Written, left)
		if doc := wb.sheets[i].Doc; doc != "" {
			a.span(2, a.value, doc, textUnit)
			a.row++
		}
	}
}

func (wb *workbook) aboutData(a *about) {
	a.heading("Data as of")
	if len(wb.plan.Sources) == 0 {
		a.field("Scans", "unknown")
	} else {
		a.line(a.head, "Scanner", "Newest scan", "Oldest scan", "Images")
		for _, s := range wb.plan.Sources {
			a.line(a.value, s.Scanner, s.Newest, s.Oldest, s.Images)
		}
	}
	a.heading("Coverage")
	c := wb.plan.Coverage
	if c == nil {
		a.field("Images", "unknown")
		return
	}
	a.field("Images scanned", c.Scanned)
	a.field("Never scanned", c.Never)
	if c.StaleAfter > 0 {
		a.field("Scan older than "+days(c.StaleAfter), c.Stale)
	}
}

// days says a duration in the unit that people set it in.
func days(d time.Duration) string {
	if d >= 48*time.Hour && d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return fmt.Sprintf("%g hours", d.Hours())
}

func (wb *workbook) aboutNotes(a *about) {
	notes := append(append([]string{}, wb.plan.Notes...), wb.notes...)
	if len(notes) == 0 {
		return
	}
	a.heading("Notes")
	for _, note := range notes {
		a.span(1, a.value, note, textUnit)
		a.row++
	}
}

func (wb *workbook) aboutParameters(a *about) {
	if len(wb.plan.Parameters) == 0 {
		return
	}
	a.heading("Parameters")
	a.line(a.head, "Name", "Type", "Value")
	for _, p := range wb.plan.Parameters {
		a.put(1, a.value, p.Name)
		a.put(2, a.value, p.Type)
		a.span(3, a.value, p.Value, textUnit)
		a.row++
	}
}

// aboutColumns explains the columns of every sheet; sheets that continue
// others have the same.
func (wb *workbook) aboutColumns(a *about) {
	for i := range wb.sheets {
		part := wb.first[i]
		if part == nil {
			continue
		}
		title := "Columns"
		if len(wb.sheets) > 1 {
			title = "Columns of " + part.name
		}
		a.heading(title)
		a.line(a.head, "Column", "Type", "Meaning")
		for j, c := range part.columns {
			a.put(1, a.value, part.headers[j])
			a.put(2, a.value, string(c.Type))
			a.span(3, a.value, c.Doc, textUnit)
			a.row++
		}
	}
}

// aboutQuery writes the query a line a row, so that it can be copied as it
// was; a line longer than a cell continues in the next row.
func (wb *workbook) aboutQuery(a *about) {
	a.heading("Query")
	if wb.plan.Query == "" {
		a.field("Text", "unknown")
		return
	}
	sum := sha256.Sum256([]byte(wb.plan.Query))
	a.field("Language", wb.plan.Language)
	a.field("SHA-256", hex.EncodeToString(sum[:]))
	// On paper the query would be many pages that nobody reads.
	a.field("Text", "below; it is not printed")
	last, _ := excelize.ColumnNumberToName(len(aboutColumns))
	a.keep(a.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", RefersTo: fmt.Sprintf("%s!$A$1:$%s$%d", quoteSheet(aboutSheet), last, a.row), Scope: aboutSheet,
	}))
	a.row++
	for _, line := range strings.Split(wb.plan.Query, "\n") {
		for _, piece := range pieces(strings.TrimSuffix(line, "\r"), wb.limits.text) {
			a.span(1, a.code, piece, codeUnit)
			a.row++
		}
	}
}

// pieces splits a text into parts of at most so many UTF-16 units.
func pieces(s string, units int) []string {
	var out []string
	start, used := 0, 0
	for i, r := range s {
		if n := utf16.RuneLen(r); used+n > units {
			out = append(out, s[start:i])
			start, used = i, 0
		}
		used += max(1, utf16.RuneLen(r))
	}
	return append(out, s[start:])
}
