package syntax

import "testing"

func TestDynamicJSON(t *testing.T) {
	src := `print dynamic({"a<b":[1,-2,1.5,2.0,true,null,real(nan)],'q"':"é\n","t":datetime(2024-05-01 10:00),"s":time(1.02:03:04.5),
		"g":guid(74be27de1e4e49d9b579fe0b331d3642),"d":dynamic({"x":[]}),"h":-90m,"i":real(-inf)})`
	tree, errs := Parse(src)
	if len(errs) > 0 {
		t.Fatal(errs.Format(src))
	}
	got := tree.Statements[0].(*ExprStmt).Pipe.Source.(*Print).Cols[0].(*DynamicLit).JSON()
	want := `{"a<b":[1,-2,1.5,2.0,true,null,"NaN"],"q\"":"é\n","t":"2024-05-01T10:00:00.0000000Z","s":"1.02:03:04.5000000",` +
		`"g":"74be27de-1e4e-49d9-b579-fe0b331d3642","d":{"x":[]},"h":"-01:30:00","i":"-Infinity"}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
