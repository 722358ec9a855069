package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"
)

// keys lists a bucket.
func keys(t *testing.T, b *blob.Bucket) []string {
	t.Helper()
	var out []string
	for it := b.List(nil); ; {
		o, err := it.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, o.Key)
	}
}

func TestBlobFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "ordner mit ä", "b")
	s := poster(nil)
	target := Target{Blob: &Blob{URL: "file://" + filepath.ToSlash(folder), Prefix: "weekly/", Keep: 2}}
	var last Message
	for day := range 4 {
		m := weekly(t)
		m.Slot = m.Slot.AddDate(0, 0, day)
		m.RunID = fmt.Sprintf("r%d", day)
		m.Artifacts = []Artifact{artifact(t, FileName("weekly-risk", m.due(), m.RunID, "", ".csv"), strings.Repeat("x", day+1))}
		r, err := s.Deliver(t.Context(), target, m)
		if err != nil || r.Bytes != int64(day+1) || r.Note != "" {
			t.Fatalf("%+v %v", r, err)
		}
		last = m
	}
	other := weekly(t, artifact(t, "weekly_2026-01-01T0700_x.csv", "other"))
	if _, err := s.Deliver(t.Context(), target, other); err != nil {
		t.Fatal(err)
	}
	if got := names(t, filepath.Join(folder, "weekly")); !slices.Equal(got, []string{"weekly-risk_2026-11-22T0700_r2.csv", "weekly-risk_2026-11-23T0700_r3.csv", "weekly_2026-01-01T0700_x.csv"}) {
		t.Errorf("%v", got)
	}
	r, err := s.Deliver(t.Context(), target, last)
	if err != nil || r.Bytes != 0 || r.Note != "the same bytes were there already" {
		t.Errorf("again: %+v %v", r, err)
	}
	if places := s.Places(target, last); len(places) != 1 || places[0].At != r.Reference || !strings.HasSuffix(r.Reference, "/ordner%20mit%20%C3%A4/b/weekly/weekly-risk_2026-11-23T0700_r3.csv") {
		t.Errorf("places %v, reference %s", places, r.Reference)
	}
}

// s3 is as much of S3 as a delivery needs.
type s3 struct {
	mu      sync.Mutex
	objects map[string]*http.Request
	bodies  map[string]string
	fail    int
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.TrimPrefix(r.URL.Path, "/bucket/")
	switch {
	case s.fail > 0:
		w.WriteHeader(s.fail)
		_, _ = io.WriteString(w, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
	case r.Method == http.MethodPut:
		body, _ := io.ReadAll(r.Body)
		s.objects[key], s.bodies[key] = r, string(body)
		w.Header().Set("ETag", `"e"`)
	case r.Method == http.MethodGet && r.URL.Query().Has("list-type"):
		_, _ = io.WriteString(w, "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>")
		for k := range s.objects {
			if strings.HasPrefix(k, r.URL.Query().Get("prefix")) {
				_, _ = fmt.Fprintf(w, "<Contents><Key>%s</Key><Size>1</Size><ETag>e</ETag><LastModified>2026-11-20T06:00:00Z</LastModified></Contents>", k)
			}
		}
		_, _ = io.WriteString(w, "</ListBucketResult>")
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case s.objects[key] == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("Content-Length", s.objects[key].Header.Get("X-Amz-Decoded-Content-Length"))
		if w.Header().Get("Content-Length") == "" {
			w.Header().Set("Content-Length", fmt.Sprint(len(s.bodies[key])))
		}
		w.Header().Set("X-Amz-Meta-Sha256", s.objects[key].Header.Get("X-Amz-Meta-Sha256"))
	}
}

func TestBlobS3(t *testing.T) {
	fake := &s3{objects: map[string]*http.Request{}, bodies: map[string]string{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a-secret-access-key")
	s := poster(nil)
	target := Target{Blob: &Blob{URL: "s3://bucket?region=eu-central-1&use_path_style=true&endpoint=" + server.URL, Prefix: "weekly/", Keep: 1}}
	fake.objects["weekly/weekly-risk_2026-11-13T0700_old.csv"] = &http.Request{}
	fake.objects["weekly/other_2026-11-13T0700_old.csv"] = &http.Request{}
	a := artifact(t, "weekly-risk_2026-11-20T0700_r7f3k2.csv", "image,severity\n")
	r, err := s.Deliver(t.Context(), target, weekly(t, a))
	if err != nil || r.Reference != "s3://bucket/weekly/"+a.Name || r.Bytes != a.Bytes || r.Note != "" {
		t.Fatalf("%+v %v", r, err)
	}
	put := fake.objects["weekly/"+a.Name]
	if put == nil || put.Header.Get("Content-Type") != "text/csv" || put.Header.Get("X-Amz-Meta-Sha256") != a.SHA256 || !strings.Contains(fake.bodies["weekly/"+a.Name], "image,severity\n") {
		t.Fatalf("%+v", put)
	}
	if len(fake.objects) != 2 || fake.objects["weekly/other_2026-11-13T0700_old.csv"] == nil {
		t.Errorf("retention kept %d objects", len(fake.objects))
	}
	if again, err := s.Deliver(t.Context(), target, weekly(t, a)); err != nil || again.Bytes != 0 {
		t.Errorf("again: %+v %v", again, err)
	}
	b := artifact(t, "weekly-risk_2026-11-21T0700_r8.csv", "x")
	fake.fail = http.StatusForbidden
	if _, err := s.Deliver(t.Context(), target, weekly(t, b)); !errors.Is(err, ErrPermanent) || strings.Contains(err.Error(), "a-secret-access-key") {
		t.Errorf("refused: %v (permanent %v)", err, errors.Is(err, ErrPermanent))
	}
	server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond) // the provider's library tries for seconds
	defer cancel()
	if _, err := s.Deliver(ctx, target, weekly(t, b)); err == nil || errors.Is(err, ErrPermanent) {
		t.Errorf("nobody there: %v", err)
	}
}

// TestBlobHalf stops an upload: no half object shows.
func TestBlobHalf(t *testing.T) {
	store := memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = store.Close() })
	a := artifact(t, "r_2026-11-20T0700_r1.csv", strings.Repeat("x", 1<<20))
	changed := a
	changed.SHA256 = strings.Repeat("0", 64)
	if _, err := upload(t.Context(), store, changed.Name, changed); !errors.Is(err, ErrPermanent) {
		t.Errorf("changed: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := upload(stopped, store, a.Name, a); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if got := keys(t, store); len(got) > 0 {
		t.Errorf("%v", got)
	}
	for i, want := range []int64{1 << 20, 0} {
		if n, err := upload(t.Context(), store, a.Name, a); err != nil || n != want {
			t.Errorf("upload %d: %d %v", i, n, err)
		}
	}
	attrs, err := store.Attributes(t.Context(), a.Name)
	if err != nil || attrs.ContentType != "text/csv" || attrs.Metadata[digestKey] != a.SHA256 {
		t.Errorf("%+v %v", attrs, err)
	}
}
