package jsonread

// Split reads an object of which some members are large (the rows of a
// report) and the others small (what the report is about). Each is offered to
// take first, which must consume it and return true, or leave it and return
// false; what it leaves is kept in w, so that the small members can be asked
// for once the object is read, whatever their order, and while it is read as
// far as they have come.
//
// A null is an object without members. Any other value is an error.
func (r *Reader) Split(w *Row, take func(key []byte) (bool, error)) error {
	w.r, w.buf, w.members = r, w.buf[:0], w.members[:0]
	return r.Object(func(key []byte) error {
		name := r.Intern(key)
		taken, err := take(key)
		if taken || err != nil {
			return err
		}
		raw, err := r.View()
		if err != nil {
			return err
		}
		// Members that came before keep the memory they point to.
		from := len(w.buf)
		w.buf = append(w.buf, raw...)
		w.members = append(w.members, member{key: name, raw: w.buf[from:]})
		return nil
	})
}
