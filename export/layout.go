package export

import (
	"strings"

	"argosy/schema"
)

// cells of a table before it is known how wide they may be.
type tableColumn struct {
	schema.Column
	header   string
	data     int  // widest cell of the sample
	width    int  // width to write
	hidden   bool // left out, the terminal is too narrow
	severity bool
}

// gap is the blank space between two columns.
const gap = 2

// The least width to which columns of a rank are shortened. A digest or an id
// is recognised by its first characters; ten letters of a name say what it is.
const (
	leastID   = 12
	leastText = 10
)

// rank says how readily a column gives up width: 2 for ids that nobody reads
// to the end, 1 for text, 0 for what loses its meaning when it is cut
// (numbers, dates, severities, vulnerability ids).
func (c *tableColumn) rank() int {
	name := strings.ToLower(c.Name)
	switch {
	case c.Type == schema.TypeGUID || c.Type == schema.TypeDynamic,
		c.Type == schema.TypeString && (strings.HasSuffix(name, "id") && c.data == 36 || strings.Contains(name, "digest")):
		return 2
	case c.Type != schema.TypeString, c.severity:
		return 0
	case c.data <= 20 && (strings.HasPrefix(name, "vuln") || strings.HasPrefix(name, "cve")):
		return 0
	}
	return 1
}

// least is the width below which the column is hidden rather than shortened.
func (c *tableColumn) least() int {
	switch c.rank() {
	case 0:
		return max(c.data, min(displayWidth(c.header), leastText))
	case 1:
		return min(c.natural(), leastText)
	}
	return min(c.natural(), leastID)
}

// natural is the width at which nothing is shortened.
func (c *tableColumn) natural() int { return max(c.data, displayWidth(c.header)) }

// fitColumns gives each column its width so that a row takes at most width
// terminal columns: ids are shortened first, then the widest texts, then
// columns are hidden, ids first and otherwise from the right. Width 0 is
// unlimited.
func fitColumns(columns []tableColumn, width int) {
	for i := range columns {
		columns[i].width = columns[i].natural()
	}
	if width <= 0 {
		return
	}
	for over(columns, width, (*tableColumn).least) > 0 {
		if !hideOne(columns) {
			break
		}
	}
	for rank := 2; rank >= 0; rank-- {
		for {
			excess := over(columns, width, func(c *tableColumn) int { return c.width })
			if excess <= 0 || !shrinkWidest(columns, rank, excess) {
				break
			}
		}
	}
	if shown := over(columns, 0, func(c *tableColumn) int { return c.width }); shown > width {
		lastResort(columns, width)
	}
}

// over is by how much the shown columns exceed width.
func over(columns []tableColumn, width int, of func(*tableColumn) int) int {
	total := -gap
	for i := range columns {
		if !columns[i].hidden {
			total += of(&columns[i]) + gap
		}
	}
	return total - width
}

// hideOne hides the column that is missed least; at least one stays.
func hideOne(columns []tableColumn) bool {
	pick, shown := -1, 0
	for i := range columns {
		if columns[i].hidden {
			continue
		}
		shown++
		if pick < 0 || (columns[i].rank() == 2) || columns[pick].rank() != 2 {
			pick = i
		}
	}
	if shown < 2 {
		return false
	}
	columns[pick].hidden = true
	return true
}

// shrinkWidest takes width from the widest column of a rank: down to the next
// widest, to its least, or as much as is in excess, whichever comes first.
func shrinkWidest(columns []tableColumn, rank, excess int) bool {
	widest, second := -1, 0
	for i := range columns {
		c := &columns[i]
		if c.hidden || c.rank() != rank || c.width <= c.least() {
			continue
		}
		switch {
		case widest < 0:
			widest = i
		case c.width > columns[widest].width:
			second, widest = columns[widest].width, i
		default:
			second = max(second, c.width)
		}
	}
	if widest < 0 {
		return false
	}
	c := &columns[widest]
	step := c.width - max(second, c.least())
	c.width -= max(1, min(step, excess))
	return true
}

// lastResort shortens the one column that is left when even that is too wide.
func lastResort(columns []tableColumn, width int) {
	for i := range columns {
		if !columns[i].hidden {
			columns[i].width = max(1, min(columns[i].width, width))
		}
	}
}
