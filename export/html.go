package export

import (
	"context"
	"crypto/sha256"
	_ "embed" // for the page's style and script
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"argosy/schema"
)

//go:embed page/page.css
var pageCSS string

//go:embed page/page.js
var pageJS string

// staticRows is how many rows of a result stand in the page as a table, for
// readers that run no scripts; all of them follow as data.
const staticRows = 200

// htmlPage is a page under construction.
type htmlPage struct {
	*output
	plan   *Plan
	sheets []Sheet
	stats  Stats
}

// writeHTML writes one file that needs nothing else: figures and charts first,
// then every result as a table that can be sorted and searched, then where it
// all comes from. The page's policy (CSP) forbids it any access to a network.
func writeHTML(ctx context.Context, plan *Plan, w io.Writer) (Stats, error) {
	p := &htmlPage{output: newOutput(w), plan: plan, sheets: plan.flat(), stats: newStats(plan)}
	err := errNoSheets
	if len(p.sheets) > 0 {
		err = p.write(ctx)
	}
	if flushing := p.flush(); err == nil {
		err = flushing
	}
	p.stats.Bytes = p.bytes
	return p.stats, err
}

func (p *htmlPage) put(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = html.EscapeString(s)
		}
	}
	p.buf = fmt.Appendf(p.buf, format, args...)
}

func (p *htmlPage) raw(s string) { p.buf = append(p.buf, s...) }

func (p *htmlPage) write(ctx context.Context) error {
	p.head()
	index := 0
	for i := range p.plan.Sheets {
		sheet := &p.plan.Sheets[i]
		var err error
		if len(sheet.Blocks) > 0 {
			err = p.blocks(ctx, sheet, index, i)
			index += len(sheet.Blocks)
		} else {
			err = writeSheet(ctx, sheet, &p.stats.Sheets[index], func(src *source) error { return p.result(sheet, src, i) })
			index++
		}
		if err != nil {
			return err
		}
	}
	p.about()
	p.raw("</main>\n<script>")
	p.raw(pageJS)
	p.raw("</script>\n</body>\n</html>\n")
	return p.err
}

