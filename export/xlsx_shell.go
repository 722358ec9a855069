package export

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"argosy/schema"
)

// shell is a workbook as excelize makes it, part by part, with the header in
// place of the rows.
type shell struct {
	parts  map[string][]byte
	styles cellStyles
}

// partPath is the part of the sheet with this number, counted from 1 in the
// order in which sheets are added.
func partPath(number int) string { return "xl/worksheets/sheet" + strconv.Itoa(number) + ".xml" }

// buildShell makes the shell for what is known so far; whole adds About,
// which tells what became of the rows and so comes last.
func (wb *workbook) buildShell(whole bool) (*shell, error) {
	file := excelize.NewFile()
	defer file.Close()
	s := &shell{}
	err := wb.fillShell(file, s, whole)
	if err == nil {
		var buf *bytes.Buffer
		if buf, err = file.WriteToBuffer(); err == nil {
			s.parts, err = readParts(buf.Bytes())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("building the workbook: %w", err)
	}
	return s, nil
}

func (wb *workbook) fillShell(file *excelize.File, s *shell, whole bool) error {
	var err error
	if s.styles, err = addCellStyles(file); err != nil {
		return err
	}
	words, err := addSeverityStyles(file)
	if err != nil {
		return err
	}
	alarm, err := file.NewConditionalStyle(&excelize.Style{Font: font(fontFamily, fontSize, "C92A2A", true), Fill: solid("FFE3E3")})
	if err != nil {
		return err
	}
	for i, part := range wb.parts {
		if i == 0 {
			err = file.SetSheetName("Sheet1", part.name)
		} else {
			_, err = file.NewSheet(part.name)
		}
		switch {
		case err != nil:
		case part.fill == nil:
			err = wb.fillSheet(file, part, words, alarm)
		case whole:
			err = part.fill(file)
		}
		if err != nil {
			return err
		}
	}
	if whole {
		if err := wb.fillAbout(file); err != nil {
			return err
		}
	}
	return wb.describe(file)
}

// fillSheet sets up everything of a result sheet but its rows.
func (wb *workbook) fillSheet(file *excelize.File, part *sheetPart, words []severityStyle, alarm int) error {
	last, err := excelize.ColumnNumberToName(len(part.headers))
	if err != nil {
		return err
	}
	for i, header := range part.headers {
		name, _ := excelize.ColumnNumberToName(i + 1)
		if err := file.SetCellStr(part.name, name+"1", header); err != nil {
			return err
		}
		if err := file.SetColWidth(part.name, name, name, part.widths[i]); err != nil {
			return err
		}
	}
	bottom := max(part.rows, 1) + 1 // a table has at least one row
	stripes := true
	err = file.AddTable(part.name, &excelize.Table{
		Range: fmt.Sprintf("A1:%s%d", last, bottom), Name: part.table,
		StyleName: "TableStyleLight1", ShowRowStripes: &stripes,
	})
	if err != nil {
		return err
	}
	for i, c := range part.columns {
		name, _ := excelize.ColumnNumberToName(i + 1)
		cells := fmt.Sprintf("%s2:%s%d", name, name, bottom)
		var err error
		switch {
		case isSeverityColumn(c):
			err = colorSeverity(file, part.name, cells, words)
		case alarmOf(c) != "":
			err = colorAlarm(file, part.name, cells, alarmOf(c), alarm)
		}
		if err != nil {
			return err
		}
	}
	if err := freeze(file, part); err != nil {
		return err
	}
	pages := pagesWide(part.widths)
	if part.rows == 0 {
		pages = 1 // a header alone
	}
	if err := setUpPage(file, part.name, "landscape", pages, wb.plan); err != nil {
		return err
	}
	titles := quoteSheet(part.name) + "!$1:$1"
	if pages > 1 {
		titles = quoteSheet(part.name) + "!$A:$A," + titles
	}
	return file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: part.name})
}

// pageWidth is how many characters of a sheet go on the width of a printed
// page before nobody can read them.
const pageWidth = 210

// pagesWide is the number of pages side by side on which a sheet is printed.
func pagesWide(widths []float64) int {
	total := 0.0
	for _, w := range widths {
		total += w
	}
	return max(1, int((total+pageWidth-1)/pageWidth))
}

// quoteSheet is a sheet's name as formulas write it.
func quoteSheet(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// freeze keeps the header in view, and the first column of wide sheets if it
// does not fill the window.
func freeze(file *excelize.File, part *sheetPart) error {
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}}}
	if len(part.columns) > 6 && part.widths[0] <= 40 {
		panes.XSplit, panes.TopLeftCell, panes.ActivePane = 1, "B2", "bottomRight"
		panes.Selection = []excelize.Selection{{SQRef: "B2", ActiveCell: "B2", Pane: "bottomRight"}}
	}
	return file.SetPanes(part.name, panes)
}

// setUpPage prepares printing: A4, all columns on so many pages side by side,
// title, page number and date in the footer.
func setUpPage(file *excelize.File, sheet, orientation string, wide int, plan *Plan) error {
	a4, high, fitPage, order := 9, 0, true, "overThenDown"
	if err := file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fitPage}); err != nil {
		return err
	}
	err := file.SetPageLayout(sheet, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high, PageOrder: &order,
	})
	if err != nil {
		return err
	}
	margin, bottom := 0.4, 0.6
	err = file.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{
		Left: &margin, Right: &margin, Top: &margin, Bottom: &bottom,
	})
	if err != nil {
		return err
	}
	title := strings.ReplaceAll(clip(planTitle(plan), 80), "&", "&&")
	return file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{
		OddFooter: "&L" + title + "&CPage &P of &N&R" + plan.Generated.UTC().Format("2006-01-02 15:04") + " UTC",
	})
}

