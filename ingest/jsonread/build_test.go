package jsonread

import "testing"

func TestBuilderRaw(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{` { "b" : [1, 2] } `, `{"x":{"b":[1,2]}}`},
		{`{"a":1,"a":2}`, `{"x":"{\"a\":1,\"a\":2}"}`},
		{"\"\xff\"", "{\"x\":\"\\\"\ufffd\\\"\"}"},
		{`null`, ``},
		{`[]`, ``},
		{`{"cut`, ``},
	} {
		var b Builder
		b.Raw("x", []byte(c.in))
		if got := string(b.JSON()); got != c.want {
			t.Errorf("Raw(%s) gives %s, want %s", c.in, got, c.want)
		}
	}
}

func TestBuilderNames(t *testing.T) {
	var b Builder
	b.Raw("a", []byte(`{"cut`))
	b.Text("a", "1")
	b.Text("a", "2")
	b.Number("a", 3)
	if got, want := string(b.JSON()), `{"a":"1","a_":"2","a__":3}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
