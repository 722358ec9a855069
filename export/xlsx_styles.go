package export

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// The font of every cell. Every style names family and size: a program that
// lacks the font of a style without them falls back to another one per cell.
const (
	fontFamily = "Calibri"
	fontSize   = 11
	monoFamily = "Consolas"
)

// The colours of the workbook.
const (
	navy  = "1F3864"
	white = "FFFFFF"
	blue  = "0563C1"
	grey  = "595959"
)

// cellStyles are the numbers of the styles that rows refer to.
type cellStyles struct {
	header, date, duration, boolean, link, note int
}

func font(family string, size float64, color string, bold bool) *excelize.Font {
	return &excelize.Font{Family: family, Size: size, Color: color, Bold: bold}
}

func solid(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

// addCellStyles adds the styles of result sheets. It must come first, so that
// the numbers are the same in every shell of a workbook.
func addCellStyles(file *excelize.File) (cellStyles, error) {
	if err := file.SetDefaultFont(fontFamily); err != nil {
		return cellStyles{}, err
	}
	date, duration := "yyyy-mm-dd hh:mm:ss", "[h]:mm:ss"
	// Excel needs none for a boolean. LibreOffice keeps booleans as numbers, and
	// knows this format as the one that shows them as words.
	truth := `"TRUE";"TRUE";"FALSE"`
	link := font(fontFamily, fontSize, blue, false)
	link.Underline = "single"
	note := font(fontFamily, fontSize, grey, false)
	note.Italic = true
	header := &excelize.Style{
		Font: font(fontFamily, fontSize, white, true), Fill: solid(navy),
		Alignment: &excelize.Alignment{Vertical: "center"},
	}
	plain := font(fontFamily, fontSize, "000000", false)
	var s cellStyles
	err := addStyles(file,
		styleOf{&s.header, header},
		styleOf{&s.date, &excelize.Style{Font: plain, CustomNumFmt: &date, Alignment: &excelize.Alignment{Horizontal: "left"}}},
		styleOf{&s.duration, &excelize.Style{Font: plain, CustomNumFmt: &duration}},
		styleOf{&s.boolean, &excelize.Style{Font: plain, CustomNumFmt: &truth, Alignment: &excelize.Alignment{Horizontal: "center"}}},
		styleOf{&s.link, &excelize.Style{Font: link}},
		styleOf{&s.note, &excelize.Style{Font: note}},
	)
	return s, err
}

// severityLook is the look of severity words: words of scanners have the
// colour of the canonical severity that they stand for.
type severityLook struct {
	words       []string
	fill, color string
}

func severityLooks() []severityLook {
	return []severityLook{
		{[]string{"Critical"}, "8B0000", white},
		{[]string{"High", "Important"}, "E03131", white},
		{[]string{"Medium", "Moderate"}, "F59F00", "000000"},
		{[]string{"Low", "Negligible"}, "FFE066", "000000"},
		{[]string{"Unknown"}, "CED4DA", "212529"},
	}
}

// severityStyle is a severity word and its look in a conditional format.
type severityStyle struct {
	word  string
	style int
}

// addSeverityStyles adds the looks of severity words.
func addSeverityStyles(file *excelize.File) ([]severityStyle, error) {
	var styles []severityStyle
	for _, look := range severityLooks() {
		id, err := file.NewConditionalStyle(&excelize.Style{
			Font: font(fontFamily, fontSize, look.color, true), Fill: solid(look.fill),
		})
		if err != nil {
			return nil, err
		}
		for _, word := range look.words {
			styles = append(styles, severityStyle{word, id})
		}
	}
	return styles, nil
}

// colorSeverity colours the severity words of a range.
func colorSeverity(file *excelize.File, sheet, cells string, words []severityStyle) error {
	rules := make([]excelize.ConditionalFormatOptions, len(words))
	for i := range words {
		rules[i] = excelize.ConditionalFormatOptions{
			Type: "cell", Criteria: "==", Value: `"` + words[i].word + `"`, Format: &words[i].style,
		}
	}
	return file.SetConditionalFormat(sheet, cells, rules)
}

// alarmOf is the value of a column that is bad news, as a formula has it;
// empty for columns without one.
func alarmOf(c schema.Column) string {
	name := strings.ToLower(c.Name)
	switch {
	case c.Type == schema.TypeBool && (name == "known_exploited" || name == "kev" || name == "overdue" || name == "past_due"):
		return "TRUE"
	case c.Type == schema.TypeString && name == "due_state":
		return `"overdue"`
	}
	return ""
}

// colorAlarm marks the cells of a range that hold a value.
func colorAlarm(file *excelize.File, sheet, cells, value string, style int) error {
	return file.SetConditionalFormat(sheet, cells, []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "==", Value: value, Format: &style}})
}

