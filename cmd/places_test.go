package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"argosy/schema"
)

// TestPlacesHoldWhatPropertiesHolds compares every typed column of a place in
// properties with the place itself, over rows that Defender gave, in all
// generations, and rows that argosy made of other scanners' reports.
func TestPlacesHoldWhatPropertiesHolds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	reports, err := filepath.Glob("../testdata/reports/*/*/report.json")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"ingest", "--db", path, "-q"}
	for _, r := range reports {
		if kind := filepath.Base(filepath.Dir(filepath.Dir(r))); kind == "defender" || kind == "trivy" || kind == "grype" {
			args = append(args, r)
		}
	}
	var said strings.Builder
	// Some of the cases are refused; the others are stored.
	if code := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &said, Err: &said}); code != 0 && code != 1 {
		t.Fatal(said.String())
	}
	for _, table := range schema.Tables() {
		for _, part := range table.Parts {
			t.Run(part.View, func(t *testing.T) { samePlaces(t, path, part) })
		}
	}
}

func samePlaces(t *testing.T, path string, part schema.Part) {
	var lists, told []string
	compare := func(what, typed, place string) {
		lists = append(lists, fmt.Sprintf("string_agg(distinct (%s) || ' for ' || (%s), '; ') filter (where (%[1]s) is distinct from (%[2]s))", nullText(typed), nullText(place)))
		told = append(told, what)
	}
	for _, p := range part.Paths {
		at := "$." + strings.TrimPrefix(p.Name, "properties.")
		column := func(name string) string { return `"` + name + `"` }
		text, whole := "properties->>'"+at+"'", "nullif(properties->'"+at+"', 'null'::json)::varchar"
		switch {
		case p.Moment:
			compare(p.Name, fmt.Sprintf("coalesce(azure_time(%s), %s)", column(p.Name), column(p.WordsColumn())), text)
		case p.Type == schema.TypeDatetime:
			compare(p.Name, column(p.Name), "try_cast("+text+" as timestamp)")
		case p.Type == schema.TypeReal:
			compare(p.Name, column(p.Name), "try_cast("+text+" as double)")
		case p.Type == schema.TypeDynamic:
			compare(p.Name, "nullif("+column(p.Name)+", 'null'::json)::varchar", whole)
		default:
			compare(p.Name, column(p.Name)+"::varchar", text)
		}
		if p.List {
			compare(p.ListColumn(), fmt.Sprintf("coalesce(to_json(%s), properties->'%s')::varchar", column(p.ListColumn()), at), whole)
		}
		parsed := "(case when json_valid(" + text + ") then (" + text + ")::json end)"
		if p.Counted {
			compare(p.CountColumn(), column(p.CountColumn()), fmt.Sprintf("case when json_type(%s) = 'ARRAY' then json_array_length(%[1]s)::bigint end", parsed))
		}
		for _, in := range p.Parsed {
			compare(p.ParsedColumn(in.Name), column(p.ParsedColumn(in.Name)), parsed+"->>'$."+in.Name+"'")
		}
	}
	rows, _ := runArgosy(t, "query", "--db", path, "-q", "-o", "jsonl", "select count(*) as n, ["+strings.Join(append(lists, "null"), ", ")+"] as found from "+part.View)
	var got struct {
		N     int
		Found []*string
	}
	if err := json.Unmarshal([]byte(rows), &got); err != nil || got.N == 0 || len(got.Found) != len(told)+1 {
		t.Fatal(err, rows)
	}
	for i, found := range got.Found {
		if found != nil {
			t.Errorf("%s, typed and in properties: %s", told[i], *found)
		}
	}
}

// nullText is the text of an SQL expression, also of null.
func nullText(x string) string { return "coalesce((" + x + ")::varchar, '(null)')" }
