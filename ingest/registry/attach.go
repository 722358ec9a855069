package registry

// Attached is a document that a registry holds about an image: a report, an
// attestation, a list of components. Subject is the digest that it is about,
// which counts for more than what the document itself says.
type Attached struct {
	Registry, Repository string
	Subject              string
	Digest               string
	MediaType            string
	ArtifactType         string
	Raw                  []byte
}
