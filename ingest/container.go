package ingest

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/schema"
)

// maxNesting is how deep archives within archives are opened.
const maxNesting = 3

// loading reads one path: a file, or an archive of files, each of which has a
// result of its own.
type loading struct {
	ctx     context.Context
	shared  *shared
	opt     *Options
	path    int // the number of the path among those of the run
	members int // numbered so far
	results []schema.FileResult
}

// number is the next document's: those of a path come after those of the paths
// before it, however many an archive has.
func (l *loading) number() int {
	l.members++
	return (l.opt.First+l.path)<<24 + l.members
}

// source is a file on disk, standard input, or a member of an archive.
type source struct {
	io.Reader
	name     string
	modified time.Time
	// subject is the image that the file is about for certain; nil for none.
	subject *schema.Image
	// file is set for a file on disk: a zip archive is read from its end.
	file  *os.File
	size  int64
	depth int
}

// file reads the file at path. The error is one of the loader or the context.
func (l *loading) file(path string) error {
	src := source{name: path}
	if path == Stdin {
		src.Reader = patient(l.ctx, l.opt.Stdin)
		if l.opt.Name != "" {
			src.name = l.opt.Name
		}
		return l.source(src)
	}
	f, err := openPatiently(l.ctx, path)
	if cause := context.Cause(l.ctx); cause != nil && err != nil {
		return cause
	}
	if err != nil {
		l.refuse(src, explainRead(err))
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil {
		src.modified, src.size = info.ModTime(), info.Size()
		if !info.Mode().IsRegular() {
			src.Reader = patient(l.ctx, f) // a pipe may be silent for ever
		}
	}
	if src.file = f; src.Reader == nil {
		src.Reader = f
	}
	if l.opt.About != nil {
		name, image := l.opt.About(path)
		// The file is a copy: its time says nothing of the report.
		src.name, src.subject, src.modified = name, &image, time.Time{}
	}
	return l.source(src)
}

// refuse records a source that cannot be used.
func (l *loading) refuse(src source, err error) {
	l.results = append(l.results, reject(schema.FileResult{No: l.number(), Path: src.name, Modified: src.modified}, err))
}

// source reads a source, whatever it is packed in.
func (l *loading) source(src source) error {
	counted := &counter{r: src.Reader, tell: l.opt.Read}
	if src.depth > 0 {
		counted.tell = nil // the archive's own bytes are counted
	}
	text, closeIt, err := decompress(counted)
	defer closeIt()
	if err == nil {
		var magic []byte
		if magic, err = text.Peek(512); errors.Is(err, io.EOF) {
			err = nil
		}
		switch {
		case err != nil:
		case bytes.HasPrefix(magic, []byte("PK\x03\x04")) || bytes.HasPrefix(magic, []byte("PK\x05\x06")):
			return l.zip(src, text)
		case len(magic) > 262 && string(magic[257:262]) == "ustar":
			return l.tar(src, text)
		}
	}
	if err == nil {
		text, err = decode(text)
	}
	if err != nil {
		l.refuse(src, explainRead(err))
		return nil
	}
	res, err := l.document(src, text)
	res.Bytes = counted.n
	l.results = append(l.results, res)
	return err
}

// document reads the documents of a file that is no archive.
func (l *loading) document(src source, text *bufio.Reader) (schema.FileResult, error) {
	res := schema.FileResult{No: l.number(), Path: src.name, Modified: src.modified}
	in := &format.Input{Name: src.name, Image: l.opt.Image, Modified: src.modified, Subject: src.subject}
	if magic, err := text.Peek(16); err == nil || errors.Is(err, io.EOF) {
		if is := format.Binary(magic); is != "" {
			res.State, res.Error = schema.FileUnrecognised, "no report format is recognised: it is "+is
			return res, nil
		}
	}
	plain, western, err := asText(text)
	if err != nil {
		return reject(res, explainRead(err)), nil
	}
	r := &reading{ctx: l.ctx, text: newStream(plain), western: western, in: in, opt: l.opt, res: &res,
		sink: &sink{ctx: l.ctx, shared: l.shared, path: l.path, file: res.No, in: in}}
	err = r.documents()
	r.sink.shared.order.drop(r.sink.held)
	var le loaderError
	switch {
	case errors.As(err, &le):
		return res, le.error
	case l.ctx.Err() != nil:
		return res, context.Cause(l.ctx)
	case errors.Is(err, errUnusable):
		return res, nil
	case err != nil:
		return reject(res, explainRead(err)), nil
	}
	return res, nil
}

// member reads a member of an archive: hidden ones are left out as in folders.
func (l *loading) member(of source, name string, modified time.Time, r io.Reader) error {
	name = path.Clean("/" + strings.ReplaceAll(name, "\\", "/"))
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return nil
		}
	}
	src := source{Reader: r, name: of.name + name, modified: modified, depth: of.depth + 1}
	if src.depth > maxNesting {
		l.refuse(src, fmt.Errorf("archives are nested more than %d deep", maxNesting))
		return nil
	}
	return l.source(src)
}

