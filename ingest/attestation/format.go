// Package attestation reads attestations: in-toto statements of versions 0.1
// and 1, DSSE envelopes around them as cosign writes them (one or a line for
// each), Sigstore bundles, and bare predicates of cosign. Signatures are not
// checked: verify an attestation before it is ingested.
//
// What a predicate holds is read by the format of that report. The subject's
// digest is the authority on what image it is about, whatever the report says;
// several subjects are several images.
//
// A payload is one string of base64, so that an attestation is held in memory.
package attestation

import (
	"context"
	"strings"

	"argosy/ingest/format"
)

// Over returns the format of attestations about reports of the given formats.
func Over(reports []format.Format) format.Format {
	return format.Format{
		Name:   "attestation",
		Title:  "in-toto attestation",
		Detect: detect,
		Decode: func(ctx context.Context, in *format.Input, to format.Sink) error {
			return decode(ctx, in, to, reports)
		},
	}
}

const (
	statementType = "https://in-toto.io/Statement/"
	bundleType    = "application/vnd.dev.sigstore.bundle"
)

func detect(o *format.Outline) format.Match {
	if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
		return format.Match{}
	}
	root := ""
	if o.Root == '[' {
		root = "[]."
	}
	for _, below := range [...]string{"", "dsseEnvelope.", "bundle.dsseEnvelope.", "attestation.bundle.dsseEnvelope.", "predicate."} {
		if m := detectAt(o, root+below); m.Verdict != format.No || m.Score > 0 {
			return m
		}
	}
	if strings.Contains(o.Value(root+"mediaType"), bundleType) {
		return format.Match{Verdict: format.Yes, Version: "bundle", Score: 6}
	}
	return format.Match{}
}

func detectAt(o *format.Outline, at string) format.Match {
	if v, ok := strings.CutPrefix(o.Value(at+"_type"), statementType); ok {
		if v != "v1" && !strings.HasPrefix(v, "v1.") && !strings.HasPrefix(v, "v0.") {
			return format.Match{Verdict: format.Unsupported, Version: v, Score: 8, Reason: unsupported(v)}
		}
		return format.Match{Verdict: format.Yes, Version: v, Score: 8}
	}
	n := o.Count(at+"payload", at+"payloadType", at+"signatures", at+"signatures[].sig")
	switch {
	case strings.Contains(o.Value(at+"payloadType"), "in-toto"), n > 2, n == 1 && o.Has(at+"payload") && len(o.Keys(strings.TrimSuffix(at, "."))) == 1 && !o.Whole:
		return format.Match{Verdict: format.Yes, Version: "DSSE", Score: 6 + n}
	case o.HasAll(at+"predicateType", at+"predicate"), o.HasAll(at+"predicateType", at+"subject"):
		return format.Match{Verdict: format.Yes, Score: 7}
	case o.HasAny(at+"scanner.result", at+"scanner.db") && o.HasAny(at+"metadata.scanFinishedOn", at+"metadata.scanStartedOn", at+"invocation"):
		return format.Match{Verdict: format.Yes, Version: "predicate", Score: 7}
	case n > 1:
		return format.Match{Score: n, Reason: "an envelope (DSSE) has payloadType, payload and signatures"}
	}
	return format.Match{}
}

func unsupported(version string) string {
	return "in-toto statements of version " + version + " are not supported; v0.1 and v1 are"
}
