package ingest

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWesternReader(t *testing.T) {
	for name, c := range map[string]struct{ in, want, note string }{
		"ascii":              {"a,b\n1,2\n", "a,b\n1,2\n", ""},
		"utf-8":              {"Größe,€\n", "Größe,€\n", ""},
		"replacement":        {"x\uFFFDy", "x\uFFFDy", ""},
		"windows-1252":       {"Gr\xf6\xdfe,\x80\n", "Größe,€\n", "3 bytes, the first at offset 2,"},
		"both":               {"Größe Gr\xf6\xdfe", "Größe Größe", "2 bytes, the first at offset 10,"},
		"cut in a character": {"a\xe2\x82", "aâ‚", "2 bytes, the first at offset 1,"},
		"xml":                {" <?xml encoding=\"iso-8859-1\"?><a>\xf6</a>", " <?xml encoding=\"iso-8859-1\"?><a>\xf6</a>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for how, in := range map[string]io.Reader{
				"at once": strings.NewReader(c.in), "by bytes": iotest.OneByteReader(strings.NewReader(c.in)), "with the end": iotest.DataErrReader(strings.NewReader(c.in)),
			} {
				r, w, err := asText(bufio.NewReaderSize(in, 64))
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(iotest.HalfReader(r))
				if err != nil || string(got) != c.want {
					t.Errorf("%s: %q, %v; want %q", how, got, err, c.want)
				}
				if note := w.note(); !strings.Contains(note, c.note) || c.note == "" && note != "" {
					t.Errorf("%s: the note is %q, want %q in it", how, note, c.note)
				}
			}
		})
	}
}

// TestWesternReaderLong reads text that is longer than any buffer, with a
// character across each boundary.
func TestWesternReaderLong(t *testing.T) {
	in := []byte("x" + strings.Repeat("ö\xf6", 200_000))
	r, w, err := asText(bufio.NewReaderSize(bytes.NewReader(in), bufferSize))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if want := "x" + strings.Repeat("öö", 200_000); err != nil || string(got) != want {
		t.Errorf("%d bytes, %v; want %d", len(got), err, len(want))
	}
	if w.n != 200_000 || w.at != int64(len(in)) {
		t.Errorf("%d bytes of %d converted", w.n, w.at)
	}
}
