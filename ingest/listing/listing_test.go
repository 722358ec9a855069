package listing

import (
	"fmt"
	"strings"
	"testing"
)

const digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
const child = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

func TestVendors(t *testing.T) {
	ecr := Options{Registry: "123456789012.dkr.ecr.eu-west-1.amazonaws.com"}
	for _, c := range []struct {
		name, text string
		opt        Options
		want       string
	}{
		{"acr", `[{"digest":"` + digest + `","createdTime":"2026-10-01T06:00:00.5Z","tags":["1","latest"],"os":"linux","architecture":"amd64",
			"mediaType":"application/vnd.docker.distribution.manifest.v2+json","configMediaType":"application/vnd.docker.container.image.v1+json"}]`,
			Options{Registry: "contoso", Repository: "app"}, "acr contoso.azurecr.io/app 1,latest 2026-10-01T06:00:00 - image linux/amd64"},
		{"acr rest", `{"registry":"contoso.azurecr.io","imageName":"app","manifests":[{"digest":"` + digest + `","createdTime":"2026-10-01T06:00:00Z"}]}`,
			Options{}, "acr contoso.azurecr.io/app  2026-10-01T06:00:00 - "},
		{"ecr", `{"imageDetails":[{"registryId":"123456789012","repositoryName":"app","imageDigest":"` + digest + `","imageTags":["1"],"imagePushedAt":"2026-10-01T08:00:00+02:00",
			"lastRecordedPullTime":"2026-10-05T00:00:00.123000+00:00","imageManifestMediaType":"application/vnd.oci.image.index.v1+json"}]}`,
			ecr, "ecr 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app 1 2026-10-01T06:00:00 2026-10-05T00:00:00 index /"},
		{"ecr seconds", `{"imageDetails":[{"repositoryName":"app","imageDigest":"` + digest + `","imagePushedAt":1790834400.0,"artifactMediaType":"application/vnd.docker.container.image.v1+json"}]}`,
			ecr, "ecr 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app  2026-10-01T06:00:00 - image /"},
		{"harbor", `[{"digest":"` + digest + `","repository_name":"p/app","push_time":"2026-10-01T06:00:00.000Z","pull_time":"0001-01-01T00:00:00.000Z","tags":null,"type":"IMAGE",
			"manifest_media_type":"application/vnd.oci.image.manifest.v1+json","media_type":"application/vnd.oci.image.config.v1+json","extra_attrs":{"os":"linux","architecture":"arm64"}}]`,
			Options{Registry: "harbor.example.com"}, "harbor harbor.example.com/p/app  2026-10-01T06:00:00 - image linux/arm64"},
		{"gar", `[{"package":"europe-docker.pkg.dev/proj/repo/app","version":"` + digest + `","tags":"1, latest","createTime":"2026-10-01T06:00:00.123456Z","metadata":{"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json"}}]`,
			Options{}, "gar europe-docker.pkg.dev/proj/repo/app 1,latest 2026-10-01T06:00:00 - index /"},
		{"gar rest", `{"dockerImages":[{"uri":"europe-docker.pkg.dev/proj/repo/app@` + digest + `","tags":["1"],"uploadTime":"2026-10-01T06:00:00Z","mediaType":"application/vnd.oci.image.manifest.v1+json"}]}`,
			Options{}, "gar europe-docker.pkg.dev/proj/repo/app 1 2026-10-01T06:00:00 - "},
	} {
		l, err := Decode(strings.NewReader(c.text), c.opt)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		p := l.Batch.Present[0]
		var tags []string
		for _, tag := range l.Batch.Tags {
			tags = append(tags, tag.Tag)
		}
		pulled := "-"
		if !p.Pulled.IsZero() {
			pulled = p.Pulled.Format("2006-01-02T15:04:05")
		}
		got := fmt.Sprintf("%s %s/%s %s %s %s ", l.Vendor, p.Registry, p.Repository, strings.Join(tags, ","), p.Pushed.Format("2006-01-02T15:04:05"), pulled)
		if len(l.Batch.Manifests) > 0 {
			m := l.Batch.Manifests[0]
			got += fmt.Sprintf("%s %s/%s", m.Kind, m.OS, m.Architecture)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHarborIndex(t *testing.T) {
	l, err := Decode(strings.NewReader(`[{"digest":"`+digest+`","repository_name":"p/app","push_time":"2026-10-01T06:00:00Z","tags":[{"name":"1"}],"media_type":"application/vnd.oci.image.index.v1+json",
		"manifest_media_type":"application/vnd.oci.image.index.v1+json","references":[{"child_digest":"`+child+`","platform":{"os":"linux","architecture":"arm64","variant":"v8"}}]}]`),
		Options{Registry: "harbor.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Batch.Present) != 2 || len(l.Batch.Manifests) != 2 || l.Batch.Manifests[0].Digest != child || l.Batch.Manifests[0].Variant != "v8" || len(l.Batch.Manifests[1].Children) != 1 {
		t.Errorf("%+v", l.Batch)
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		`[{"name":"x"}]`: "row 1 is of no listing that is known: it has name",
		`{"a":1}`:        "the document holds no list of images",
		`[`:              "a JSON list is needed",
		`{"imageDetails":[{"registryId":"12","repositoryName":"app","imageDigest":"` + digest + `"}]}`: "add --registry 12.dkr.ecr.REGION.amazonaws.com",
		`[{"digest":"` + digest + `","push_time":"2026-10-01T06:00:00Z"}]`:                             "the listing does not name the registry",
	} {
		if _, err := Decode(strings.NewReader(text), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
