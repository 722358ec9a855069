package kql_test

import (
	"os"
	"path/filepath"
	"testing"

	"argosy/queries/kql"
)

// FuzzTranslatePrepare: whatever translates must be SQL that DuckDB accepts.
func FuzzTranslatePrepare(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join(casesDir, "*", "query.kql"))
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(string(b))
		}
	}
	for _, fn := range kql.Functions() {
		f.Add("print x = " + fn.Example)
	}
	db := openDB(f)
	cat := argCatalog()
	createStubs(f, db, cat)
	f.Fuzz(func(t *testing.T, src string) {
		res, err := kql.Translate(src, cat, kql.Options{})
		if err != nil {
			return
		}
		st, err := db.Prepare(res.SQL)
		if err == nil {
			st.Close()
			return
		}
		// Constant expressions are folded while preparing and may fail there.
		if prepareMistake(err) {
			t.Errorf("%v\n%s\n%s", err, src, res.SQL)
		}
	})
}
