package kql_test

import (
	"os"
	"testing"

	"argosy/queries/kql"
)

const manual = "../../docs/kql.md"

// TestReferenceFormat keeps docs/kql.md in step with the functions.
func TestReferenceFormat(t *testing.T) {
	got := kql.Reference()
	if *update {
		if err := os.WriteFile(manual, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Error("docs/kql.md is not what the functions say; run: make golden")
	}
}
