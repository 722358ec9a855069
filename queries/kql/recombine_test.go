package kql_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"argosy/queries/kql"
	"argosy/queries/kql/syntax"
)

// TestRecombined puts steps of the cases behind each other in new ways: whatever
// translates must prepare. The steps are chosen by a fixed seed;
// ARGOSY_RECOMBINE gives another number of queries.
func TestRecombined(t *testing.T) {
	var sources, steps []string
	files, _ := filepath.Glob(filepath.Join(casesDir, "*", "query.kql"))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		s, o := taken(string(b))
		sources, steps = append(sources, s...), append(steps, o...)
	}
	if corpus := os.Getenv("ARGOSY_CORPUS"); corpus != "" {
		recordings, _ := filepath.Glob(filepath.Join(corpus, "kql", "*.jsonl"))
		for _, f := range recordings {
			for _, c := range readRecorded(t, f) {
				s, o := taken(c.Query)
				sources, steps = append(sources, s...), append(steps, o...)
			}
		}
	}
	n := 300
	if s := os.Getenv("ARGOSY_RECOMBINE"); s != "" {
		fmt.Sscan(s, &n)
	}
	db := openDB(t)
	cat := argCatalog()
	createStubs(t, db, cat)
	random := rand.New(rand.NewPCG(7, 11))
	good := 0
	for range n {
		src := sources[random.IntN(len(sources))]
		// A step that does not fit is left out, so that long pipelines come about.
		for range 2 + random.IntN(8) {
			longer := src + "\n| " + steps[random.IntN(len(steps))]
			if _, err := kql.Translate(longer, cat, kql.Options{}); err == nil {
				src = longer
			}
		}
		res, err := kql.Translate(src, cat, kql.Options{})
		if err != nil {
			continue
		}
		good++
		st, err := db.Prepare(res.SQL)
		if err != nil {
			if prepareMistake(err) {
				t.Errorf("%v\n%s\n%s", err, src, res.SQL)
			}
			continue
		}
		st.Close()
	}
	t.Logf("%d queries were prepared", good)
	if good < n/2 {
		t.Errorf("only %d of %d queries translate", good, n)
	}
}

// taken takes a query apart: what its pipelines begin with, and the steps.
func taken(src string) (sources, steps []string) {
	q, errs := syntax.Parse(src)
	if len(errs) > 0 {
		return nil, nil
	}
	syntax.Walk(q, func(n syntax.Node) bool {
		p, ok := n.(*syntax.Pipeline)
		if !ok {
			return true
		}
		if p.Source != nil {
			if text := p.Source.Span().Text(src); text != "" {
				sources = append(sources, text)
			}
		}
		for _, o := range p.Ops {
			steps = append(steps, o.Span().Text(src))
		}
		return true
	})
	return sources, steps
}

// prepareMistake tells SQL that is wrong from constants that cannot be
// computed, which is found out while preparing too.
func prepareMistake(err error) bool {
	for _, kind := range []string{"Binder Error", "Parser Error", "Catalog Error", "INTERNAL"} {
		if strings.Contains(err.Error(), kind) {
			return true
		}
	}
	return false
}
