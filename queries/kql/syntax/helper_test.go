package syntax

import "testing"

// checkFormat checks what formatting promises: the same tree, and no change
// when done again.
func checkFormat(t *testing.T, src string, tree *Query) {
	t.Helper()
	once := Format(tree)
	again, errs := Parse(once)
	if len(errs) > 0 {
		t.Fatalf("formatted text does not parse\n--- source\n%s\n--- formatted\n%s\n%s", src, once, errs.Format(once))
	}
	if !Equal(tree, again) {
		t.Fatalf("formatting changed the meaning\n--- source\n%s\n--- formatted\n%s", src, once)
	}
	if twice := Format(again); twice != once {
		t.Fatalf("formatting is not stable\n--- source\n%s\n--- once\n%s\n--- twice\n%s", src, once, twice)
	}
	if a, b := len(joinComments(tree)), len(joinComments(again)); a != b {
		t.Fatalf("comments were lost: %d bytes became %d\n--- source\n%s\n--- formatted\n%s", a, b, src, once)
	}
}

// joinComments is the text of all comments without spaces, since the formatter
// may put two on one line.
func joinComments(q *Query) string {
	var b []byte
	for _, c := range q.Comments {
		for i := range len(c.Text) {
			if c.Text[i] != ' ' {
				b = append(b, c.Text[i])
			}
		}
	}
	return string(b)
}

// checkSpans checks that every node lies inside the text and inside its parent,
// and that children come in order. After an error only the first is promised.
func checkSpans(t *testing.T, src string, tree *Query, errs Errors) {
	t.Helper()
	Walk(tree, func(n Node) bool {
		s := n.Span()
		if !s.Valid() || s.End > len(src) {
			t.Fatalf("%T at %v is outside of %d bytes: %.300q", n, s, len(src), src)
		}
		last := 0
		if len(errs) > 0 {
			return true
		}
		for _, c := range Children(n) {
			cs := c.Span()
			if cs.Start < s.Start || cs.End > s.End {
				t.Fatalf("%T at %v is not inside its parent %T at %v: %.300q", c, cs, n, s, src)
			}
			if cs.Start < last && !optionsFirst(n) {
				t.Fatalf("%T at %v is out of order in %T: %.300q", c, cs, n, src)
			}
			last = max(last, cs.Start)
		}
		return true
	})
}

// optionsFirst is whether the order of the options of a node is not kept.
func optionsFirst(n Node) bool {
	switch n.(type) {
	case *Union, *MvExpand, *MvApply, *Join, *Lookup, *Search, *ParseOp, *MakeSeries:
		return true
	}
	return false
}

// checkTokens checks that highlighting covers what is not space, in order.
func checkTokens(t *testing.T, src string) {
	t.Helper()
	last := 0
	for _, tok := range Tokenize(src) {
		if tok.Span.Start < last || tok.Span.End <= tok.Span.Start || tok.Span.End > len(src) {
			t.Fatalf("token %v %v after %d of %d: %q", tok.Kind, tok.Span, last, len(src), src)
		}
		last = tok.Span.End
	}
}
