package syntax

import (
	"strings"
	"testing"
)

func TestTokenize(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`securityresources | where type == "x" // note`,
			`identifier:securityresources pipe:| keyword:where identifier:type operator:== string:"x" comment:// note`},
		{`T | project-away a*, b | sort by c desc nulls last`,
			`identifier:T pipe:| keyword:project-away identifier:a operator:* punctuation:, identifier:b pipe:| ` +
				`keyword:sort keyword:by identifier:c keyword:desc keyword:nulls keyword:last`},
		{`T | extend n = tolower(kind) | where n !contains 'a' and by in~ ("x")`,
			`identifier:T pipe:| keyword:extend identifier:n operator:= function:tolower punctuation:( identifier:kind ` +
				`punctuation:) pipe:| keyword:where identifier:n operator:!contains string:'a' operator:and identifier:by ` +
				`operator:in~ punctuation:( string:"x" punctuation:)`},
		{`T | join kind=inner (U | count) on $left.a == $right.b`,
			`identifier:T pipe:| keyword:join keyword:kind operator:= identifier:inner punctuation:( identifier:U pipe:| ` +
				`keyword:count punctuation:) keyword:on identifier:$left punctuation:. identifier:a operator:== ` +
				`identifier:$right punctuation:. identifier:b`},
		{`let x = datetime(2024-01-01); print x, 5, 1h, true, "open`,
			`keyword:let identifier:x operator:= number:datetime(2024-01-01) punctuation:; keyword:print identifier:x ` +
				`punctuation:, number:5 punctuation:, number:1h punctuation:, keyword:true punctuation:, string:"open`},
		{`T | summarize count() by a | # where`,
			`identifier:T pipe:| keyword:summarize function:count punctuation:( punctuation:) keyword:by identifier:a ` +
				`pipe:| error:# identifier:where`},
		{`datatable(a:long)[1]`,
			`function:datatable punctuation:( identifier:a punctuation:: keyword:long punctuation:) punctuation:[ number:1 punctuation:]`},
	} {
		var parts []string
		for _, tok := range Tokenize(c.src) {
			parts = append(parts, tok.Kind.String()+":"+tok.Span.Text(c.src))
		}
		if got := strings.Join(parts, " "); got != c.want {
			t.Errorf("Tokenize(%q)\n got %s\nwant %s", c.src, got, c.want)
		}
		checkTokens(t, c.src)
	}
}

// TestTokenizeUnfinished cuts texts everywhere: an editor highlights them while
// they are typed.
func TestTokenizeUnfinished(t *testing.T) {
	for _, c := range parseCases() {
		for i := range c.src {
			checkTokens(t, c.src[:i])
			tree, errs := Parse(c.src[:i])
			checkSpans(t, c.src[:i], tree, errs)
		}
	}
}

func TestNodeAt(t *testing.T) {
	src := `T | where lower(abc) == "x"`
	tree, _ := Parse(src)
	if id, ok := NodeAt(tree, strings.Index(src, "bc")).(*Ident); !ok || id.Name != "abc" {
		t.Errorf("got %v", dump(NodeAt(tree, strings.Index(src, "bc"))))
	}
}