// styleOf is a style to add and where its number goes.
type styleOf struct {
	id    *int
	style *excelize.Style
}

func addStyles(file *excelize.File, styles ...styleOf) error {
	for _, s := range styles {
		var err error
		if *s.id, err = file.NewStyle(s.style); err != nil {
			return err
		}
	}
	return nil
}

// pageStyles are the styles of pages and chart sheets.
type pageStyles struct {
	title, fact, section, head, headNumber, text, number, decimal, date, link   int
	tileLabel, tileValue, tileCritical, tileHigh, tileChange, tileGood, tileBad int
}

func addPageStyles(file *excelize.File) (pageStyles, error) {
	const tile = "F1F3F5"
	const good, bad = "2B8A3E", "C92A2A"
	var s pageStyles
	date, decimal := "yyyy-mm-dd", "#,##0.0##"
	middle := &excelize.Alignment{Vertical: "center"}
	wrapped := &excelize.Alignment{Vertical: "center", Horizontal: "left", WrapText: true}
	left := &excelize.Alignment{Vertical: "center", Horizontal: "left"}
	right := &excelize.Alignment{Vertical: "center", Horizontal: "right"}
	center := &excelize.Alignment{Vertical: "center", Horizontal: "center"}
	line := []excelize.Border{{Type: "bottom", Style: 4, Color: "CED4DA"}}
	number := 3 // #,##0
	link := font(fontFamily, fontSize, blue, false)
	link.Underline = "single"
	plain := font(fontFamily, 10, "212529", false)
	head := font(fontFamily, 10, white, true)
	figure := func(color string) *excelize.Style {
		return &excelize.Style{Font: font(fontFamily, 22, color, true), Fill: solid(tile), Alignment: center, NumFmt: number}
	}
	change := func(color string) *excelize.Style {
		return &excelize.Style{Font: font(fontFamily, 9, color, false), Fill: solid(tile), Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "center", WrapText: true}}
	}
	err := addStyles(file,
		styleOf{&s.title, &excelize.Style{Font: font(fontFamily, 18, white, true), Fill: solid(navy), Alignment: middle}},
		styleOf{&s.fact, &excelize.Style{Font: font(fontFamily, 10, grey, false), Alignment: wrapped}},
		styleOf{&s.section, &excelize.Style{Font: font(fontFamily, 12, navy, true), Alignment: left,
			Border: []excelize.Border{{Type: "bottom", Style: 2, Color: navy}}}},
		styleOf{&s.head, &excelize.Style{Font: head, Fill: solid(navy), Alignment: left}},
		styleOf{&s.headNumber, &excelize.Style{Font: head, Fill: solid(navy), Alignment: right}},
		styleOf{&s.text, &excelize.Style{Font: plain, Alignment: left, Border: line}},
		styleOf{&s.number, &excelize.Style{Font: plain, Alignment: right, Border: line, NumFmt: number}},
		styleOf{&s.decimal, &excelize.Style{Font: plain, Alignment: right, Border: line, CustomNumFmt: &decimal}},
		styleOf{&s.date, &excelize.Style{Font: plain, Alignment: left, Border: line, CustomNumFmt: &date}},
		styleOf{&s.link, &excelize.Style{Font: link, Alignment: left}},
		styleOf{&s.tileLabel, change(grey)},
		styleOf{&s.tileValue, figure(navy)},
		styleOf{&s.tileCritical, figure("8B0000")},
		styleOf{&s.tileHigh, figure("E03131")},
		styleOf{&s.tileChange, change(grey)},
		styleOf{&s.tileGood, change(good)},
		styleOf{&s.tileBad, change(bad)},
	)
	return s, err
}