func (l *loading) tar(src source, text io.Reader) error {
	archive := tar.NewReader(text)
	before := len(l.results)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			l.refuse(src, fmt.Errorf("reading the tar archive after %d files: %w", len(l.results)-before, explainRead(err)))
			return nil
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := l.member(src, h.Name, h.ModTime, archive); err != nil {
			return err
		}
	}
	l.noMembers(src, before)
	return nil
}

func (l *loading) zip(src source, text io.Reader) error {
	f, size := src.file, src.size
	if f == nil || !startsWithZip(f) {
		// A zip archive has its table of contents at the end.
		spool, err := os.CreateTemp("", "argosy-*.zip")
		if err != nil {
			l.refuse(src, fmt.Errorf("putting the zip archive aside: %w", err))
			return nil
		}
		// Where the system lets it, nobody can leave behind what has no name.
		_ = os.Remove(spool.Name())
		defer os.Remove(spool.Name())
		defer spool.Close()
		if size, err = io.Copy(spool, text); err != nil {
			l.refuse(src, explainRead(err))
			return nil
		}
		f = spool
	} else if l.opt.Read != nil {
		l.opt.Read(int(size))
	}
	archive, err := zip.NewReader(f, size)
	if err != nil {
		l.refuse(src, fmt.Errorf("reading the zip archive: %w", explainRead(err)))
		return nil
	}
	before := len(l.results)
	for _, m := range archive.File {
		if m.FileInfo().IsDir() {
			continue
		}
		name := source{name: src.name + "/" + m.Name, modified: m.Modified}
		if m.Flags&1 != 0 {
			l.refuse(name, errors.New("the member is encrypted: unpack the archive with its password first"))
			continue
		}
		r, err := m.Open()
		if err != nil {
			l.refuse(name, fmt.Errorf("opening the member of the zip archive: %w", err))
			continue
		}
		err = l.member(src, m.Name, m.Modified, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	l.noMembers(src, before)
	return nil
}

// startsWithZip tells a zip archive from a compressed one.
func startsWithZip(f *os.File) bool {
	var magic [2]byte
	_, err := f.ReadAt(magic[:], 0)
	return err == nil && string(magic[:]) == "PK"
}

// noMembers records an archive that holds no report: an Office document, an
// image, a program. Its members would tell the reader nothing.
func (l *loading) noMembers(src source, before int) {
	for _, r := range l.results[before:] {
		if r.State != schema.FileUnrecognised && r.State != schema.FileNotApplicable && r.State != schema.FileEmpty || r.Format != "" {
			return
		}
	}
	res := schema.FileResult{No: l.number(), Path: src.name, Modified: src.modified, State: schema.FileEmpty}
	if n := len(l.results) - before; n > 0 {
		res.State = schema.FileUnrecognised
		res.Error = "it is " + archived(l.results[before:], src.name)
	}
	l.results = append(l.results[:before], res)
}

// archived names an archive without reports by its members.
func archived(members []schema.FileResult, archive string) string {
	for _, m := range members {
		switch name := strings.TrimPrefix(m.Path, archive+"/"); {
		case strings.HasPrefix(name, "xl/"):
			return "an Excel workbook: save the table as CSV"
		case strings.HasPrefix(name, "word/"), strings.HasPrefix(name, "ppt/"), name == "content.xml":
			return "an Office document: hand over what the scanner itself wrote"
		}
	}
	return fmt.Sprintf("an archive of %d files, none of them a report; the first is %q", len(members), strings.TrimPrefix(members[0].Path, archive+"/"))
}
