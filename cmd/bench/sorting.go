package main

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"argosy/schema/store"
	"argosy/tui"
	"argosy/tui/tuitest"
)

// promisedSort is within what the first page of a sort is to be painted.
const promisedSort = 150 * time.Millisecond

// results are queries with a row for each of a million findings, as keys that put
// them into the editor.
func results() [][]string {
	return [][]string{
		{`"securityresources | where type == 'microsoft.security/assessments/subassessments' | project id, name, sev = properties.status.severity, title = properties.displayName, cve = properties.id, properties"`},
		{"ctrl+t", `"select * from subassessments"`},
	}
}

// sortings sorts all that the screens show of a million findings by each column,
// down and up, and prints from when the key is pressed to when the first page is
// painted; what is built behind it is waited for before the next key.
func sortings(ctx context.Context, dir string) error {
	path, err := lookedOver(ctx, dir)
	if err != nil {
		return err
	}
	s, err := store.OpenSession(ctx, path, store.Options{Wait: 10 * time.Second})
	if err != nil {
		return err
	}
	defer s.Close()
	d := tuitest.New(tui.New(ctx, looked{s}, tui.Options{After: tuitest.After}), 120, 35)
	fmt.Printf("sorts of a million findings, from the key to the painted page (promised: %d ms)\n", promisedSort.Milliseconds())
	for lens := range 8 {
		d.Keys(fmt.Sprint(lens+1), "g")
		if err := sortAll(d, fmt.Sprintf("lens %d", lens+1)); err != nil {
			return err
		}
	}
	for _, q := range results() {
		at := time.Now()
		d.Keys(append([]string{"0", "E", "ctrl+n"}, q...)...)
		d.Keys("ctrl+r", "esc")
		fmt.Printf("  %s: run in %.0f ms, %d MB at most\n", q[len(q)-1], ms(time.Since(at)), resident("VmHWM"))
		if err := sortAll(d, "its result"); err != nil {
			return err
		}
	}
	fmt.Printf("  memory %d MB at most\n", resident("VmHWM"))
	return nil
}

var sorted = regexp.MustCompile(`(?m)^ row \d.* · (\S+) ([▼▲])`)

// sortAll sorts what is shown by one column after the other.
func sortAll(d *tuitest.Driver, what string) error {
	for range 40 { // to the first column
		d.Keys("h")
	}
	var all []time.Duration
	late := ""
	seen := map[string]bool{}
	for range 40 {
		var column string
		for _, way := range []string{"▼", "▲"} {
			took := sortOnce(d)
			m := sorted.FindStringSubmatch(d.Screen())
			if m == nil || m[2] != way {
				continue // a column without an order
			}
			column = m[1]
			if seen[column+way] {
				continue
			}
			seen[column+way] = true
			all = append(all, took)
			if took > promisedSort {
				late += fmt.Sprintf(" %s %s %.0f ms", column, way, ms(took))
			}
		}
		d.Keys("s", "l")
	}
	if len(all) == 0 {
		return fmt.Errorf("%s: nothing was sorted:\n%s", what, d.Screen())
	}
	slices.Sort(all)
	fmt.Printf("  %-10s %3d sorts: median %3.0f ms, worst %3.0f ms, %d MB%s\n", what, len(all), ms(all[len(all)/2]), ms(all[len(all)-1]), resident("VmRSS"), late)
	return nil
}

// sortOnce presses the key and works until the first page is painted.
func sortOnce(d *tuitest.Driver) time.Duration {
	at := time.Now()
	d.Later("s")
	for d.Waiting() > 0 {
		if d.Work(0) {
			break
		}
	}
	_ = d.App.View()
	took := time.Since(at)
	for d.Waiting() > 0 {
		d.Work(0)
	}
	return took
}
