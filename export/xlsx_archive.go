package export

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
)

// archive is the zip file of a workbook. Its entries carry no time, so that
// the same content gives the same bytes.
type archive struct {
	zip   *zip.Writer
	count *counter
	buf   *bufio.Writer
}

func newArchive(w io.Writer) *archive {
	count := &counter{w: w}
	buf := bufio.NewWriterSize(count, 256<<10)
	a := &archive{zip: zip.NewWriter(buf), count: count, buf: buf}
	// A low level: the XML of a sheet repeats itself so much that the higher
	// ones gain a few percent of size for several times the time.
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, 3)
	})
	return a
}

// add writes a whole part, given in pieces.
func (a *archive) add(path string, content ...[]byte) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate})
	for _, piece := range content {
		if err == nil {
			_, err = w.Write(piece)
		}
	}
	if err != nil {
		return fmt.Errorf("writing %s of the workbook: %w", path, err)
	}
	return nil
}

// create starts a part that is written in blocks. It must be closed before
// the next part is started.
func (a *archive) create(path string) (*entry, error) {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate})
	if err != nil {
		return nil, fmt.Errorf("writing %s of the workbook: %w", path, err)
	}
	return newEntry(path, w), nil
}

// close writes the directory of the archive.
func (a *archive) close() error {
	err := a.zip.Close()
	if err == nil {
		err = a.buf.Flush()
	}
	if err != nil {
		return fmt.Errorf("finishing the workbook: %w", err)
	}
	return nil
}

func (a *archive) bytes() int64 { return a.count.n }

// entryBlock is the size of the blocks that an entry is written in.
const entryBlock = 128 << 10

// entry compresses what it is sent in a goroutine of its own, so that rows
// are read and encoded meanwhile. At most three blocks are under way.
type entry struct {
	path string
	full chan []byte
	free chan []byte
	done chan error // holds the first error, and is closed at the end
	err  error
}

func newEntry(path string, w io.Writer) *entry {
	e := &entry{path: path, full: make(chan []byte, 1), free: make(chan []byte, 3), done: make(chan error, 1)}
	go e.run(w)
	return e
}

func (e *entry) run(w io.Writer) {
	defer close(e.done)
	failed := false
	for block := range e.full {
		if !failed {
			if _, err := w.Write(block); err != nil {
				failed = true // keep taking blocks, or the sender would wait for ever
				e.done <- fmt.Errorf("writing %s of the workbook: %w", e.path, err)
			}
		}
		select {
		case e.free <- block[:0]:
		default:
		}
	}
}

// send hands over a block, which the caller must not touch again, and reports
// an error of an earlier one.
func (e *entry) send(block []byte) error {
	if e.err == nil {
		select {
		case e.err = <-e.done:
		default:
		}
	}
	if e.err != nil {
		return e.err
	}
	e.full <- block
	return nil
}

// buffer is an empty block to fill next.
func (e *entry) buffer() []byte {
	select {
	case block := <-e.free:
		return block
	default:
		return make([]byte, 0, entryBlock+entryBlock/4)
	}
}

// close waits until everything is written.
func (e *entry) close() error {
	close(e.full)
	if err := <-e.done; err != nil && e.err == nil {
		e.err = err
	}
	return e.err
}

// counter counts the bytes that pass.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
