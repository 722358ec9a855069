//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package scratch

import "errors"

// hold fails: where there is no such lock nothing is swept.
func hold(string, bool) (release func(), err error) { return nil, errors.ErrUnsupported }
