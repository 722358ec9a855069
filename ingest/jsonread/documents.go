package jsonread

import "fmt"

// Documents reads all that is left of a stream as documents of one format:
// one, several one after another (JSON lines), or a list of them. It calls
// each before every document, which must consume it; where is the place of the
// document, empty for a single one, and ends with a dot otherwise, so that the
// path of a member can follow.
func (r *Reader) Documents(each func(where string) error) error {
	for {
		var err error
		if r.Kind() == '[' {
			err = r.Array(func(i int) error { return each(fmt.Sprintf("[%d].", i)) })
		} else {
			err = each("")
		}
		if err != nil {
			return err
		}
		if !r.More() {
			return r.End()
		}
	}
}
