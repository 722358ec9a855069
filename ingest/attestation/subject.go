package attestation

import (
	"slices"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
	"argosy/schema"
)

// subject is a subject of a statement.
type subject struct{ name, digest, pkg string }

func (s *subject) read(r *jsonread.Reader) error {
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			s.name, err = r.Word()
		case "uri":
			var uri string
			if uri, err = r.Word(); s.name == "" {
				s.name = uri
			}
		case "digest":
			err = r.Members(func(key []byte) error {
				algorithm := string(key)
				hex, err := r.Word()
				if algorithm == "sha256" && hex != "" {
					s.digest = "sha256:" + strings.ToLower(strings.TrimPrefix(hex, "sha256:"))
				}
				return err
			})
		default:
			err = r.Skip()
		}
		return err
	})
	if !strings.HasPrefix(s.name, "pkg:") {
		return err
	}
	url, ok := purl.Parse(s.name)
	if !ok {
		return err
	}
	repository, tag, digest, ok := url.Image()
	if !ok {
		s.pkg = s.name
		return err
	}
	s.name = repository
	if tag != "" {
		s.name += ":" + tag
	}
	if s.digest == "" {
		s.digest = digest
	}
	return err
}

// image is what one or more subjects with the same digest are: an image, or a
// package.
type image struct {
	digest string
	names  []string
	pkg    string
}

// group joins the subjects that differ by name only.
func group(subjects []subject) []image {
	var out []image
	for _, s := range subjects {
		found := false
		for i := range out {
			if s.digest != "" && out[i].digest == s.digest {
				found = true
				if s.name != "" && s.name != out[i].names[0] {
					out[i].names = append(out[i].names, s.name)
				}
			}
		}
		if !found && (s.digest != "" || s.name != "") {
			out = append(out, image{s.digest, []string{s.name}, s.pkg})
		}
	}
	return out
}

// reference is the image as people write it, "" where it has no name.
func (m *image) reference() string {
	if len(m.names) == 0 || m.names[0] == "" || m.digest == "" || m.pkg != "" {
		return ""
	}
	return repository(m.names[0]) + "@" + m.digest
}

// repository takes tag and digest off a reference.
func repository(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		return ref[:i]
	}
	return ref
}

// hints are what a predicate says around a report.
type hints struct{ scan schema.Scan }

// about is a sink that puts the subject in the place of what a report says of
// its image.
type about struct {
	format.Sink
	image *image
	hints hints
}

// End closes a scan as one of the subject.
func (a *about) End(ref format.Ref, s *schema.Scan) error {
	scan := *s
	h := &a.hints.scan
	if !h.At.IsZero() {
		scan.At = h.At
	}
	for _, p := range [...][2]*string{{&scan.ScannerVersion, &h.ScannerVersion}, {&scan.DatabaseVersion, &h.DatabaseVersion}, {&scan.Scanner, &h.Scanner}} {
		if *p[0] == "" {
			*p[0] = *p[1]
		}
	}
	a.image.apply(&scan.Image)
	return a.Sink.End(ref, &scan)
}

// apply makes an image the subject. Other names and digests stay as further
// references: the digest of a platform's manifest, where the subject is an
// index, is one of them.
func (m *image) apply(img *schema.Image) {
	if m.digest == "" {
		return
	}
	name := m.names[0]
	if img.Kind != schema.KindImage && img.Kind != "" && !strings.ContainsAny(name, "/:") {
		// An artifact that is no image keeps its kind.
		img.Digest = m.digest
		if name != "" {
			img.Name = name
		}
		return
	}
	img.Kind = schema.KindImage
	also := func(ref string) {
		if !slices.Contains(img.References, ref) {
			img.References = append(img.References, ref)
		}
	}
	if img.Digest != "" && img.Digest != m.digest {
		if repo := repository(img.Name); repo != "" && !strings.ContainsAny(repo, " \\") {
			also(repo + "@" + img.Digest)
		}
	}
	img.Digest = m.digest
	for _, other := range m.names[1:] {
		also(other)
	}
	switch {
	case name == "" || name == img.Name:
	case img.Name == "" && img.Repository == "":
		img.Name = name
	case sameRepository(img.Name, name):
		// The report's own name has a tag, or the same as the subject's.
	default:
		// A name without a slash is one of the machine that scanned.
		if strings.Contains(img.Name, "/") {
			also(img.Name)
		}
		img.Name, img.Registry, img.Repository, img.Tag = name, "", "", ""
	}
	if _, pinned, ok := strings.Cut(img.Name, "@"); ok && pinned != m.digest {
		img.Name = repository(img.Name)
	}
}

// sameRepository compares names without regard to the names that Docker Hub
// leaves out.
func sameRepository(a, b string) bool {
	short := func(s string) string {
		s = repository(s)
		for _, prefix := range []string{"docker.io/", "index.docker.io/", "library/"} {
			s = strings.TrimPrefix(s, prefix)
		}
		return s
	}
	return short(a) == short(b)
}
