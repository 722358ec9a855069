package grype

import (
	"encoding/base64"
	"strings"

	"argosy/ingest/imageconfig"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// source is what was scanned: an image, a directory, a file, a bill of
// materials.
type source struct {
	seen          bool
	typ           string
	name          string
	manifest      string
	tags, digests []string
	image         schema.Image
}

func (s *source) read(r *jsonread.Reader, d *decoder) error {
	if r.Kind() == '{' {
		s.seen = true
	}
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "type":
			s.typ, err = r.Word()
		case "target", "metadata":
			if r.Kind() == '"' {
				s.name, err = r.Word()
				return err
			}
			err = s.readTarget(r, d)
		default:
			err = r.Skip()
		}
		return err
	})
}

func (s *source) readTarget(r *jsonread.Reader, d *decoder) error {
	img := &s.image
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "userInput":
			s.name, err = r.Word()
		case "path", "name":
			var v string
			if v, err = r.Word(); s.name == "" {
				s.name = v
			}
		case "imageID":
			img.ConfigDigest, err = r.Word()
		case "manifestDigest":
			s.manifest, err = r.Word()
		case "imageSize":
			var size float64
			size, err = r.Score()
			img.Size = int64(size)
		case "tags":
			s.tags, err = r.Words()
		case "repoDigests":
			s.digests, err = r.Words()
		case "architecture":
			img.Architecture, err = r.Word()
		case "os":
			img.OS, err = r.Word()
		case "variant":
			img.Variant, err = r.Word()
		case "labels":
			img.Labels, err = imageconfig.Labels(r)
		case "layers":
			err = r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) != "digest" {
						return r.Skip()
					}
					digest, err := r.Word()
					if digest != "" {
						img.Layers, img.DiffIDs = append(img.Layers, digest), append(img.DiffIDs, digest)
					}
					return err
				})
			})
		case "config":
			var text string
			if text, err = r.Word(); err == nil {
				s.readConfig(text, d)
			}
		default:
			err = r.Skip()
		}
		return err
	})
}

// readConfig takes from the image's configuration file, which stands in the
// report as base64, what the report does not say elsewhere. A file that cannot
// be read says nothing.
func (s *source) readConfig(text string, d *decoder) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return
	}
	img, err := imageconfig.Read(d.sub(raw))
	if err != nil {
		return
	}
	if len(img.DiffIDs) > 0 {
		s.image.DiffIDs = img.DiffIDs
	}
	s.image.Created = img.Created
	for _, f := range [...][2]*string{{&s.image.Architecture, &img.Architecture}, {&s.image.OS, &img.OS}, {&s.image.Variant, &img.Variant}} {
		if *f[0] == "" {
			*f[0] = *f[1]
		}
	}
	if len(s.image.Labels) == 0 {
		s.image.Labels = img.Labels
	}
}

// describe fills in an image whose distribution may be known already. The
// reference given by the user names reports without a source.
func (s *source) describe(img *schema.Image, given string) {
	distribution, version := img.Distribution, img.DistributionVersion
	*img = s.image
	img.Distribution, img.DistributionVersion = distribution, version
	switch {
	case s.typ == "image" || s.typ == "" && (!s.seen || s.image.ConfigDigest != "" || s.manifest != ""):
		img.Kind = schema.KindImage
	case s.typ == "directory" || s.typ == "file" || s.typ == "dir":
		img.Kind = schema.KindFilesystem
	default:
		img.Kind = schema.KindOther
	}
	img.Name = s.name
	if img.Kind != schema.KindImage {
		return
	}
	img.Name = s.imageName()
	if img.Name == "" {
		img.Name = given
	}
	for _, list := range [][]string{s.tags, s.digests} {
		for _, ref := range list {
			if ref != img.Name {
				img.References = append(img.References, ref)
			}
		}
	}
	// A repository digest is what the registry knows the image by. The
	// manifest's digest can be one that was made up while loading the image
	// from a daemon or an archive, and stands in only without the other.
	repo := repository(img.Name)
	for _, ref := range s.digests {
		if name, digest, _ := strings.Cut(ref, "@"); img.Digest == "" || name == repo {
			img.Digest = digest
		}
	}
	if _, digest, ok := strings.Cut(img.Name, "@"); ok && img.Digest == "" && strings.HasPrefix(digest, "sha") {
		img.Digest = digest
	}
	if img.Digest == "" {
		img.Digest = s.manifest
	}
}

// imageName takes the way of access off what the user typed: "registry:",
// "docker:". Such a word can also be the name of an image (docker:dind), which
// the image's tags tell.
func (s *source) imageName() string {
	scheme, rest, ok := strings.Cut(s.name, ":")
	if !ok {
		return s.name
	}
	for _, tag := range s.tags {
		if tag == s.name || strings.HasSuffix(tag, "/"+s.name) {
			return s.name
		}
	}
	switch scheme {
	case "docker", "podman", "containerd", "registry", "nerdctl":
		if strings.ContainsAny(rest, ":/@") {
			return rest
		}
		for _, tag := range s.tags {
			if repository(tag) == rest || strings.HasSuffix(repository(tag), "/"+rest) {
				return rest
			}
		}
	case "docker-archive", "oci-archive", "oci-dir", "oci-model", "singularity", "sbom", "file", "dir":
		if len(s.tags) > 0 {
			return s.tags[0]
		}
		return rest
	}
	return s.name
}

// repository takes tag and digest off a reference.
func repository(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		return ref[:i]
	}
	return ref
}

func readDistro(r *jsonread.Reader, img *schema.Image) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			img.Distribution, err = r.Word()
		case "version":
			img.DistributionVersion, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
}

// readDescriptor reads who made the report, when, and with which database.
// The database has stood in descriptor.db, in descriptor.db.status, and among
// providers.
func readDescriptor(r *jsonread.Reader, scan *schema.Scan) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "version":
			scan.ScannerVersion, err = r.Word()
		case "timestamp":
			var s string
			s, err = r.Word()
			scan.At = jsonread.ParseTime(s)
		case "db":
			err = readDatabase(r, scan)
		default:
			err = r.Skip()
		}
		return err
	})
}

func readDatabase(r *jsonread.Reader, scan *schema.Scan) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "built":
			var s string
			if s, err = r.Word(); s != "" {
				scan.DatabaseVersion = s
			}
		case "status":
			err = readDatabase(r, scan)
		default:
			err = r.Skip()
		}
		return err
	})
}
