package imageconfig

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

func TestRead(t *testing.T) {
	const text = `{"architecture": "arm", "variant": "v7", "os": "linux", "created": "2026-02-01T00:00:00Z", "history": [{"created_by": "x"}],
		"config": {"Env": ["PATH=/"], "Labels": {"org.example.team": "shop", "empty": ""}}, "rootfs": {"type": "layers", "diff_ids": ["sha256:aa", "sha256:bb"]}}`
	want := schema.Image{Architecture: "arm", Variant: "v7", OS: "linux", Created: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		Labels: map[string]string{"org.example.team": "shop", "empty": ""}, DiffIDs: []string{"sha256:aa", "sha256:bb"}}
	got, err := Read(jsonread.New(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the configuration says %+v, want %+v", got, want)
	}
	for _, none := range []string{`null`, `{}`, `{"config": null, "rootfs": {"type": "", "diff_ids": null}, "created": "0001-01-01T00:00:00Z"}`} {
		if got, err := Read(jsonread.New(strings.NewReader(none))); err != nil || !reflect.DeepEqual(got, schema.Image{}) {
			t.Errorf("of %s it says %v, %v; want nothing", none, got, err)
		}
	}
	if _, err := Read(jsonread.New(strings.NewReader(`{"os": "linux", "config": {"Labels": {"a"`))); err == nil {
		t.Error("a configuration that is cut off is read without an error")
	}
}