func (p *htmlPage) head() {
	p.put(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="argosy %s">
<link rel="icon" href="data:,">
<title>%s</title>
<style>`, p.plan.Version, planTitle(p.plan))
	p.raw(pageCSS)
	line := p.plan.DataLine()
	p.put("</style>\n</head>\n<body>\n<header><button type=\"button\" hidden>Light / dark</button><h1>%s</h1>\n<p>%s</p>\n<p>Generated %s UTC by argosy %s</p></header>\n<nav>",
		planTitle(p.plan), strings.ToUpper(line[:1])+line[1:], p.plan.Generated.UTC().Format("2006-01-02 15:04"), p.plan.Version)
	for i := range p.plan.Sheets {
		p.put(`<a href="#s%d">%s</a> `, i+1, p.plan.Sheets[i].label())
	}
	p.raw("<a href=\"#about\">About</a></nav>\n<main>\n")
}

// blocks writes a sheet of several results: figures as tiles, and tables with
// their charts as cards.
func (p *htmlPage) blocks(ctx context.Context, sheet *Sheet, index, number int) error {
	p.put("<section id=\"s%d\"><h2>%s</h2>\n", number+1, heading(sheet))
	open := false
	for i := range sheet.Blocks {
		b, err := readBlock(ctx, &sheet.Blocks[i], &p.stats.Sheets[index+i])
		if err != nil {
			return err
		}
		if b.sheet.Role == RoleTiles {
			if open {
				p.raw("</div>\n")
				open = false
			}
			p.tiles(b)
			continue
		}
		if !open {
			p.raw("<div class=\"grid2\">\n")
			open = true
		}
		p.card(b)
		if err := p.roll(); err != nil {
			return err
		}
	}
	if open {
		p.raw("</div>\n")
	}
	p.raw("</section>\n")
	return p.err
}

func (p *htmlPage) tiles(b *block) {
	compared := ""
	p.raw("<div class=\"tiles\">")
	for _, row := range b.rows {
		value := text(b.column(row, "value"))
		if n := number(b.column(row, "value")); n == n {
			value = amount(n)
		}
		words, class := tileChange(b, row)
		p.put("<div class=\"card tile\"><span>%s</span><b>%s</b><span class=\"%s\">%s</span></div>\n", text(b.column(row, "label")), value, class, words)
		if c := text(b.column(row, "compared")); compared == "" {
			compared = c
		}
	}
	p.raw("</div>\n")
	if compared != "" {
		p.put("<p class=\"doc\">%s</p>\n", compared)
	}
}

func (p *htmlPage) card(b *block) {
	p.put("<div class=\"card\"><h3>%s</h3>\n", heading(b.sheet))
	if b.chart != nil {
		p.raw(svgChart(b.chart, b.chart.title(b.sheet)))
		if note := b.chart.note(); note != "" {
			p.put("<p class=\"count\">%s</p>", note)
		}
	}
	if len(b.rows) == 0 {
		p.raw("<p>Nothing to show.</p>")
	} else {
		p.raw("<div class=\"scroll\"><table>")
		p.tableHead(b.columns, false)
		p.raw("<tbody>")
		for _, row := range b.rows {
			p.row(b.columns, row)
		}
		p.raw("</tbody></table></div>")
	}
	p.raw("</div>\n")
}

func (p *htmlPage) tableHead(columns []schema.Column, sortable bool) {
	p.raw("<thead><tr>")
	for _, c := range columns {
		class := ""
		if isNumeric(c.Type) {
			class = ` class="n"`
		}
		p.raw("<th scope=\"col\"" + class + ">")
		if sortable {
			// A span, because browsers leave buttons out of the headers that they
			// repeat on printed pages.
			p.put(`<span role="button" tabindex="0" title="%s">%s</span>`, c.Doc, c.Name)
		} else {
			p.put("%s", c.Name)
		}
		p.raw("</th>")
	}
	p.raw("</tr></thead>\n")
}

// row writes a row of a table as the page's script would make it.
func (p *htmlPage) row(columns []schema.Column, row []any) {
	p.raw("<tr>")
	for i, c := range columns {
		words := htmlText(row[i])
		base, link := linkBase(words)
		switch {
		case row[i] == nil:
			p.raw("<td></td>")
		case isNumeric(c.Type):
			p.put(`<td class="n">%s</td>`, words)
		case link:
			p.put(`<td><a href="%s%s" rel="noreferrer">%s</a></td>`, base, words, words)
		case isSeverityColumn(c):
			p.put(`<td><span class="sev %s">%s</span></td>`, severityClass(words), words)
		case len(words) > 80:
			p.put(`<td class="w">%s</td>`, words)
		default:
			p.put("<td>%s</td>", words)
		}
	}
	p.raw("</tr>\n")
}

func severityClass(word string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(word))
}

// htmlText is a value as the page shows it: times without T and Z.
func htmlText(v any) string {
	if t, ok := v.(time.Time); ok {
		return strings.TrimSuffix(t.UTC().Format("2006-01-02 15:04:05"), " 00:00:00")
	}
	return text(v)
}

// result writes a sheet: the first rows as a table, all rows as data.
func (p *htmlPage) result(sheet *Sheet, src *source, number int) error {
	var chart *chartData
	if sheet.Chart != nil {
		var err error
		if chart, err = newChartData(*sheet.Chart, src.columns); err != nil {
			return err
		}
	}
	var first [][]any
	for len(first) < staticRows && src.next() {
		first = append(first, append([]any(nil), src.values()...))
	}
	p.put("<section id=\"s%d\" data-rows=\"", number+1)
	// The number of rows comes before them; where it is not known yet the
	// script's own count at the end corrects it.
	ended := len(first) < staticRows
	if ended {
		p.put("%d", len(first))
	}
	p.put("\"><h2>%s</h2>\n", heading(sheet))
	if sheet.Doc != "" {
		p.put("<p class=\"doc\">%s</p>\n", sheet.Doc)
	}
	p.put("<div class=\"tools\" hidden><input type=\"search\" placeholder=\"Search all columns\" aria-label=\"Search in %s\"> <span class=\"shown\" role=\"status\"></span> <button type=\"button\" class=\"more\">Show more</button></div>\n", heading(sheet))
	p.raw("<div class=\"scroll\" tabindex=\"0\"><table>")
	p.tableHead(src.columns, true)
	p.raw("<tbody>")
	for _, row := range first {
		p.row(src.columns, row)
	}
	p.raw("</tbody></table></div>\n<script type=\"application/json\">")
	p.data(src.columns)
	each := func(row []any) error {
		if chart != nil {
			chart.add(row)
		}
		p.dataRow(row)
		return p.roll()
	}
	for _, row := range first {
		if err := each(row); err != nil {
			return err
		}
	}
	for !ended && src.next() {
		if err := each(src.values()); err != nil {
			return err
		}
	}
	p.raw("null]}</script>\n")
	stats := src.stats
	if !ended {
		p.put("<script>document.currentScript.parentElement.dataset.rows = %d</script>\n", stats.Written)
	}
	words := plural(stats.Written, "row")
	if stats.Truncated {
		words = stats.truncation()
	}
	if stats.Written > staticRows {
		words += fmt.Sprintf("; without scripts the first %d are shown", staticRows)
	}
	p.put("<p class=\"count\">%s</p>\n", words)
	if chart != nil {
		if drawing := svgChart(chart, chart.title(sheet)); drawing != "" {
			p.put("<figure class=\"card\"><h3>%s</h3>", chart.title(sheet))
			p.raw(drawing)
			if note := chart.note(); note != "" {
				p.put("<p class=\"count\">%s</p>", note)
			}
			p.raw("</figure>\n")
		}
	}
	p.raw("</section>\n")
	return p.err
}

// data begins the rows as JSON: an object of columns and rows.
func (p *htmlPage) data(columns []schema.Column) {
	p.raw(`{"columns":[`)
	for i, c := range columns {
		if i > 0 {
			p.raw(",")
		}
		p.buf = fmt.Appendf(p.buf, `{"n":%t,"s":%t}`, isNumeric(c.Type), isSeverityColumn(c))
	}
	p.raw("],\"rows\":[\n")
}

func (p *htmlPage) dataRow(row []any) {
	p.raw("[")
	for i, v := range row {
		if i > 0 {
			p.raw(",")
		}
		start := len(p.buf)
		switch v.(type) {
		case nil, int64, float64, bool:
			p.buf = appendJSON(p.buf, v)
		default:
			p.buf = appendJSONString(p.buf, htmlText(v))
		}
		p.buf = escapeScript(p.buf, start)
	}
	p.raw("],\n")
}

// escapeScript makes JSON safe inside a script element: nothing in it may end
// the element or begin a comment.
func escapeScript(buf []byte, start int) []byte {
	plain := true
	for _, c := range buf[start:] {
		plain = plain && c != '<'
	}
	if plain {
		return buf
	}
	escaped := strings.ReplaceAll(string(buf[start:]), "<", `\u003c`)
	return append(buf[:start], escaped...)
}

// about says where the rows come from and what became of them.
func (p *htmlPage) about() {
	p.raw("<section id=\"about\"><h2>About</h2>\n<div class=\"scroll\"><table><thead><tr><th>Result</th><th class=\"n\">Matched</th><th class=\"n\">Written</th><th>Remarks</th></tr></thead><tbody>\n")
	for _, s := range p.stats.Sheets {
		matched := fmt.Sprint(s.Matched)
		if s.Matched < 0 {
			matched = "more than written"
		}
		p.put("<tr><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%d</td><td>%s</td></tr>\n", s.Name, matched, s.Written, strings.Join(s.warnings(), "; "))
	}
	p.raw("</tbody></table></div>\n")
	state := p.plan.State(p.stats)
	p.put("<p><b>%s.</b> %s</p>\n", strings.ToUpper(state[:1])+state[1:], p.plan.DataLine())
	for _, n := range p.plan.Notes {
		p.put("<p>%s</p>\n", n)
	}
	for _, b := range p.plan.Parameters {
		p.put("<p>Parameter %s (%s): %s</p>\n", b.Name, b.Type, b.Value)
	}
	p.put("<p>Query in %s, SHA-256 %s</p>\n<pre>%s</pre>\n</section>\n", strings.ToUpper(p.plan.Language), fmt.Sprintf("%x", sha256.Sum256([]byte(p.plan.Query))), p.plan.Query)
}
