package export

import "fmt"

// stringTable is the shared-string table of a workbook: texts that occur
// often are stored once and cells hold their number. It stops growing at a
// number of entries and of bytes; later texts are written into their cells.
type stringTable struct {
	index map[string]uint32
	xml   [][]byte // the entries, as they stand in the part, in blocks
	bytes int      // length of xml
	most  int
}

// Texts longer than this are seldom repeated, and the table must stay small:
// it is held in memory until the workbook is finished.
const (
	sharedText  = 512
	sharedBytes = 16 << 20
	sharedBlock = 256 << 10
)

func newStringTable(most int) *stringTable {
	return &stringTable{index: make(map[string]uint32), most: most}
}

// find is the number of a text that is in the table.
func (t *stringTable) find(s string) (uint32, bool) {
	n, ok := t.index[s]
	return n, ok
}

// room reports whether a text may be added.
func (t *stringTable) room(s string) bool {
	return len(t.index) < t.most && len(s) <= sharedText && t.bytes <= sharedBytes
}

// add puts a text into the table, with escaped as its XML, and reports
// whether there was room.
func (t *stringTable) add(s string, escaped []byte) (uint32, bool) {
	if !t.room(s) {
		return 0, false
	}
	n := uint32(len(t.index))
	t.index[s] = n
	const open, end = "<si>", "</si>"
	size := len(open) + len(escaped) + len(end)
	last := len(t.xml) - 1
	if last < 0 || cap(t.xml[last])-len(t.xml[last]) < size {
		t.xml = append(t.xml, make([]byte, 0, max(sharedBlock, size)))
		last++
	}
	t.xml[last] = append(append(append(t.xml[last], open...), escaped...), end...)
	t.bytes += size
	return n, true
}

// part is the XML of the whole part in pieces: the table's entries, then those
// of the shell, whose numbers start at the length of the table.
func (t *stringTable) part(shell []byte, shellCount int) [][]byte {
	head := fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+
		`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="%d">`, len(t.index)+shellCount)
	return append(append([][]byte{head}, t.xml...), shell, []byte("</sst>"))
}

// columnStrings is what one column knows about its texts. Sorted rows repeat
// a value many times in a row, which saves the look-up; a column whose values
// are all different must not fill the table.
type columnStrings struct {
	last      string
	lastIndex uint32
	hasLast   bool
	tried     int
	found     int
	off       bool
}

// A column gives up the table when of so many look-ups fewer than one in four
// found their text.
const columnTrial = 8192

// find is the table's number for a text that is in it.
func (c *columnStrings) find(t *stringTable, s string) (uint32, bool) {
	if c.hasLast && s == c.last {
		return c.lastIndex, true
	}
	if c.off || len(s) > sharedText {
		return 0, false
	}
	c.tried++
	n, ok := t.find(s)
	if ok {
		c.found++
		c.keep(s, n)
	} else if c.tried >= columnTrial {
		c.off = c.found*4 < c.tried
		c.tried, c.found = 0, 0
	}
	return n, ok
}

// add puts a text that find has not found into the table, if there is room
// and the column still takes part.
func (c *columnStrings) add(t *stringTable, s string, escaped []byte) (uint32, bool) {
	n, ok := t.add(s, escaped)
	if ok {
		c.keep(s, n)
	}
	return n, ok
}

func (c *columnStrings) keep(s string, n uint32) { c.last, c.lastIndex, c.hasLast = s, n, true }
