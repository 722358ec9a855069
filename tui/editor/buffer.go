// Package editor is a text being edited: its lines, the cursor, what was undone,
// its colours and where its statements end. It draws nothing and runs nothing.
package editor

import (
	"strings"
	"unicode"
)

// Buffer is a text with a cursor. The zero value is empty and ready.
type Buffer struct {
	lines    [][]rune
	row, col int
	version  int
	saved    int
	undo     []snapshot
	redo     []snapshot
	typing   bool // the last change was typing, which is undone in one go
}

type snapshot struct {
	text     string
	row, col int
}

// NewBuffer makes a buffer of a text, the cursor at its end.
func NewBuffer(text string) *Buffer {
	b := &Buffer{}
	b.set(text)
	b.row = len(b.lines) - 1
	b.col = len(b.lines[b.row])
	return b
}

func (b *Buffer) set(text string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\t", "    ")
	b.lines = nil
	for _, l := range strings.Split(text, "\n") {
		b.lines = append(b.lines, []rune(l))
	}
	b.version++
	b.clamp()
}

func (b *Buffer) clamp() {
	if len(b.lines) == 0 {
		b.lines = [][]rune{nil}
	}
	b.row = max(0, min(b.row, len(b.lines)-1))
	b.col = max(0, min(b.col, len(b.lines[b.row])))
}

// Text is the whole text.
func (b *Buffer) Text() string {
	parts := make([]string, len(b.lines))
	for i, l := range b.lines {
		parts[i] = string(l)
	}
	return strings.Join(parts, "\n")
}

// SetText replaces the text; it can be undone.
func (b *Buffer) SetText(text string) {
	b.remember(false)
	b.set(text)
}

// Version changes with the text.
func (b *Buffer) Version() int { return b.version }

// Dirty says whether the text changed since Clean.
func (b *Buffer) Dirty() bool { return b.version != b.saved }

// Clean says that the text is saved as it is.
func (b *Buffer) Clean() { b.saved = b.version }

// Lines are the lines of the text.
func (b *Buffer) Lines() [][]rune { b.clamp(); return b.lines }

// Cursor is the place of the cursor: line and character, from 0.
func (b *Buffer) Cursor() (row, col int) { b.clamp(); return b.row, b.col }

// Offset is the place of the cursor in bytes.
func (b *Buffer) Offset() int {
	b.clamp()
	n := 0
	for _, l := range b.lines[:b.row] {
		n += len(string(l)) + 1
	}
	return n + len(string(b.lines[b.row][:b.col]))
}

// Place turns a place in bytes into line and character.
func (b *Buffer) Place(offset int) (row, col int) {
	text := b.Text()
	offset = max(0, min(offset, len(text)))
	before := text[:offset]
	row = strings.Count(before, "\n")
	return row, len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))
}

// MoveTo puts the cursor at a place in bytes.
func (b *Buffer) MoveTo(offset int) { b.row, b.col = b.Place(offset); b.typing = false }

// remember keeps the text for undo.
func (b *Buffer) remember(typing bool) {
	if typing && b.typing {
		return
	}
	b.typing = typing
	b.undo = append(b.undo, snapshot{b.Text(), b.row, b.col})
	if len(b.undo) > 500 {
		b.undo = b.undo[1:]
	}
	b.redo = nil
}

// Undo takes the last change back, Redo makes it again.
func (b *Buffer) Undo() { b.undo, b.redo = b.swap(b.undo, b.redo) }

// Redo makes again what Undo took back.
func (b *Buffer) Redo() { b.redo, b.undo = b.swap(b.redo, b.undo) }

func (b *Buffer) swap(from, to []snapshot) ([]snapshot, []snapshot) {
	if len(from) == 0 {
		return from, to
	}
	to = append(to, snapshot{b.Text(), b.row, b.col})
	s := from[len(from)-1]
	b.row, b.col = s.row, s.col
	b.set(s.text)
	b.typing = false
	return from[:len(from)-1], to
}

// Insert puts text in at the cursor.
func (b *Buffer) Insert(text string) {
	b.clamp()
	b.remember(len(text) > 0 && !strings.ContainsAny(text, " \n"))
	rest := string(b.lines[b.row][b.col:])
	head := string(b.lines[b.row][:b.col])
	parts := strings.Split(strings.ReplaceAll(text, "\t", "    "), "\n")
	if len(parts) == 1 {
		b.lines[b.row] = []rune(head + parts[0] + rest)
		b.col += len([]rune(parts[0]))
		b.version++
		return
	}
	var more [][]rune
	for i, p := range parts {
		switch i {
		case 0:
			more = append(more, []rune(head+p))
		case len(parts) - 1:
			b.col = len([]rune(p))
			more = append(more, []rune(p+rest))
		default:
			more = append(more, []rune(p))
		}
	}
	b.lines = append(b.lines[:b.row:b.row], append(more, b.lines[b.row+1:]...)...)
	b.row += len(parts) - 1
	b.version++
}

