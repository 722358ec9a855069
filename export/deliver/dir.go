package deliver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"argosy/export/atomic"
)

const (
	reportMode fs.FileMode = 0o640 // findings are nobody else's business
	folderMode fs.FileMode = 0o750
	// abandoned is the age at which a temporary file belongs to nobody.
	abandoned = 24 * time.Hour
)

func (d *Dir) check() []Mistake {
	var out []Mistake
	if strings.TrimSpace(d.Path) == "" {
		out = append(out, Mistake{"dir", "the folder is empty; name one"})
	}
	return append(out, keepMistakes(d.Keep, d.MaxAge, d.Link)...)
}

// at is where a reader finds a file of the folder.
func (d *Dir) at(folder, name string) string {
	if d.Link != "" {
		return under(d.Link, name)
	}
	if abs, err := filepath.Abs(folder); err == nil {
		folder = abs
	}
	return filepath.Join(folder, name)
}

// under is the URL of a file under another.
func under(link, name string) string {
	return strings.TrimSuffix(link, "/") + "/" + url.PathEscape(name)
}

func (d *Dir) deliver(j *job) (Receipt, error) {
	folder := j.s.path(d.Path)
	if len(j.m.Artifacts) == 0 {
		return Receipt{Note: "there was no file to store"}, nil
	}
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return Receipt{}, temporary("making the folder %q: %v; check that it can be made", d.Path, atomic.Cause(err))
	}
	var r Receipt
	for _, a := range j.m.Artifacts {
		n, err := store(j, a, filepath.Join(folder, a.Name))
		if err != nil {
			return Receipt{}, err
		}
		r.Bytes += n
	}
	r.Reference = folder
	if len(j.m.Artifacts) == 1 {
		r.Reference = filepath.Join(folder, j.m.Artifacts[0].Name)
	}
	var notes []string
	if r.Bytes == 0 {
		notes = append(notes, "the same bytes were there already")
	}
	if note := d.retain(j, folder); note != "" {
		notes = append(notes, note)
	}
	r.Note = strings.Join(notes, "; ")
	return r, nil
}

// store copies an artifact to a path and returns the bytes written: none when
// the path holds them already.
func store(j *job, a Artifact, path string) (int64, error) {
	info, err := os.Lstat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return 0, permanent("writing %q: something that is no file stands there; move it away", path)
	case err == nil && info.Size() == a.Bytes && sameBytes(path, a.SHA256):
		return 0, nil
	}
	source, err := open(a)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	var n int64
	err = atomic.Write(j, path, reportMode, func(w io.Writer) error {
		var err error
		n, err = a.copy(j, w, source)
		return err
	})
	if err != nil {
		return 0, wrapf(err, "writing %q", path)
	}
	return n, nil
}

// wrapf puts what was attempted before an error, which stays what it is.
func wrapf(err error, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	var e *Error
	if errors.As(err, &e) {
		out := *e
		out.Text = text + ": " + e.Text
		return &out
	}
	return fmt.Errorf("%s: %w", text, err)
}

// open opens the file of an artifact.
func open(a Artifact) (*os.File, error) {
	f, err := os.Open(a.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, permanent("the file of the run, %q, is gone; run the schedule again", a.Path)
	}
	if err != nil {
		return nil, temporary("opening %q: %v", a.Path, atomic.Cause(err))
	}
	return f, nil
}

// copy copies the artifact's bytes and checks that they are the ones that the
// run made.
func (a Artifact) copy(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), interruptible{ctx, r})
	if err != nil {
		return n, err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); n != a.Bytes || a.SHA256 != "" && got != a.SHA256 {
		return n, permanent("the file of the run, %q, is not what the run made; run the schedule again", a.Path)
	}
	return n, nil
}

// interruptible ends with its context.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

func sameBytes(path, digest string) bool {
	f, err := os.Open(path)
	if err != nil || digest == "" {
		return false
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return err == nil && hex.EncodeToString(sum.Sum(nil)) == digest
}

// retain removes what retention does not keep, and temporary files that a crash
// left. The report is delivered by then, so that trouble is a note.
func (d *Dir) retain(j *job, folder string) string {
	if d.Keep == 0 && d.MaxAge == 0 {
		return ""
	}
	if bad := unnamed(j.m.Artifacts); len(bad) > 0 {
		return fmt.Sprintf("nothing was removed, for the name %q has no time in it", bad[0])
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Sprintf("nothing was removed: %v", atomic.Cause(err))
	}
	now := j.s.opt.Now()
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	names = outdated(names, j.m.Artifacts, d.Keep, j.m.oldest(now, d.MaxAge))
	names = append(names, leftovers(entries, j.m.Artifacts, now)...)
	for _, name := range names {
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Sprintf("%q could not be removed: %v", name, atomic.Cause(err))
		}
	}
	return ""
}

// oldest is the time before which reports go, on the clock of the slot's zone;
// zero when there is no limit.
func (m Message) oldest(now time.Time, maxAge time.Duration) time.Time {
	if maxAge == 0 {
		return time.Time{}
	}
	return now.Add(-maxAge).In(m.due().Location())
}

// leftovers are temporary files of the same reports that a crash left.
func leftovers(entries []os.DirEntry, artifacts []Artifact, now time.Time) []string {
	var out []string
	for _, e := range entries {
		name, ok := atomic.Becomes(e.Name())
		if !ok || !e.Type().IsRegular() {
			continue
		}
		s, ok := parseName(name)
		info, err := e.Info()
		if !ok || err != nil || now.Sub(info.ModTime()) < abandoned {
			continue
		}
		for _, a := range artifacts {
			if own, _ := parseName(a.Name); own.stem == s.stem {
				out = append(out, e.Name())
				break
			}
		}
	}
	return out
}

func (d *Dir) preview(j *job) error {
	for _, a := range j.m.Artifacts {
		fmt.Fprintf(j.w, "write %s (%s)\n", filepath.Join(j.s.path(d.Path), a.Name), size(a.Bytes))
	}
	return nil
}
