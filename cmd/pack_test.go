package cmd

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

// pack ARCHIVE FILES... puts files into an archive whose kind its suffix says:
// .zip, .tar, and either of them or a single file with .gz or .zst behind.
func pack(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	name := args[0]
	packed := strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch {
	case strings.HasSuffix(packed, ".zip"):
		z := zip.NewWriter(&b)
		for _, f := range args[1:] {
			w, err := z.Create(f)
			ts.Check(err)
			_, err = io.WriteString(w, ts.ReadFile(f))
			ts.Check(err)
		}
		ts.Check(z.Close())
	case strings.HasSuffix(packed, ".tar"):
		t := tar.NewWriter(&b)
		for _, f := range args[1:] {
			text := ts.ReadFile(f)
			ts.Check(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f, Size: int64(len(text)), Mode: 0o644, ModTime: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}))
			_, err := io.WriteString(t, text)
			ts.Check(err)
		}
		ts.Check(t.Close())
	default:
		b.WriteString(ts.ReadFile(args[1]))
	}
	data := b.Bytes()
	var z bytes.Buffer
	switch {
	case strings.HasSuffix(name, ".gz"):
		w := gzip.NewWriter(&z)
		_, err := w.Write(data)
		ts.Check(err)
		ts.Check(w.Close())
		data = z.Bytes()
	case strings.HasSuffix(name, ".zst"):
		w, err := zstd.NewWriter(&z)
		ts.Check(err)
		_, err = w.Write(data)
		ts.Check(err)
		ts.Check(w.Close())
		data = z.Bytes()
	}
	ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o644))
}

// join OUT FILES... puts files one behind another.
func join(ts *testscript.TestScript, _ bool, args []string) {
	var b strings.Builder
	for _, f := range args[1:] {
		b.WriteString(ts.ReadFile(f))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o644))
}

// until PATTERN ARGS... runs argosy again and again until its output holds the
// text, for at most a minute.
func until(ts *testscript.TestScript, _ bool, args []string) {
	for range 600 {
		c := exec.Command("argosy", args[1:]...)
		c.Dir = ts.MkAbs(".")
		c.Env = append(os.Environ(), "ARGOSY_DB="+ts.Getenv("ARGOSY_DB"), "PATH="+ts.Getenv("PATH"), "HOME="+ts.Getenv("HOME"))
		if out, err := c.Output(); err == nil && strings.Contains(string(out), args[0]) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("argosy %s never printed %q", strings.Join(args[1:], " "), args[0])
}
