package kql

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Sample is the table that examples of functions read, as a let statement.
const Sample = `let findings = datatable(n: long, id: string, cve: string, severity: string, score: real, size: long, patchable: bool, published: datetime, repository: string, tag: string, digest: string, text: string, properties: dynamic) [
    1, "a", "CVE-2024-0001", "High", 7.5, 100, true, datetime(2024-01-31 10:00:00), "library/nginx", "1.25", "sha256:0a1b", "see CVE-2024-0001 and CVE-2023-4444", dynamic({"displayName": "nginx", "cveId": "CVE-2024-0001", "cvss": {"3.0": {"base": 7.5}}}),
    2, "b", "CVE-2024-0002", "Critical", 9.8, 300, true, datetime(2024-05-31 13:45:00), "library/redis", "7", "sha256:2c3d", "", dynamic({"displayName": "redis", "CveId": "CVE-2024-0002"}),
    3, "c", "CVE-2024-0001", "High", 7.5, 200, false, datetime(2024-01-31 10:00:00), "library/nginx", "1.24", "sha256:4e5f", "", dynamic(null)
];
`

// SampleNow is the moment that now() is in examples.
func SampleNow() time.Time { return time.Date(2024, 5, 31, 13, 45, 0, 0, time.UTC) }

// ExampleQuery is a whole query that runs the example: over the first finding
// of Sample where it names a column, over all of them for aggregates and window
// functions.
func (f *Func) ExampleQuery() string {
	switch f.Kind {
	case AggregateFunc:
		return Sample + "findings | summarize " + f.Example
	case WindowFunc:
		return Sample + "findings | sort by n asc | project result = " + f.Example
	}
	alone := "print result = " + f.Example
	if _, err := Translate(alone, &Catalog{}, Options{Now: SampleNow()}); err == nil {
		return alone
	}
	return Sample + "findings | where n == 1 | project result = " + f.Example
}

// ExampleText writes what an example gave on one line: the value alone, the
// values of all rows, or the columns of an aggregate with their names.
func (f *Func) ExampleText(cols []ResultColumn, rows [][]any) string {
	var out []string
	for _, r := range rows {
		for i, v := range r {
			text := literalForm(cols[i].Type, v)
			if f.Kind == AggregateFunc {
				text = cols[i].Name + " = " + text
			}
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// literalForm writes a value as KQL's literals look: texts in quotes, so that
// "" and null are told apart.
func literalForm(t Type, v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case string:
		if t == Decimal || t == Guid {
			return x
		}
		return jsonString(x)
	case json.RawMessage:
		return string(x)
	case time.Time:
		return FormatDatetime(x)
	case float64:
		if math.IsInf(x, 0) {
			return strings.Replace(strings.TrimPrefix(fmt.Sprint(x), "+"), "Inf", "Infinity", 1)
		}
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

//go:embed examples.tsv
var exampleResults string

// ExampleResult is what the example gives, as a test has found by running it;
// "" for what differs at every run.
func (f *Func) ExampleResult() string {
	for _, line := range strings.Split(exampleResults, "\n") {
		if name, result, ok := strings.Cut(line, "\t"); ok && name == f.Name {
			return result
		}
	}
	return ""
}