// planTitle is the heading of a plan that has one or not.
func planTitle(plan *Plan) string {
	switch {
	case plan.Title != "":
		return plan.Title
	case plan.Report != "":
		return plan.Report
	}
	return "Query result"
}

// describe sets the properties that a file manager shows.
func (wb *workbook) describe(file *excelize.File) error {
	at := wb.plan.Generated.UTC().Format(time.RFC3339)
	return file.SetDocProps(&excelize.DocProperties{
		Title: planTitle(wb.plan), Subject: wb.plan.Report, Creator: strings.TrimSpace("argosy " + wb.plan.Version),
		LastModifiedBy: "argosy", Created: at, Modified: at, Identifier: wb.plan.RunID,
	})
}

func readParts(content []byte) (map[string][]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	parts := make(map[string][]byte, len(r.File))
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			return nil, err
		}
		if parts[f.Name], err = io.ReadAll(part); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// dimension is the range of a sheet's cells. It is optional, stands before
// the rows and cannot be known there.
var dimension = regexp.MustCompile(`<dimension [^>]*(/>|></dimension>)`)

// split is the XML of a sheet before and after its rows.
func (s *shell) split(path string) (head, tail []byte, err error) {
	xml := s.parts[path]
	begin, end := bytes.Index(xml, []byte("<sheetData>")), bytes.Index(xml, []byte("</sheetData>"))
	if begin < 0 || end < 0 {
		return nil, nil, fmt.Errorf("building the workbook: %s has no rows to fill; this is a defect of argosy, please report it", path)
	}
	return dimension.ReplaceAll(xml[:begin+len("<sheetData>")], nil), xml[end:], nil
}

// contentType is an element of the list of parts, which excelize writes in the
// order of a map.
var contentType = regexp.MustCompile(`<(Override|Default) [^>]*(/>|></(Override|Default)>)`)

// sortTypes puts the list of parts in order, so that the same workbook has the
// same bytes.
func sortTypes(list []byte) []byte {
	found := contentType.FindAll(list, -1)
	if len(found) == 0 {
		return list
	}
	begin, end := bytes.Index(list, found[0]), bytes.LastIndex(list, found[len(found)-1])+len(found[len(found)-1])
	sorted := slices.SortedFunc(slices.Values(found), bytes.Compare)
	return slices.Concat(list[:begin], bytes.Join(sorted, nil), list[end:])
}

// sharedCell is a cell of the shell with the number of its text.
var sharedCell = regexp.MustCompile(`t="s"><v>(\d+)</v>`)

// writeShell writes every part but the sheets that are written already. The
// texts of the shell follow those of the rows in the one shared-string table.
func (wb *workbook) writeShell(s *shell) error {
	written := map[string]bool{"_rels/.rels": wb.begun}
	for i, part := range wb.parts {
		written[partPath(i+1)] = part.fill == nil
	}
	const stringsPath = "xl/sharedStrings.xml"
	entries, count := sharedEntries(s.parts[stringsPath])
	if err := wb.archive.add(stringsPath, wb.strings.part(entries, count)...); err != nil {
		return err
	}
	written[stringsPath] = true
	paths := make([]string, 0, len(s.parts))
	for path := range s.parts {
		if !written[path] {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	offset := len(wb.strings.index)
	for _, path := range paths {
		content := s.parts[path]
		if path == "[Content_Types].xml" {
			content = sortTypes(content)
		}
		if strings.HasPrefix(path, "xl/worksheets/sheet") {
			content = sharedCell.ReplaceAllFunc(content, func(cell []byte) []byte {
				n, _ := strconv.Atoi(string(sharedCell.FindSubmatch(cell)[1]))
				return fmt.Appendf(nil, `t="s"><v>%d</v>`, n+offset)
			})
		}
		if err := wb.archive.add(path, content); err != nil {
			return err
		}
	}
	return nil
}

// sharedEntries are the <si> elements of a shared-string part, and their number.
func sharedEntries(part []byte) ([]byte, int) {
	begin, end := bytes.Index(part, []byte("<si>")), bytes.LastIndex(part, []byte("</sst>"))
	if begin < 0 || end < begin {
		return nil, 0
	}
	return part[begin:end], bytes.Count(part[begin:end], []byte("<si>"))
}

// columnWidths are the widths of columns in characters, from the header, the
// type and the first rows; capped, so that one long text does not push the
// other columns off the screen.
func columnWidths(columns []schema.Column, headers []string, sample [][]any) []float64 {
	widths := make([]float64, len(columns))
	for i, c := range columns {
		data, most := 0, 50
		switch {
		case c.Type == schema.TypeDatetime:
			data = 18
		case strings.EqualFold(c.Name, "image"):
			most = 72 // registry, repository and tag tell images apart by their ends
		case c.Type == schema.TypeGUID, strings.Contains(strings.ToLower(c.Name), "digest"):
			most = 20
		}
		for _, row := range sample {
			if c.Type != schema.TypeDatetime {
				data = max(data, displayWidth(printable(text(row[i]))))
			}
		}
		if data == 36 && c.Type == schema.TypeString && strings.HasSuffix(strings.ToLower(c.Name), "id") {
			most = 20 // a GUID as text
		}
		const arrow = 3 // the button of the filter
		widths[i] = float64(max(8, min(displayWidth(headers[i]), 40)+arrow, min(data, most)+1))
	}
	return widths
}
