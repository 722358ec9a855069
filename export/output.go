package export

import (
	"fmt"
	"io"
)

// outputSize is how much text is gathered before it is written.
const outputSize = 64 << 10

// output gathers what the text formats append, so that a cell costs no call
// of Write, and counts the bytes. The first error sticks and stops writing.
type output struct {
	w     io.Writer
	buf   []byte
	bytes int64
	err   error
}

func newOutput(w io.Writer) *output {
	return &output{w: w, buf: make([]byte, 0, outputSize+4096)}
}

// roll writes what is gathered once it is enough; call it after each row.
func (o *output) roll() error {
	if len(o.buf) < outputSize {
		return o.err
	}
	return o.flush()
}

// write writes a text behind what was written, without gathering it.
func (o *output) write(text []byte) error {
	if err := o.flush(); err != nil {
		return err
	}
	return o.put(text)
}

// flush writes what is gathered.
func (o *output) flush() error {
	err := o.put(o.buf)
	o.buf = o.buf[:0]
	return err
}

// put writes a text, unless there is none or an earlier one failed.
func (o *output) put(text []byte) error {
	if o.err != nil || len(text) == 0 {
		return o.err
	}
	n, err := o.w.Write(text)
	o.bytes += int64(n)
	if err != nil {
		o.err = fmt.Errorf("writing the output: %w", err)
	}
	return o.err
}
