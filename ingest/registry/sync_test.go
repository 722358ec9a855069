package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	hub "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"argosy/schema/store"
)

func TestUnchangedCostsOneHeadATag(t *testing.T) {
	f, v := newFake(t, hub.WithReferrersSupport(true)), newInventory(t)
	for r := range 5 {
		for i := range 8 {
			f.push(fmt.Sprintf("team/app%d:1.%d", r, i), image(t, fmt.Sprintf("%d-%d", r, i), "amd64"))
		}
		f.pushIndex(fmt.Sprintf("team/app%d:multi", r), fmt.Sprint("m", r))
	}
	f.reset()
	res := v.sync(day(1), Options{}, f.host)
	if res.Repositories != 5 || res.Tags != 45 || res.Manifests != 5*(8+4) || len(res.Failures) > 0 {
		t.Fatalf("first sync: %+v", res)
	}
	f.reset()
	res = v.sync(day(1).Add(time.Hour), Options{}, f.host)
	if got, want := f.asked(), "ping 1, catalogue 1, tags 5, head 45"; got != want {
		t.Errorf("the second sync asked %q, want %q", got, want)
	}
	if res.Manifests != 0 || res.NewTags != 0 || res.Gone != 0 {
		t.Errorf("second sync: %+v", res)
	}
	v.want("select kind, count(*) from manifests group by 1 order by 1", "attestation | 5\nimage | 50\nindex | 5\n")
	v.want("select count(*), count(last_scanned), count(deleted) from images", "50 | 0 | 0\n")
	v.want("select count(*) from repository_manifests where last_seen < timestamp '2026-10-01 07:00:00'", "0\n")
}

func TestIndexesAndWhatRefersToThem(t *testing.T) {
	f, v := newFake(t, hub.WithReferrersSupport(true)), newInventory(t)
	index := f.pushIndex("team/app:1", "one")
	digest := must(index.Digest())(t)
	amd := must(index.IndexManifest())(t).Manifests[0].Digest
	v.sync(day(1), Options{}, f.host+"/team/app")
	v.want("select p.architecture, m.kind, m.os, m.architecture, m.labels->>'word' from manifest_platforms p join manifests m using (digest) order by p.position",
		"amd64 | image | linux | amd64 | one\narm64 | image | linux | arm64 | one\n<nil> | attestation | <nil> | <nil> | <nil>\n")
	v.want("select subject = '"+amd.String()+"', via from referrers", "true | index\n")
	v.want("select i.architecture, l.tags, i.index_digests[1] = '"+digest.String()+"' from images i join locations l using (image_id) order by 1",
		"amd64 | [\"1\"] | true\narm64 | [\"1\"] | true\n")

	// A report that comes later is found when the last look is old.
	report := image(t, "report", "amd64")
	subject := v1.Descriptor{MediaType: "application/vnd.oci.image.manifest.v1+json", Digest: amd, Size: 1}
	if err := remote.Write(f.tag("team/app:sha256-"+strings.Repeat("0", 64)+".x"), withSubject{report, subject}); err != nil {
		t.Fatal(err)
	}
	f.remove("team/app/manifests/sha256-" + strings.Repeat("0", 64) + ".x")
	v.sync(day(1).Add(time.Hour), Options{}, f.host+"/team/app")
	v.want("select count(*) from referrers where via = 'referrers'", "0\n")
	v.sync(day(2), Options{}, f.host+"/team/app")
	v.want("select subject = '"+amd.String()+"' from referrers where via in ('referrers', 'subject') limit 1", "true\n")
}

// withSubject is an image that refers to another manifest.
type withSubject struct {
	v1.Image
	subject v1.Descriptor
}

func (w withSubject) Manifest() (*v1.Manifest, error) {
	m, err := w.Image.Manifest()
	if err == nil {
		m = m.DeepCopy()
		m.Subject = &w.subject
	}
	return m, err
}

func (w withSubject) RawManifest() ([]byte, error) { return marshal(w.Manifest()) }
func (w withSubject) Digest() (v1.Hash, error)     { return digestOf(w.RawManifest()) }

