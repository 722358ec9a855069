package cmd

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"argosy/tui/keymap"
	"argosy/tui/tuitest"
)

// press sends keys while what earlier ones set off is still under way.
func press(d *tuitest.Driver, r *rand.Rand, k string) {
	names := []string{k}
	if len(k) > 2 && k[0] == '"' {
		names = strings.Split(strings.Trim(k, `"`), "")
	}
	for _, n := range names {
		d.Later(n)
	}
	for d.Waiting() > 0 && r.IntN(4) > 0 {
		d.Work(r.IntN(d.Waiting()))
	}
}

// TestRandomKeys presses keys without sense, and between them resizes: nothing
// may panic, no line may be wider than the terminal, no frame higher, and home
// must stay within reach. What fails is told with its keys.
func TestRandomKeys(t *testing.T) {
	path := demoDatabase(t)
	t.Chdir(t.TempDir())
	var keys []string
	for _, b := range keymap.Bindings() {
		if b.Action != "quit" && b.Action != "suspend" && b.Action != "external" && b.Action != "url" {
			keys = append(keys, b.Keys...)
		}
	}
	keys = append(keys, `"se"`, `"team=web"`, `"select 1"`, "enter", "enter", "enter", "down", "esc", "é", "漢")
	for seed := range uint64(4) {
		late := seed%2 == 1 // what a key sets off is done after other keys, in any order
		r := rand.New(rand.NewPCG(seed, 1))
		var pressed []string
		func() {
			defer func() {
				if p := recover(); p != nil {
					panic(fmt.Sprintf("seed %d: %v after %s", seed, p, strings.Join(pressed[max(0, len(pressed)-30):], " ")))
				}
			}()
			w, h := 120, 35
			d := screens(t, path, w, h)
			for range 200 {
				k := keys[r.IntN(len(keys))]
				pressed = append(pressed, k)
				if late {
					press(d, r, k)
				} else {
					d.Keys(k)
				}
				if r.IntN(40) == 0 {
					w, h = 40+r.IntN(160), 10+r.IntN(50)
					d.Size(w, h)
				}
				lines := strings.Split(d.App.View().Content, "\n")
				if len(lines) > h {
					t.Fatalf("seed %d: %d lines in %d after %s", seed, len(lines), h, strings.Join(pressed, " "))
				}
				for _, l := range lines {
					if n := ansi.StringWidth(l); n > w {
						t.Fatalf("seed %d: a line of %d columns in %d after %s:\n%s", seed, n, w, strings.Join(pressed[max(0, len(pressed)-40):], " "), ansi.Strip(l))
					}
				}
			}
			for d.Waiting() > 0 {
				d.Work(0)
			}
			for range 12 {
				d.Keys("esc")
			}
			d.Keys("0")
			d.Size(120, 35)
			if !strings.Contains(d.Screen(), "Risk now") {
				t.Errorf("seed %d: home is out of reach after %s:\n%s", seed, strings.Join(pressed[max(0, len(pressed)-40):], " "), d.Screen())
			}
		}()
	}
}
