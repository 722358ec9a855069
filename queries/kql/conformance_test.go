package kql_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"argosy/queries/kql"
)

// floor is the share of the recorded results that must come out equal, in
// percent. It only rises.
const floor = 78.3

// floors are the shares of single recordings. The emulator's are the real
// engine's results; the others hold results of other programs and of pages,
// many of which need tables that nobody has.
func floors() map[string]float64 {
	return map[string]float64{"conformance-emulator.jsonl": 99.7, "conformance-kustoloco.jsonl": 85, "conformance-msdocs.jsonl": 36}
}

// recorded is one query with the result a Kusto engine gave.
type recorded struct {
	Name     string
	Query    string
	Ordered  bool
	NonDet   bool `json:"nondeterministic"`
	Expected struct {
		Error    bool
		Columns  []json.RawMessage
		Rows     [][]any
		RowCount *int `json:"row_count"`
		Complete *bool
		LastRow  *string  `json:"last_row_csv"`
		Joined   *string  `json:"rows_csv_joined"`
		Squashed *string  `json:"last_row_squashed"`
		Lines    []string `json:"rows_csv"`
	}
}

// TestConformance compares with recorded results, when ARGOSY_CORPUS names a
// folder that holds kql/conformance-*.jsonl.
func TestConformance(t *testing.T) {
	corpus := os.Getenv("ARGOSY_CORPUS")
	if corpus == "" {
		t.Skip("ARGOSY_CORPUS is not set")
	}
	files, _ := filepath.Glob(filepath.Join(corpus, "kql", "conformance-*.jsonl"))
	only := os.Getenv("ARGOSY_ONLY")
	var equal, total int
	for _, file := range files {
		states := map[string]int{}
		for _, c := range readRecorded(t, file) {
			if only != "" && !strings.Contains(c.Name, only) {
				continue
			}
			state, why := judge(t, c)
			states[state]++
			total++
			if state == "equal" {
				equal++
			} else if testing.Verbose() {
				t.Logf("%s %s\n    %s\n    %s", state, c.Name, c.Query, why)
			}
		}
		t.Logf("%s: %v", filepath.Base(file), states)
		all := states["equal"]
		for state, n := range states {
			if state != "equal" {
				all += n
			}
		}
		if least := floors()[filepath.Base(file)]; only == "" && 100*float64(states["equal"]) < least*float64(all) {
			t.Errorf("%s: %d of %d are equal, want %.1f %%", filepath.Base(file), states["equal"], all, least)
		}
	}
	share := 100 * float64(equal) / math.Max(1, float64(total))
	t.Logf("%d of %d equal (%.1f %%)", equal, total, share)
	if only == "" && share < floor {
		t.Errorf("%.1f %% of the recorded results are equal, want %.1f %%", share, floor)
	}
}

func readRecorded(t testing.TB, file string) []recorded {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	var out []recorded
	for sc.Scan() {
		var c recorded
		dec := json.NewDecoder(strings.NewReader(sc.Text()))
		dec.UseNumber()
		if err := dec.Decode(&c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// judge runs one recorded query.
func judge(t *testing.T, c recorded) (state, why string) {
	defer func() {
		if r := recover(); r != nil {
			state, why = "panic", fmt.Sprint(r)
			if os.Getenv("ARGOSY_PANIC") != "" {
				panic(r)
			}
		}
	}()
	db := openDB(t)
	defer db.Close()
	res, rows, err := runKQL(db, &kql.Catalog{}, c.Query, kql.Options{})
	if c.Expected.Error {
		if err != nil {
			return "equal", ""
		}
		return "accepted", "an error was expected"
	}
	if err != nil {
		why = err.Error()
		if res != nil {
			return "broken", why + "\n" + res.SQL
		}
		return "refused", why
	}
	if state, why, ok := judgeCSV(c, rows); ok {
		return state, why
	}
	want, names := c.Expected.Rows, []string{}
	for _, raw := range c.Expected.Columns {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			var o struct{ Name string }
			json.Unmarshal(raw, &o)
			s = o.Name
		}
		names = append(names, s)
	}
	if c.NonDet {
		if len(rows) == len(want) {
			return "equal", ""
		}
		return "different", fmt.Sprintf("%d rows, want %d", len(rows), len(want))
	}
	var got []string
	for _, col := range res.Columns {
		got = append(got, col.Name)
	}
	if len(rows) > 0 && strings.Join(got, "|") != strings.Join(names, "|") {
		return "different", fmt.Sprintf("columns %q, want %q", got, names)
	}
	if c.Expected.RowCount != nil && len(rows) != *c.Expected.RowCount || c.Expected.RowCount == nil && len(rows) != len(want) {
		return "different", fmt.Sprintf("%d rows, want %d: %v", len(rows), len(want), shown(rows))
	}
	if c.Ordered && (c.Expected.Complete == nil || *c.Expected.Complete) {
		for i := range want {
			if !sameRow(rows[i], want[i]) {
				return "different", fmt.Sprintf("row %d: %v, want %v", i, shown(rows[i:i+1]), want[i])
			}
		}
		return "equal", ""
	}
	left := append([][]any{}, rows...)
next:
	for _, w := range want {
		for i, h := range left {
			if sameRow(h, w) {
				left = append(left[:i], left[i+1:]...)
				continue next
			}
		}
		return "different", fmt.Sprintf("no row %v in %v", w, shown(left))
	}
	return "equal", ""
}

func shown(rows [][]any) string {
	var out []string
	for i, r := range rows {
		if i == 4 {
			out = append(out, "...")
			break
		}
		var cells []string
		for _, v := range r {
			cells = append(cells, fmt.Sprintf("%q", cellText(v)))
		}
		out = append(out, "["+strings.Join(cells, ", ")+"]")
	}
	return strings.Join(out, " ")
}

func sameRow(got, want []any) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if !sameCell(got[i], want[i]) {
			return false
		}
	}
	return true
}

