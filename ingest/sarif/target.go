package sarif

import (
	"strings"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// target is what a run looked at, as far as its writer says.
type target struct {
	name, config  string
	tags, digests []string
	// artifactName is the name of an artifact that is an image, seen the name
	// that results give, layered that it came with the layer of a package.
	artifactName, seen string
	// partial is a repository without registry and tag, which is all that
	// Trivy leaves of an image's name in locations.
	partial string
	// root is the folder or repository of a run about files.
	root, repository, revision string
}

// empty says whether nothing is known.
func (t *target) empty() bool {
	return t.name == "" && t.config == "" && len(t.tags)+len(t.digests) == 0 && t.artifactName == "" && t.seen == "" &&
		t.partial == "" && t.root == "" && t.repository == ""
}

func (t *target) image() bool {
	return t.name != "" || t.config != "" || len(t.tags)+len(t.digests) > 0 || t.artifactName != "" || t.seen != "" || t.partial != ""
}

// member reads a member of the run that tells of its target, and passes over
// every other.
func (t *target) member(r *jsonread.Reader, key string) error {
	switch key {
	case "properties":
		return r.Members(func(key []byte) (err error) {
			switch strings.ToLower(string(key)) {
			case "imagename", "image_name", "image", "imageref", "image_ref", "containerimage":
				t.name, err = r.Word()
			case "imageid", "image_id":
				t.config, err = r.Word()
			case "repotags":
				t.tags, err = r.Words()
			case "repodigests":
				t.digests, err = r.Words()
			case "imagedigest", "image_digest", "manifestdigest", "digest":
				var s string
				if s, err = r.Word(); strings.HasPrefix(s, "sha256:") {
					t.digests = append(t.digests, "@"+s)
				}
			default:
				err = r.Skip()
			}
			return err
		})
	case "originalUriBaseIds":
		return r.Members(func(key []byte) error {
			return r.Members(func(key []byte) error {
				if string(key) != "uri" {
					return r.Skip()
				}
				uri, err := r.Word()
				if t.root == "" && uri != "file:///" {
					t.root = strings.TrimSuffix(unescape(uri), "/")
				}
				return err
			})
		})
	case "versionControlProvenance":
		return r.Elements(func(int) error {
			return r.Members(func(key []byte) (err error) {
				var s string
				switch string(key) {
				case "repositoryUri":
					s, err = r.Word()
					t.repository = first(t.repository, s)
				case "revisionId":
					s, err = r.Word()
					t.revision = first(t.revision, s)
				default:
					err = r.Skip()
				}
				return err
			})
		})
	case "logicalLocations":
		return r.Elements(func(int) error {
			kind, full, short := "", "", ""
			err := r.Members(func(key []byte) (err error) {
				switch string(key) {
				case "kind":
					kind, err = r.Word()
				case "fullyQualifiedName":
					full, err = r.Word()
				case "name":
					short, err = r.Word()
				default:
					err = r.Skip()
				}
				return err
			})
			if k := strings.ToLower(kind); strings.Contains(k, "image") || strings.Contains(k, "container") {
				t.artifactName = first(t.artifactName, first(full, short))
			}
			return err
		})
	}
	return r.Skip()
}

// artifact notes an artifact that is an image: one of an image's media type,
// or the target of the analysis with a digest in its name.
func (t *target) artifact(uri, mime, digest string, analysed bool) {
	image := strings.HasPrefix(mime, "application/vnd.oci.image") || strings.HasPrefix(mime, "application/vnd.docker")
	if t.artifactName != "" || uri == "" || !image && !(analysed && strings.Contains(uri, "@sha256")) {
		return
	}
	t.artifactName = imageAddress(uri)
	if len(digest) == 64 && !strings.Contains(uri, "@") {
		t.digests = append(t.digests, "@sha256:"+digest)
	}
}

// imageAddress takes the name of an image from an address, where a colon could
// not stand: "nginx@sha256_13d2...", "alpine_3.12".
func imageAddress(uri string) string {
	for _, scheme := range []string{"docker://", "oci://", "docker-image|", "pkg:docker/", "container-image:"} {
		uri = strings.TrimPrefix(uri, scheme)
	}
	if repo, hex, ok := strings.Cut(uri, "@sha256_"); ok {
		return repo + "@sha256:" + hex
	}
	if strings.ContainsAny(uri, "@:") {
		return uri
	}
	if i := strings.LastIndexByte(uri, '_'); i > strings.LastIndexByte(uri, '/') && i+1 < len(uri) {
		tag := uri[i+1:]
		if tag[0] >= '0' && tag[0] <= '9' || tag == "latest" || tag[0] == 'v' && len(tag) > 1 && tag[1] >= '0' && tag[1] <= '9' {
			return uri[:i] + ":" + tag
		}
	}
	return uri
}

// result notes what a result says of the image.
func (t *target) result(s *result, d *details, tl tool, osPackage bool) {
	if d.image != "" {
		t.seen = first(t.seen, d.image)
	}
	switch {
	case tl.is("grype", "anchore"):
		for _, full := range s.logical {
			if image, _, _, ok := grypeLocation(full); ok {
				t.seen = first(t.seen, image)
			}
		}
	case tl.is("snyk container"):
		// A distribution's package stands at the image, any other at a file.
		if len(s.paths) == 0 || strings.Contains(s.paths[0], "Dockerfile") {
			break
		}
		image, _, inFile := strings.Cut(s.paths[0], ":/")
		if inFile || inDistribution(d.typ) || strings.Contains(image, "@sha256") {
			t.seen = first(t.seen, imageAddress(image))
		}
	case tl.is("trivy") && osPackage && t.name == "" && len(s.paths) > 0:
		t.partial = first(t.partial, s.paths[0])
	}
	if strings.Contains(s.analysed, "@sha256") {
		t.seen = first(t.seen, imageAddress(s.analysed))
	}
}

// grypeLocation takes a fully qualified name of Grype apart:
// image@layer:/path, where image and layer may hold a digest of their own.
func grypeLocation(full string) (image, layer, path string, ok bool) {
	i := strings.Index(full, ":/")
	if i < 0 || strings.HasPrefix(full[i:], "://") {
		return "", "", "", false
	}
	image, path = full[:i], full[i+1:]
	at := strings.LastIndexByte(image, '@')
	if at < 0 {
		return "", "", "", false
	}
	return image[:at], image[at+1:], path, true
}

// describe fills in the image.
func (t *target) describe(img *schema.Image, tl tool, given string) {
	img.Name = first(first(t.name, t.artifactName), t.seen)
	switch {
	case t.image() || tl.looksAtImages() || given != "":
		img.Kind = schema.KindImage
	case t.repository != "":
		img.Kind, img.Name = schema.KindRepository, t.repository
		if t.revision != "" {
			img.References = []string{t.revision}
		}
		return
	default:
		img.Kind, img.Name = schema.KindFilesystem, t.root
		return
	}
	img.ConfigDigest = t.config
	for _, list := range [][]string{t.tags, t.digests} {
		for _, ref := range list {
			if ref != img.Name && ref[0] != '@' {
				img.References = append(img.References, ref)
			}
		}
	}
	repo, _, _ := strings.Cut(img.Name, "@")
	if i := strings.LastIndexByte(repo, ':'); i > strings.LastIndexByte(repo, '/') {
		repo = repo[:i]
	}
	for _, ref := range t.digests {
		if of, digest, ok := strings.Cut(ref, "@"); ok && (img.Digest == "" || of == repo) {
			img.Digest = digest
		}
	}
	if img.Name == "" && len(img.References) > 0 {
		img.Name = img.References[0]
	}
	if img.Name != "" || img.Digest != "" {
		return
	}
	if img.Name = given; given == "" {
		img.Name = t.partial
		if !strings.HasSuffix(t.partial, ".tar") && !strings.HasSuffix(t.partial, ".gz") && t.partial != "" {
			img.Repository = t.partial
		}
	}
}
