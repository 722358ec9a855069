package export

import "github.com/xuri/excelize/v2"

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
	header, date, duration, link, note int
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
		styleOf{&s.link, &excelize.Style{Font: link}},
		styleOf{&s.note, &excelize.Style{Font: note}},
	)
	return s, err
}

// severityStyle is a severity word and its look in a conditional format.
type severityStyle struct {
	word  string
	style int
}

// addSeverityStyles adds the looks of severity words: dark red, red, orange,
// yellow, grey. Words of scanners get the colour of the canonical severity
// that they stand for.
func addSeverityStyles(file *excelize.File) ([]severityStyle, error) {
	looks := []struct {
		words       []string
		fill, color string
	}{
		{[]string{"Critical"}, "8B0000", white},
		{[]string{"High", "Important"}, "E03131", white},
		{[]string{"Medium", "Moderate"}, "F59F00", "000000"},
		{[]string{"Low", "Negligible"}, "FFE066", "000000"},
		{[]string{"Unknown"}, "CED4DA", "212529"},
	}
	var styles []severityStyle
	for _, look := range looks {
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