// sameCell compares a value with a recorded one. The weaker recordings hold
// texts only.
func sameCell(got, want any) bool {
	if want == nil {
		return got == nil
	}
	if s, ok := want.(string); ok {
		text := cellText(got)
		switch g := got.(type) {
		case time.Time:
			return text == datetimeForm(s)
		case float64:
			f, err := strconv.ParseFloat(s, 64)
			return err == nil && close(g, f)
		case bool:
			return strings.EqualFold(text, s) || (s == "1" || s == "0") && g == (s == "1")
		case json.RawMessage:
			if sameJSON(decoded(g), decoded([]byte(s))) {
				return true
			}
			return sameJSON(decoded(g), s)
		case nil:
			return s == ""
		}
		return text == s
	}
	switch g := got.(type) {
	case nil:
		return false
	case json.RawMessage:
		return sameJSON(decoded(g), want)
	case string:
		f, err := strconv.ParseFloat(g, 64)
		n, ok := want.(json.Number)
		if err != nil || !ok {
			return false
		}
		w, _ := n.Float64()
		return close(f, w)
	case bool:
		return want == g || fmt.Sprint(want) == map[bool]string{true: "1", false: "0"}[g]
	case int64, float64:
		n, ok := want.(json.Number)
		if !ok {
			return false
		}
		f, _ := n.Float64()
		if i, isInt := g.(int64); isInt {
			return n.String() == strconv.FormatInt(i, 10) || close(float64(i), f)
		}
		return close(g.(float64), f)
	}
	return false
}

func close(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

func decoded(b []byte) any {
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return string(b)
	}
	return v
}

func sameJSON(a, b any) bool {
	switch x := a.(type) {
	case json.Number:
		y, ok := b.(json.Number)
		if !ok {
			return false
		}
		f, _ := x.Float64()
		g, _ := y.Float64()
		return close(f, g)
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !sameJSON(x[i], y[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k := range x {
			if v, ok := y[k]; !ok || !sameJSON(x[k], v) {
				return false
			}
		}
		return true
	}
	return a == b
}

// cellText writes a value as argosy prints it.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return kql.FormatDatetime(v)
	case float64:
		switch {
		case math.IsNaN(v):
			return "NaN"
		case math.IsInf(v, 1):
			return "Infinity"
		case math.IsInf(v, -1):
			return "-Infinity"
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}

func datetimeForm(s string) string {
	m := regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?Z?$`).FindStringSubmatch(s)
	if m == nil {
		return s
	}
	return m[1] + "T" + m[2] + "." + (m[3] + "0000000")[:7] + "Z"
}

// judgeCSV compares with recordings that are the text of rows only.
func judgeCSV(c recorded, rows [][]any) (state, why string, ok bool) {
	var lines []string
	for _, r := range rows {
		var cells []string
		for _, v := range r {
			s := cellText(v)
			if at, isTime := v.(time.Time); isTime {
				s = at.Format("2006-01-02 15:04:05Z")
			}
			cells = append(cells, s)
		}
		lines = append(lines, strings.Join(cells, ","))
	}
	last := ""
	if len(lines) > 0 {
		last = lines[len(lines)-1]
	}
	got, want := "", ""
	switch x := c.Expected; {
	case x.LastRow != nil:
		got, want = last, *x.LastRow
	case x.Squashed != nil:
		got, want = last, *x.Squashed
	case x.Joined != nil:
		got, want = strings.Join(lines, "\n"), *x.Joined
	case x.Lines != nil:
		got, want = strings.Join(lines, "\n"), strings.Join(x.Lines, "\n")
	default:
		return "", "", false
	}
	// The order of the rows is not part of these recordings.
	if wants := strings.Split(want, "\n"); len(wants) > 1 {
		gots := strings.Split(got, "\n")
		sort.Strings(wants)
		sort.Strings(gots)
		got, want = strings.Join(gots, "\n"), strings.Join(wants, "\n")
	}
	plain := strings.NewReplacer(" ", "", `"`, "", "\n", "|")
	if strings.EqualFold(plain.Replace(got), plain.Replace(want)) {
		return "equal", "", true
	}
	return "different", fmt.Sprintf("%q, want %q", got, want), true
}