// Newline breaks the line and keeps its indentation.
func (b *Buffer) Newline() {
	b.clamp()
	indent := ""
	for _, r := range b.lines[b.row] {
		if r != ' ' || len(indent) >= b.col {
			break
		}
		indent += " "
	}
	b.Insert("\n" + indent)
}

// Replace puts text in the place of some bytes.
func (b *Buffer) Replace(from, to int, text string) {
	all := b.Text()
	from, to = max(0, min(from, len(all))), max(0, min(to, len(all)))
	b.remember(false)
	b.set(all[:from] + text + all[to:])
	b.MoveTo(from + len(text))
}

// Backspace removes the character before the cursor, Delete the one behind it.
func (b *Buffer) Backspace() {
	b.clamp()
	if b.row == 0 && b.col == 0 {
		return
	}
	b.remember(true)
	if b.col > 0 {
		l := b.lines[b.row]
		b.lines[b.row] = append(l[:b.col-1:b.col-1], l[b.col:]...)
		b.col--
	} else {
		b.col = len(b.lines[b.row-1])
		b.lines[b.row-1] = append(b.lines[b.row-1][:b.col:b.col], b.lines[b.row]...)
		b.lines = append(b.lines[:b.row:b.row], b.lines[b.row+1:]...)
		b.row--
	}
	b.version++
}

// Delete removes the character behind the cursor.
func (b *Buffer) Delete() {
	b.clamp()
	if b.row == len(b.lines)-1 && b.col == len(b.lines[b.row]) {
		return
	}
	b.Right()
	b.Backspace()
}

// DeleteLine removes the line of the cursor.
func (b *Buffer) DeleteLine() {
	b.clamp()
	b.remember(false)
	b.lines = append(b.lines[:b.row:b.row], b.lines[b.row+1:]...)
	b.version++
	b.clamp()
}

// Left moves the cursor; so do the others.
func (b *Buffer) Left() {
	b.clamp()
	if b.col > 0 {
		b.col--
	} else if b.row > 0 {
		b.row--
		b.col = len(b.lines[b.row])
	}
	b.typing = false
}

// Right moves the cursor one character on.
func (b *Buffer) Right() {
	b.clamp()
	if b.col < len(b.lines[b.row]) {
		b.col++
	} else if b.row < len(b.lines)-1 {
		b.row, b.col = b.row+1, 0
	}
	b.typing = false
}

// Vertical moves the cursor some lines down, or up.
func (b *Buffer) Vertical(by int) { b.row += by; b.clamp(); b.typing = false }

// Home moves to the first character of the line, or to its beginning.
func (b *Buffer) Home() {
	b.clamp()
	first := 0
	for first < len(b.lines[b.row]) && b.lines[b.row][first] == ' ' {
		first++
	}
	if b.col == first {
		first = 0
	}
	b.col, b.typing = first, false
}

// End moves to the end of the line.
func (b *Buffer) End() { b.clamp(); b.col, b.typing = len(b.lines[b.row]), false }

// Top moves to the beginning of the text, Bottom to its end.
func (b *Buffer) Top() { b.row, b.col, b.typing = 0, 0, false }

// Bottom moves to the end of the text.
func (b *Buffer) Bottom() { b.row = len(b.lines) - 1; b.End() }

// Word moves over a word, to the right or the left.
func (b *Buffer) Word(right bool) {
	in := func() bool {
		l := b.lines[b.row]
		at := b.col
		if !right {
			at--
		}
		return at >= 0 && at < len(l) && (unicode.IsLetter(l[at]) || unicode.IsDigit(l[at]) || l[at] == '_')
	}
	step := b.Left
	if right {
		step = b.Right
	}
	step()
	for guard := 0; !in() && guard < 200; guard++ {
		r, c := b.row, b.col
		step()
		if r == b.row && c == b.col {
			return
		}
	}
	for in() {
		step()
	}
}

// DeleteWord removes the word before the cursor.
func (b *Buffer) DeleteWord() {
	to := b.Offset()
	b.Word(false)
	b.Replace(b.Offset(), to, "")
}

// Comment comments the line out with a mark, or in again.
func (b *Buffer) Comment(mark string) {
	b.clamp()
	b.remember(false)
	l := string(b.lines[b.row])
	body := strings.TrimLeft(l, " ")
	indent := l[:len(l)-len(body)]
	if rest, ok := strings.CutPrefix(body, mark); ok {
		body = strings.TrimPrefix(rest, " ")
	} else {
		body = mark + " " + body
	}
	b.lines[b.row] = []rune(indent + body)
	b.version++
	b.Vertical(1)
}

// Prefix is the name that ends at the cursor, with its dots, and where it
// begins in bytes.
func (b *Buffer) Prefix() (text string, from int) {
	b.clamp()
	l := b.lines[b.row]
	at := b.col
	for at > 0 && (unicode.IsLetter(l[at-1]) || unicode.IsDigit(l[at-1]) || l[at-1] == '_' || l[at-1] == '.' || l[at-1] == '$') {
		at--
	}
	text = string(l[at:b.col])
	return text, b.Offset() - len(text)
}
