package ingest

import (
	"errors"

	"argosy/ingest/format"
	"argosy/schema"
)

// guard marks the errors that the loader returns, so that they are told from
// errors of the document on their way back through the format.
type guard struct{ s *sink }

// loaderOr marks an error as the loader's.
func loaderOr(err error) error {
	var fe *format.Error
	if err == nil || errors.As(err, &fe) {
		return err
	}
	return loaderError{err}
}

func (g guard) Begin() format.Ref                             { return g.s.Begin() }
func (g guard) Known(scanner, id string) bool                 { return g.s.Known(scanner, id) }
func (g guard) Skip(where, why string) error                  { return g.s.Skip(where, why) }
func (g guard) End(r format.Ref, scan *schema.Scan) error     { return g.s.End(r, scan) }
func (g guard) Finding(r format.Ref, f *schema.Finding) error { return loaderOr(g.s.Finding(r, f)) }
func (g guard) Resource(r *schema.ResourceRow) error          { return loaderOr(g.s.Resource(r)) }
func (g guard) Statement(v *schema.VEXStatement) error        { return loaderOr(g.s.Statement(v)) }
func (g guard) Feed(v *schema.FeedEntry) error                { return loaderOr(g.s.Feed(v)) }
func (g guard) Vulnerability(scanner string, v *schema.Vulnerability) error {
	return loaderOr(g.s.Vulnerability(scanner, v))
}
