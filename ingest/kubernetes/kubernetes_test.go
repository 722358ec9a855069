package kubernetes

import (
	"fmt"
	"strings"
	"testing"
)

const (
	digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	config = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
)

func pod(owner, labels, image, imageID string) string {
	return fmt.Sprintf(`{"kind":"Pod","metadata":{"name":"p","namespace":"ns","uid":"u","labels":{%s},"ownerReferences":[%s]},
		"spec":{"nodeName":"n1","containers":[{"name":"c","image":%q}]},
		"status":{"containerStatuses":[{"name":"c","imageID":%q,"state":{"running":{"startedAt":"2026-10-01T00:00:00Z"}}}]}}`, labels, owner, image, imageID)
}

func read(t *testing.T, docs ...string) Snapshot {
	t.Helper()
	r := NewReader()
	for _, d := range docs {
		if err := r.Read(strings.NewReader(d)); err != nil {
			t.Fatal(err)
		}
	}
	return r.Snapshot()
}

func TestImages(t *testing.T) {
	for _, c := range []struct{ image, id, want string }{
		{"nginx:1.27", "docker.io/library/nginx@" + digest, "docker.io library/nginx 1.27 " + digest + " "},
		{"nginx", "docker-pullable://nginx@" + digest, "docker.io library/nginx  " + digest + " "},
		{"r.example/a/b:1@" + digest, "", "r.example a/b 1 " + digest + " "},
		{"r.example/a/b:1", "sha256:" + strings.Repeat("c", 64), "r.example a/b 1  " + config},
		{"r.example/a/b:1", "docker://" + config, "r.example a/b 1  " + config},
		{config, "r.example/a/b@" + digest, "r.example a/b  " + digest + " "},
		{"r.example/a/b:1", "", "r.example a/b 1  "},
	} {
		s := read(t, pod("", "", c.image, c.id))
		got := s.Containers[0]
		if text := strings.Join([]string{got.Registry, got.Repository, got.Tag, got.Digest, got.ConfigDigest}, " "); text != c.want {
			t.Errorf("%s, %s: %q, want %q", c.image, c.id, text, c.want)
		}
	}
}

func TestOwners(t *testing.T) {
	owned := func(kind, name, by, byName string) string {
		return fmt.Sprintf(`{"kind":%q,"metadata":{"name":%q,"namespace":"ns","ownerReferences":[{"kind":%q,"name":%q,"controller":true}]}}`, kind, name, by, byName)
	}
	ref := func(kind, name string) string {
		return fmt.Sprintf(`{"kind":%q,"name":%q,"controller":true}`, kind, name)
	}
	for _, c := range []struct {
		want string
		docs []string
	}{
		{"Pod p", []string{pod("", "", "a", "")}},
		{"StatefulSet db", []string{pod(ref("StatefulSet", "db"), "", "a", "")}},
		{"Deployment web", []string{pod(ref("ReplicaSet", "web-7c"), `"pod-template-hash":"7c"`, "a", "")}},
		{"ReplicaSet web-7c", []string{pod(ref("ReplicaSet", "web-7c"), "", "a", "")}},
		{"Rollout web", []string{pod(ref("ReplicaSet", "web-7c"), `"pod-template-hash":"7c"`, "a", ""), owned("ReplicaSet", "web-7c", "Rollout", "web")}},
		{"CronJob nightly", []string{pod(ref("Job", "nightly-1"), "", "a", ""), owned("Job", "nightly-1", "CronJob", "nightly")}},
		{"Job once", []string{pod(ref("Job", "once"), "", "a", "")}},
	} {
		got := read(t, c.docs...).Containers[0]
		if text := got.WorkloadKind + " " + got.Workload; text != c.want {
			t.Errorf("%q, want %q", text, c.want)
		}
	}
}

func TestLists(t *testing.T) {
	p := pod("", "", "a", "")
	bare := strings.Replace(p, `"kind":"Pod",`, "", 1)
	for name, doc := range map[string]string{
		"kubectl's order": `{"apiVersion":"v1","items":[` + p + `],"kind":"List"}`,
		"of one kind":     `{"kind":"PodList","apiVersion":"v1","items":[` + bare + `]}`,
		"kind behind":     `{"apiVersion":"v1","items":[` + bare + `],"kind":"PodList"}`,
		"single":          p,
		"two documents":   `{"kind":"List","items":[]}` + "\n" + p,
	} {
		if s := read(t, doc); s.Pods != 1 || len(s.Containers) != 1 || s.Containers[0].State != "running" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	for text, want := range map[string]string{
		"":                          "the input is empty",
		`[1]`:                       "a JSON object is needed",
		`{"items":[` + p:            "unexpected EOF",
		`{"items":{}}`:              "items must be an array",
		`{"kind":"List","items":[1`: "cannot unmarshal number",
	} {
		if err := NewReader().Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestNodes(t *testing.T) {
	s := read(t, pod("", "", "a", ""), `{"kind":"Node","metadata":{"name":"n1"},"status":{"nodeInfo":{"operatingSystem":"linux","architecture":"arm64"}}}`)
	if c := s.Containers[0]; c.NodeOS != "linux" || c.NodeArch != "arm64" {
		t.Errorf("%+v", c)
	}
}
