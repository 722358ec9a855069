package ingest_test

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"argosy/ingest"
	"argosy/schema"
)

// TestLinks names a folder with links: to a file and a folder outside, to what
// is in it anyway, in a circle, and to nothing. Each report comes once.
func TestLinks(t *testing.T) {
	outside, root := t.TempDir(), t.TempDir()
	put := func(path string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, path string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(root, path)); err != nil {
			t.Fatal(err)
		}
	}
	put(filepath.Join(root, "b.json"))
	put(filepath.Join(root, "in", "c.json"))
	put(filepath.Join(root, "..data", "mounted.json"))
	put(filepath.Join(outside, "far.json"))
	put(filepath.Join(outside, "folder", "deep", "d.json"))
	link(filepath.Join(outside, "far.json"), "a.json")
	link(filepath.Join(outside, "folder"), "linked")
	link("b.json", "same.json")
	link(filepath.Join("..data", "mounted.json"), "mounted.json")
	link("..", filepath.Join("in", "up"))
	link("nowhere", "gone.json")
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ingest.Expand([]string{root})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i] = strings.TrimPrefix(got[i], root+"/")
	}
	if want := []string{"a.json", "b.json", "gone.json", "in/c.json", "linked/deep/d.json", "mounted.json"}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %q\nwant  %q", got, want)
	}
}

// TestSilentPipe gives up on a named pipe into which nobody writes, and on a
// standard input that stays silent.
func TestSilentPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	silent, w := io.Pipe()
	defer w.Close()
	for _, path := range []string{pipe, ingest.Stdin} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		_, err := ingest.Load(ctx, []string{path}, nowhere{}, ingest.Options{Stdin: silent})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", path, err)
		}
	}
	// The reader that was left behind is let go.
	if f, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
		f.Close()
	}
}

// TestPipe reads a report from a named pipe, as shells make for <(command).
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	report, err := os.ReadFile("../testdata/reports/trivy/image/report.json")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if f, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
			_, _ = f.Write(report)
			f.Close()
		}
	}()
	files, err := ingest.Load(t.Context(), []string{pipe}, nowhere{}, ingest.Options{})
	if err != nil || len(files) != 1 || files[0].State != schema.FileStored || files[0].Rows == 0 {
		t.Errorf("%+v, %v", files, err)
	}
}

// TestEncryptedZip tells that a member is encrypted.
func TestEncryptedZip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "report.json", Flags: 1, Method: zip.Store, CompressedSize64: 4, UncompressedSize64: 4})
	if err == nil {
		_, err = w.Write([]byte("abcd"))
	}
	for _, e := range []error{err, z.Close(), f.Close()} {
		if e != nil {
			t.Fatal(e)
		}
	}
	files, err := ingest.Load(t.Context(), []string{path}, nowhere{}, ingest.Options{})
	if err != nil || len(files) != 1 || files[0].State != schema.FileRejected || !strings.Contains(files[0].Error, "the member is encrypted") {
		t.Errorf("%+v, %v", files, err)
	}
}
