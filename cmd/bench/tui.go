package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"argosy/ingest/demo"
	"argosy/schema"
	"argosy/schema/store"
	"argosy/tui"
	"argosy/tui/tuitest"
)

// looking measures the screens over a million findings at 120x35: from a key to
// the text that is painted, everything that the key sets off included.
func looking(ctx context.Context, dir string) error {
	path, err := lookedOver(ctx, dir)
	if err != nil {
		return err
	}
	forget()
	before := resident("VmRSS")
	began := time.Now()
	s, err := store.OpenSession(ctx, path, store.Options{Wait: 10 * time.Second})
	if err != nil {
		return err
	}
	defer s.Close()
	app := tui.New(ctx, looked{s}, tui.Options{After: tuitest.After})
	app.Frame(120, 35)
	first := time.Since(began)
	d := tuitest.New(app, 120, 35)
	home := time.Since(began)
	fmt.Printf("the screens over a million findings\n  first frame %.0f ms (promised: 150), home complete %.0f ms\n", ms(first), ms(home))
	show := time.Now()
	d.Keys("5")
	fmt.Printf("  all findings, sorted whole: %.0f ms\n", ms(time.Since(show)))
	var keys []time.Duration
	for i := range 1500 {
		k := []string{"j", "j", "j", "j", "k", "pgdown", "l", "h", "ctrl+d", "space", "pgup", "j"}[i%12]
		if i%100 == 99 {
			k = []string{"G", "g"}[i/100%2]
		}
		at := time.Now()
		d.Keys(k)
		_ = app.View()
		keys = append(keys, time.Since(at))
	}
	slices.Sort(keys)
	fmt.Printf("  key to painted: median %.2f ms, 95th percentile %.2f ms (promised: 16), worst %.1f ms\n", ms(keys[len(keys)/2]), ms(keys[len(keys)*95/100]), ms(keys[len(keys)-1]))
	if err := sorting(d); err != nil {
		return err
	}
	for _, lens := range []string{"1", "2", "3", "4", "6", "7", "8"} {
		at := time.Now()
		d.Keys(lens)
		fmt.Printf("  lens %s complete in %.0f ms\n", lens, ms(time.Since(at)))
	}
	return resorting(d, before)
}

// resorting sorts all findings thirty times over, each time by the next column
// and in three orders, and prints what memory that took.
func resorting(d *tuitest.Driver, before int64) error {
	d.Keys("5", "g", "home")
	for range 30 {
		d.Keys("s", "s", "s", "l")
	}
	most := resident("VmHWM")
	time.Sleep(2 * time.Second) // what was freed goes back within that
	fmt.Printf("  memory after thirty rounds of sorts: %d MB at most (promised: 300), %d MB two seconds later; %d MB before the screens\n", most, resident("VmRSS"), before)
	return nil
}

// sorting sorts all findings by one column after the other, as keys do, and
// reads how long the first page took from the screen.
func sorting(d *tuitest.Driver) error {
	d.Keys("g")
	shown := regexp.MustCompile(`row 1 of [\d,]+ · ([\d.]+) (ms|s) · ([A-Z_]+) ▼`)
	for range 10 {
		var worst, whole time.Duration
		column := ""
		for range 3 {
			at := time.Now()
			d.Keys("s")
			whole = max(whole, time.Since(at))
			m := shown.FindStringSubmatch(d.Screen())
			if m == nil {
				return fmt.Errorf("the screen does not say how long a sort took:\n%s", d.Screen())
			}
			took, err := time.ParseDuration(m[1] + m[2])
			if err != nil {
				return err
			}
			worst, column = max(worst, took), m[3]
			d.Keys("s", "s") // ascending, as before
		}
		fmt.Printf("  sort by %-13s first page %3.0f ms (promised: 150), all %.0f ms, the worst of three\n", strings.ToLower(column)+":", ms(worst), ms(whole))
		d.Keys("l")
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// forget has the system count the most memory of the process from now on: an
// ingest in the same process has taken its own. Where it cannot, the most is
// that of the whole run.
func forget() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// resident reads a figure of the memory that the process holds, in MB: VmRSS is
// what it is now, VmHWM the most it was; 0 where the system does not tell.
func resident(figure string) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, figure+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				return 0
			}
			return n >> 10
		}
	}
	return 0
}

// lookedOver is a database of a million findings: the one that is named, or one
// made once for all measurements of the screens.
func lookedOver(ctx context.Context, dir string) (string, error) {
	if path := os.Getenv("ARGOSY_BENCH_DB"); path != "" {
		return path, nil
	}
	path := filepath.Join(dir, "look.db")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	reports := filepath.Join(dir, "look")
	if _, err := demo.GenerateTrivy(ctx, reports, 2000, 1_000_000); err != nil {
		return "", err
	}
	if _, _, err := ingest(path, reports); err != nil {
		return "", err
	}
	forget() // what the reports took is none of the screens'
	return path, os.RemoveAll(reports)
}

// looked lets the screens read a session.
type looked struct{ *store.Session }

func (l looked) Keep(ctx context.Context, st schema.Statement) (tui.Kept, error) {
	k, err := l.Session.Keep(ctx, st)
	if err != nil {
		return nil, err
	}
	return lookedAt{k}, nil
}

func (l looked) Stamp() tui.Stamp {
	s := l.Session.Stamp()
	return tui.Stamp{Size: s.Size, Modified: s.Modified}
}

type lookedAt struct{ *store.Kept }

func (k lookedAt) Sort(ctx context.Context, by []schema.Order) (tui.Sorted, error) {
	return k.Kept.Sort(ctx, by)
}
