package export

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// bookStyles are the styles of a workbook. Every font has its family and size
// set: readers differ in what they take for the default.
type bookStyles struct {
	header, text, whole, date, link, note, label, title int
	severity                                            []int // conditional, in the order of schema.Severities
}

const (
	fontFamily = "Calibri"
	fontSize   = 10
	navy       = "1F3864"
)

func newBookStyles(f *excelize.File) (bookStyles, error) {
	var s bookStyles
	dates := "yyyy-mm-dd hh:mm"
	font := func(color string, bold bool, size float64) *excelize.Font {
		return &excelize.Font{Family: fontFamily, Size: size, Bold: bold, Color: color}
	}
	top := &excelize.Alignment{Vertical: "top"}
	for _, one := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.header, excelize.Style{Font: font("FFFFFF", true, fontSize), Fill: solid(navy), Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&s.text, excelize.Style{Font: font("000000", false, fontSize), Alignment: top}},
		{&s.whole, excelize.Style{Font: font("000000", false, fontSize), Alignment: top, NumFmt: 3}},
		{&s.date, excelize.Style{Font: font("000000", false, fontSize), Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}, CustomNumFmt: &dates}},
		{&s.link, excelize.Style{Font: &excelize.Font{Family: fontFamily, Size: fontSize, Color: "0563C1", Underline: "single"}, Alignment: top}},
		{&s.note, excelize.Style{Font: &excelize.Font{Family: fontFamily, Size: fontSize, Color: "808080", Italic: true}, Alignment: top}},
		{&s.label, excelize.Style{Font: font(navy, true, fontSize), Alignment: top}},
		{&s.title, excelize.Style{Font: font(navy, true, 16)}},
	} {
		id, err := f.NewStyle(&one.style)
		if err != nil {
			return s, fmt.Errorf("preparing the styles: %w", err)
		}
		*one.id = id
	}
	for _, c := range [][2]string{{"C00000", "FFFFFF"}, {"FF5050", "000000"}, {"FFC000", "000000"}, {"FFF2CC", "000000"}, {"D9D9D9", "000000"}} {
		id, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Family: fontFamily, Size: fontSize, Color: c[1], Bold: true}, Fill: solid(c[0])})
		if err != nil {
			return s, fmt.Errorf("preparing the styles: %w", err)
		}
		s.severity = append(s.severity, id)
	}
	return s, nil
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

// line is one row of the About sheet.
type line struct{ label, value string }

// about writes the sheet that says where the rows come from and whether they
// are whole.
func (b *workbook) about(plan *Plan, stats Stats) error {
	const name = "About"
	if _, err := b.file.NewSheet(name); err != nil {
		return fmt.Errorf("writing sheet %q: %w", name, err)
	}
	fit, portrait, one, auto := true, "portrait", 1, 0
	steps := []error{
		b.file.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		b.file.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &portrait, FitToWidth: &one, FitToHeight: &auto}),
		b.file.SetColWidth(name, "A", "A", 24), b.file.SetColWidth(name, "B", "B", 110),
		b.file.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: new(bool)}),
		b.file.SetCellStr(name, "A1", plan.Title), b.file.SetCellStyle(name, "A1", "A1", b.styles.title), b.file.SetRowHeight(name, 1, 26),
	}
	for i, l := range aboutLines(plan, stats) {
		a, v := fmt.Sprintf("A%d", i+3), fmt.Sprintf("B%d", i+3)
		clean, _ := cleanText(l.value)
		steps = append(steps, b.file.SetCellStr(name, a, l.label), b.file.SetCellStr(name, v, clean),
			b.file.SetCellStyle(name, a, a, b.styles.label), b.file.SetCellStyle(name, v, v, b.styles.text))
	}
	for _, err := range steps {
		if err != nil {
			return fmt.Errorf("writing sheet %q: %w", name, err)
		}
	}
	return nil
}

func aboutLines(plan *Plan, stats Stats) []line {
	var out []line
	add := func(label, format string, args ...any) { out = append(out, line{label, fmt.Sprintf(format, args...)}) }
	if plan.Report != "" {
		add("Report", "%s", plan.Report)
	}
	add("Generated", "%s", text(plan.Generated))
	add("By", "argosy %s", plan.Version)
	if plan.Partial == "" {
		add("Data", "complete")
	} else {
		add("Data", "PARTIAL: %s", plan.Partial)
	}
	for _, s := range plan.Sources {
		add("Data as of", "%s: newest scan %s, oldest scan %s, %s", s.Scanner, text(s.Newest), text(s.Oldest), plural(s.Images, "image"))
	}
	if c := plan.Coverage; c != nil {
		add("Coverage", "%s scanned, %d never scanned", plural(c.Scanned, "image"), c.Never)
	}
	for _, n := range plan.Notes {
		add("Note", "%s", n)
	}
	for i, s := range stats.Sheets {
		matched := fmt.Sprint(s.Matched)
		if s.Matched < 0 {
			matched = "more than " + fmt.Sprint(s.Written)
		}
		add("Sheet "+strings.Join(s.Parts, ", "), "%s rows matched, %d written, %d cells shortened, %d cells with replaced characters; %s",
			matched, s.Written, Cells(s.Cut), Cells(s.Replaced), plan.Sheets[i].Title)
	}
	for _, p := range plan.Parameters {
		add("Parameter "+p.Name, "%s (%s)", p.Value, p.Type)
	}
	out = append(out, glossary(plan)...)
	add("Query language", "%s", strings.ToUpper(plan.Language))
	add("Query SHA-256", "%x", sha256.Sum256([]byte(plan.Query)))
	// One row a line keeps a query readable, and no line is longer than a cell.
	for i, l := range strings.Split(strings.TrimRight(plan.Query, "\n"), "\n") {
		label := ""
		if i == 0 {
			label = "Query"
		}
		for first := true; first || l != ""; first = false {
			n := min(len(l), maxCellText)
			out = append(out, line{label, l[:n]})
			l, label = l[n:], ""
		}
	}
	return out
}

// glossary says what columns hold, as far as it is known by their names.
func glossary(plan *Plan) []line {
	var out []line
	for _, s := range plan.Sheets {
		for _, c := range s.Columns {
			if c.Doc != "" {
				out = append(out, line{"Column " + c.Name, c.Doc})
			}
		}
	}
	return out
}
