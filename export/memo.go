package export

import "unsafe"

// memoCells is how many cells of a column a memo keeps.
const memoCells = 256

// memo remembers the texts of cells that are slow to write: a column of numbers or
// moments often has the same few values again and again, and rows in blocks have
// each as one Go value. It serves one goroutine at a time.
type memo struct {
	write   func(dst []byte, cell any) []byte
	columns [][]noted
}

// noted is a cell with its text. It holds the value itself, so that no other comes
// to lie where it lies.
type noted struct {
	cell any
	text []byte
}

// newMemo makes a memo of columns. What write appends must follow from the cell
// alone.
func newMemo(columns int, write func(dst []byte, cell any) []byte) *memo {
	return &memo{write: write, columns: make([][]noted, columns)}
}

// append appends the text of a cell.
func (m *memo) append(dst []byte, column int, cell any) []byte {
	if m.columns[column] == nil {
		m.columns[column] = make([]noted, memoCells)
	}
	at := identity(cell)
	n := &m.columns[column][(uint64(uintptr(at[1]))*0x9E3779B97F4A7C15)>>56]
	if identity(n.cell) != at {
		n.cell, n.text = cell, m.write(n.text[:0], cell)
	}
	return append(dst, n.text...)
}

// identity is the type of a value and where it lies: what is of one type and lies
// in one place is the same.
func identity(v any) [2]unsafe.Pointer { return *(*[2]unsafe.Pointer)(unsafe.Pointer(&v)) }
