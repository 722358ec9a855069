package ingest

import (
	"strings"
	"testing"

	"argosy/ingest/format"
	"argosy/schema"
)

// TestImageGiven: --image names what reports leave open, and nothing else. A
// report about several images keeps all of them apart.
func TestImageGiven(t *testing.T) {
	const given = "registry.example.com/shop/web:9"
	digest := "sha256:" + strings.Repeat("ab", 32)
	for what, c := range map[string]struct {
		image schema.Image
		want  string
	}{
		"nothing":         {schema.Image{}, "registry.example.com/shop/web:9"},
		"a digest":        {schema.Image{Digest: digest}, "registry.example.com/shop/web:9"},
		"a file":          {schema.Image{Name: "/tmp/web.tar"}, "registry.example.com/shop/web:9"},
		"repository only": {schema.Image{Name: "nginx"}, "registry.example.com/shop/web:9"},
		"a tag":           {schema.Image{Name: "nginx:1.27"}, "docker.io/library/nginx:1.27"},
		"name and digest": {schema.Image{Name: "ghcr.io/org/app", Digest: digest}, "ghcr.io/org/app:"},
		"parts":           {schema.Image{Registry: "ghcr.io", Repository: "org/app", Tag: "1"}, "ghcr.io/org/app:1"},
	} {
		if err := identify(&c.image, &format.Input{Image: given}); err != nil {
			t.Fatal(err)
		}
		if got := c.image.Registry + "/" + c.image.Repository + ":" + c.image.Tag; got != c.want {
			t.Errorf("%s: got %s, want %s", what, got, c.want)
		}
	}
}