func TestDeletionsAndMovedTags(t *testing.T) {
	f, v := newFake(t), newInventory(t)
	a, b, c := f.push("app:a", image(t, "a", "amd64")), f.push("app:b", image(t, "b", "amd64")), f.push("app:c", image(t, "c", "amd64"))
	f.push("other:1", image(t, "o", "amd64"))
	v.sync(day(1), Options{}, f.host)
	// a keeps its manifest and loses its tag, b is deleted whole, c moves.
	f.remove("app/manifests/a")
	f.remove("app/manifests/b")
	f.remove("app/manifests/" + b)
	f.push("app:c", image(t, "c2", "amd64"))
	res := v.sync(day(2), Options{}, f.host)
	if res.Gone != 1 {
		t.Errorf("second sync: %+v", res)
	}
	v.want("select tag, valid_to::date::varchar from repository_tags where repository = 'app' order by tag, valid_from",
		"a | 2026-10-02\nb | 2026-10-02\nc | 2026-10-02\nc | <nil>\n")
	state := "select gone_at::date::varchar, (select any_value(l.tags) from images i join locations l using (image_id) where i.digest = r.digest) from repository_manifests r where digest = '"
	v.want(state+a+"'", "<nil> | []\n")
	v.want(state+b+"'", "2026-10-02 | []\n")
	v.want(state+c+"'", "<nil> | []\n")
	v.want("select digest = '"+b+"' from images where deleted is not null", "true\n")

	// A repository that the catalogue no longer names is gone.
	f.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == "/v2/_catalog" {
			fmt.Fprint(w, `{"repositories":["app"]}`)
			return true
		}
		return false
	}
	v.sync(day(3), Options{}, f.host)
	v.want("select repository, gone_at::date::varchar from repositories order by 1", "app | <nil>\nother | 2026-10-03\n")
	v.want("select count(*) from images where deleted is not null", "2\n")
	f.fault = nil
	v.sync(day(4), Options{}, f.host)
	v.want("select count(*) from repositories where gone_at is not null", "0\n")
	v.want("select count(*) from images where deleted is not null", "1\n")
}

func TestFaults(t *testing.T) {
	plain, broken := newInventory(t), newInventory(t)
	f := newFake(t, hub.WithReferrersSupport(true))
	for i := range 6 {
		f.push(fmt.Sprintf("app:%d", i), image(t, fmt.Sprint(i), "amd64"))
	}
	f.pushIndex("app:multi", "m")
	plain.sync(day(1), Options{}, f.host)

	var mu sync.Mutex
	var waits []time.Duration
	clock := day(1)
	opt := Options{
		Clock: func() time.Time { mu.Lock(); defer mu.Unlock(); return clock },
		Sleep: func(_ context.Context, d time.Duration) error {
			mu.Lock()
			defer mu.Unlock()
			waits, clock = append(waits, d), clock.Add(d)
			return nil
		},
	}
	f.reset()
	f.fault = func(w http.ResponseWriter, r *http.Request, n int) bool {
		if n > 3 || r.URL.Path == "/v2/" {
			return false
		}
		switch n {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusInternalServerError)
		case 3: // breaks off
			if r.Method == http.MethodHead {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"half`)
			panic(http.ErrAbortHandler)
		}
		return true
	}
	res := broken.sync(day(1), opt, f.host)
	if len(res.Failures) > 0 {
		t.Fatalf("failures: %v", res.Failures)
	}
	const all = "select repository, tag, digest from repository_tags order by all"
	broken.want(all, plain.table(all))
	const content = "select digest, kind, os, architecture, layer_bytes, subject from manifests order by 1"
	broken.want(content, plain.table(content))
	asked := 0
	for _, w := range waits {
		if w > 5*time.Second && w <= 7*time.Second {
			asked++
		}
	}
	if asked == 0 {
		t.Errorf("no wait is as long as the registry asked for: %v", waits)
	}
}

func TestAskedToWaitTooLong(t *testing.T) {
	f, v := newFake(t), newInventory(t)
	f.push("app:1", image(t, "1", "amd64"))
	f.push("ok:1", image(t, "2", "amd64"))
	v.sync(day(1), Options{}, f.host)
	f.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if !strings.Contains(r.URL.Path, "/app/") {
			return false
		}
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}
	res := v.sync(day(2), Options{}, f.host)
	var later *RetryLater
	if len(res.Failures) != 1 || !errors.As(res.Failures[0].Err, &later) || !Temporary(res.Failures[0].Err) {
		t.Fatalf("failures: %v", res.Failures)
	}
	// What could not be read is not taken for gone.
	v.want("select repository, tag, valid_to is null from repository_tags order by 1", "app | 1 | true\nok | 1 | true\n")
}

