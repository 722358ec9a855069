package jsonread

// Split reads an object of which some members are large (the rows of a
// report) and the others small (what the report is about). Each is offered to
// take first, which must consume it and return true, or leave it and return
// false; what it leaves is kept in w, so that the small members can be asked
// for once the object is read, whatever their order.
//
// A null is an object without members. Any other value is an error.
func (r *Reader) Split(w *Row, take func(key []byte) (bool, error)) error {
	w.r, w.buf, w.members = r, w.buf[:0], w.members[:0]
	var ends []int
	err := r.Object(func(key []byte) error {
		name := r.Intern(key)
		taken, err := take(key)
		if taken || err != nil {
			return err
		}
		raw, err := r.View()
		if err != nil {
			return err
		}
		w.buf = append(w.buf, raw...)
		w.members = append(w.members, member{key: name})
		ends = append(ends, len(w.buf))
		return nil
	})
	from := 0
	for i, end := range ends {
		w.members[i].raw = w.buf[from:end]
		from = end
	}
	return err
}
