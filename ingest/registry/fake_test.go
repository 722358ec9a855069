package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	hub "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"argosy/schema"
	"argosy/schema/store"
)

// fake is a registry on this machine that counts what it is asked and fails as
// told.
type fake struct {
	t      *testing.T
	server *httptest.Server
	host   string

	mu     sync.Mutex
	counts map[string]int // by kind: ping, catalogue, tags, head, get, blob, referrers
	// fault may answer a request itself; n counts the requests of the same method and path from 1.
	fault func(w http.ResponseWriter, r *http.Request, n int) bool
	seen  map[string]int
}

func newFake(t *testing.T, opts ...hub.Option) *fake {
	f := &fake{t: t, counts: map[string]int{}, seen: map[string]int{}}
	inner := hub.New(append(opts, hub.Logger(log.New(io.Discard, "", 0)))...)
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Method + " " + r.URL.Path
		f.mu.Lock()
		f.counts[kindOfRequest(r)]++
		f.seen[key]++
		n, fault := f.seen[key], f.fault
		f.mu.Unlock()
		if fault == nil || !fault(w, r, n) {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(f.server.Close)
	f.host = strings.TrimPrefix(f.server.URL, "http://")
	return f
}

func kindOfRequest(r *http.Request) string {
	switch {
	case r.URL.Path == "/v2/":
		return "ping"
	case strings.HasSuffix(r.URL.Path, "/_catalog"):
		return "catalogue"
	case strings.HasSuffix(r.URL.Path, "/tags/list"):
		return "tags"
	case strings.Contains(r.URL.Path, "/referrers/"):
		return "referrers"
	case strings.Contains(r.URL.Path, "/blobs/"):
		return "blob"
	case r.Method == http.MethodHead:
		return "head"
	}
	return "get"
}

// reset forgets what was asked.
func (f *fake) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.counts)
	clear(f.seen)
}

func (f *fake) asked() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []string
	for _, k := range []string{"ping", "catalogue", "tags", "head", "get", "blob", "referrers"} {
		if f.counts[k] > 0 {
			out = append(out, fmt.Sprintf("%s %d", k, f.counts[k]))
		}
	}
	return strings.Join(out, ", ")
}

func (f *fake) tag(ref string) name.Tag {
	f.t.Helper()
	tag, err := name.NewTag(f.host + "/" + ref)
	if err != nil {
		f.t.Fatal(err)
	}
	return tag
}

// must fails the test on an error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// image makes an image that differs by its word.
func image(t *testing.T, word, arch string) v1.Image {
	t.Helper()
	layer := static.NewLayer([]byte("layer of "+word+" for "+arch), types.DockerLayer)
	img := must(mutate.AppendLayers(empty.Image, layer))(t)
	return must(mutate.ConfigFile(img, &v1.ConfigFile{
		OS: "linux", Architecture: arch, Created: v1.Time{Time: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)},
		Config: v1.Config{Labels: map[string]string{"word": word}}, RootFS: v1.RootFS{Type: "layers", DiffIDs: []v1.Hash{must(layer.DiffID())(t)}},
	}))(t)
}

func (f *fake) push(ref string, img v1.Image) string {
	f.t.Helper()
	if err := remote.Write(f.tag(ref), img); err != nil {
		f.t.Fatal(err)
	}
	return must(img.Digest())(f.t).String()
}

// pushIndex makes an index with two platforms and an attestation as BuildKit
// writes it.
func (f *fake) pushIndex(ref, word string) v1.ImageIndex {
	f.t.Helper()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	var first v1.Hash
	for _, arch := range []string{"amd64", "arm64"} {
		img := image(f.t, word, arch)
		if first.Hex == "" {
			first = must(img.Digest())(f.t)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
	}
	statement := must(mutate.AppendLayers(mutate.ConfigMediaType(empty.Image, types.OCIConfigJSON),
		static.NewLayer([]byte(`{"_type":"https://in-toto.io/Statement/v0.1","word":"`+word+`"}`), "application/vnd.in-toto+json")))(f.t)
	index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: statement, Descriptor: v1.Descriptor{
		Platform:    &v1.Platform{OS: "unknown", Architecture: "unknown"},
		Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": first.String()}}})
	if err := remote.WriteIndex(f.tag(ref), index); err != nil {
		f.t.Fatal(err)
	}
	return index
}

func (f *fake) remove(path string) {
	f.t.Helper()
	req := must(http.NewRequest(http.MethodDelete, f.server.URL+"/v2/"+path, bytes.NewReader(nil)))(f.t)
	resp := must(http.DefaultClient.Do(req))(f.t)
	resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		f.t.Fatalf("deleting %s: %s", path, resp.Status)
	}
}

// day is a time of the tests.
func day(n int) time.Time { return time.Date(2026, 10, n, 6, 0, 0, 0, time.UTC) }

// inventory is a database that outlives the syncs of a test.
type inventory struct {
	t    *testing.T
	path string
}

func newInventory(t *testing.T) *inventory {
	return &inventory{t, filepath.Join(t.TempDir(), "a.db")}
}

// sync runs one sync on a day and returns its result; waits go to waited.
func (v *inventory) sync(at time.Time, opt Options, refs ...string) Result {
	v.t.Helper()
	res, err := v.try(context.Background(), at, opt, refs...)
	if err != nil {
		v.t.Fatal(err)
	}
	return res
}

func (v *inventory) try(ctx context.Context, at time.Time, opt Options, refs ...string) (Result, error) {
	v.t.Helper()
	inv := must(store.OpenInventory(context.Background(), v.path, store.Options{}))(v.t)
	defer inv.Close()
	if err := inv.Begin(context.Background(), schema.SyncRun{Kind: "registry", Source: strings.Join(refs, " "), Version: "test", At: at}); err != nil {
		v.t.Fatal(err)
	}
	opt.Now, opt.Keychain = at, authn.NewMultiKeychain()
	if opt.Sleep == nil {
		opt.Sleep = func(context.Context, time.Duration) error { return nil }
	}
	return Sync(ctx, refs, inv, opt)
}

// table answers a query as lines.
func (v *inventory) table(query string) string {
	v.t.Helper()
	ctx := context.Background()
	db := must(store.Open(ctx, v.path, store.Options{}))(v.t)
	defer db.Close()
	rows := must(db.Query(ctx, schema.Statement{SQL: query}))(v.t)
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		for i, c := range rows.Values() {
			if i > 0 {
				out.WriteString(" | ")
			}
			if raw, ok := c.(json.RawMessage); ok {
				c = string(raw)
			}
			fmt.Fprint(&out, c)
		}
		out.WriteByte('\n')
	}
	if rows.Err() != nil {
		v.t.Fatal(rows.Err())
	}
	return out.String()
}

func (v *inventory) want(query, want string) {
	v.t.Helper()
	if got := v.table(query); got != want {
		v.t.Errorf("%s\ngot:\n%swant:\n%s", query, got, want)
	}
}
