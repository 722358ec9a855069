package cmd

import (
	"bytes"
	"io"
)

// whole is what the renderer writes before it paints all lines anew; it does so
// after every resize.
const (
	whole        = "\x1b[H\x1b[2J"
	wholeMargins = "\x1b[r" + whole
)

// terminalFile is what Bubble Tea takes for a terminal and asks for its size.
type terminalFile interface {
	io.ReadWriteCloser
	Fd() uintptr
}

// repainter takes the scrolling margins away before a screen is painted anew.
// The renderer scrolls parts of the screen between margins that it sets for the
// height it knows. A terminal that has just grown keeps them, and the lines that
// are then painted below the lower margin push those at the top out. It sets
// margins by itself at each scroll, so that none are missed.
type repainter struct{ w io.Writer }

// Write passes p on; what is added does not count.
func (r repainter) Write(p []byte) (int, error) {
	if _, err := r.w.Write(bytes.ReplaceAll(p, []byte(whole), []byte(wholeMargins))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// repainterFile is a repainter of a terminal.
type repainterFile struct{ terminalFile }

func (r repainterFile) Write(p []byte) (int, error) { return repainter{r.terminalFile}.Write(p) }

// repainting wraps what screens are painted on.
func repainting(w io.Writer) io.Writer {
	if f, ok := w.(terminalFile); ok {
		return repainterFile{f}
	}
	return repainter{w}
}
