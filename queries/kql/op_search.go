package kql

import "argosy/queries/kql/syntax"

// searchSource is search as the first step.
func (t *translator) searchSource(src *syntax.Search, e *env) *pipe {
	t.errorf(src.Pos, "search is not supported")
	return t.brokenPipe(e)
}