func TestInterruptedGoesOn(t *testing.T) {
	f, v := newFake(t), newInventory(t)
	for i := range 30 {
		f.push(fmt.Sprintf("app:%02d", i), image(t, fmt.Sprint(i), "amd64"))
	}
	ctx, cancel := context.WithCancel(context.Background())
	opt := Options{Jobs: 2, BatchSize: 4, Progress: func(p Progress) {
		if p.Manifests >= 12 {
			cancel()
		}
	}}
	f.reset()
	if _, err := v.try(ctx, day(1), opt, f.host); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if v.table("select count(*) >= 12 and count(*) < 30 from manifests") != "true\n" {
		t.Fatalf("stored: %s", v.table("select count(*) from manifests"))
	}
	// Nothing is taken for gone by half a look.
	v.want("select count(*) from repository_tags where valid_to is not null", "0\n")
	var stored int
	fmt.Sscan(v.table("select count(*) from manifests"), &stored)
	f.reset()
	res := v.sync(day(1).Add(time.Hour), Options{}, f.host)
	if res.Manifests != int64(30-stored) || f.counts["get"] != 30-stored {
		t.Errorf("%d were stored, then %d read with %d requests", stored, res.Manifests, f.counts["get"])
	}
}

func TestWithoutCatalogue(t *testing.T) {
	f, v := newFake(t), newInventory(t)
	f.push("org/app:1", image(t, "1", "amd64"))
	f.push("org/web:1", image(t, "2", "amd64"))
	f.fault = func(w http.ResponseWriter, r *http.Request, _ int) bool {
		if r.URL.Path == "/v2/_catalog" {
			http.Error(w, `{"errors":[{"code":"UNSUPPORTED"}]}`, http.StatusMethodNotAllowed)
			return true
		}
		return false
	}
	res := v.sync(day(1), Options{}, f.host)
	if len(res.Failures) != 1 || !strings.Contains(res.Failures[0].Err.Error(), "--repositories FILE") {
		t.Fatalf("failures: %v", res.Failures)
	}
	res = v.sync(day(1), Options{Repositories: []string{"org/app", "org/web"}}, f.host)
	if res.Tags != 2 || len(res.Failures) > 0 {
		t.Fatalf("%+v", res)
	}
}

func TestPlanStoresNothing(t *testing.T) {
	f, v := newFake(t), newInventory(t)
	f.push("app:1", image(t, "1", "amd64"))
	v.sync(day(1), Options{}, f.host)
	f.push("app:2", image(t, "2", "amd64"))
	f.remove("app/manifests/1")
	f.reset()
	res := v.sync(day(2), Options{Plan: true}, f.host)
	if want := (Plan{Registry: f.host, Repository: "app", Tags: 1, NewTags: 1, GoneTags: 1}); len(res.Plans) != 1 || res.Plans[0] != want {
		t.Errorf("plans %+v, want %+v", res.Plans, want)
	}
	if got := f.asked(); got != "ping 1, catalogue 1, tags 1" {
		t.Errorf("asked %q", got)
	}
	v.want("select tag from repository_tags", "1\n")
}

func TestFetchesWhatRefersToImages(t *testing.T) {
	f, v := newFake(t), newInventory(t)
	f.pushIndex("team/app:1", "one")
	v.sync(day(1), Options{}, f.host)
	inv := must(store.OpenInventory(context.Background(), v.path, store.Options{}))(t)
	defer inv.Close()
	items := must(inv.Attachments(context.Background(), []string{f.host}))(t)
	if len(items) != 1 || items[0].Repository != "team/app" || items[0].MediaType != "application/vnd.in-toto+json" {
		t.Fatalf("attachments: %+v", items)
	}
	var got string
	failed, requests, err := Fetch(context.Background(), nil, items, Options{Keychain: authn.NewMultiKeychain()}, func(_ int, raw []byte) error {
		got = string(raw)
		return nil
	})
	if err != nil || len(failed) > 0 || !strings.Contains(got, `"word":"one"`) {
		t.Errorf("fetched %q with %d requests, failures %v, error %v", got, requests, failed, err)
	}
	if other := must(inv.Attachments(context.Background(), []string{"other.example.com"}))(t); len(other) != 0 {
		t.Errorf("another registry has %+v", other)
	}
}
