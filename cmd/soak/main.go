// Command soak presses keys without sense in the terminal screens, in a real
// terminal (tmux), for as long as it is told to. Between them it resizes,
// compares the counts on the screen with what SQL of its own says, and finds
// out whether home can still be reached. The first thing that is wrong ends it,
// with the keys that led there.
//
//	go run ./cmd/soak -argosy bin/argosy -db big.db -for 1h -seed 1
//
// The database is copied first, because keys may write to it.
package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"argosy/tui/keymap"
)

func main() {
	var o options
	flag.StringVar(&o.argosy, "argosy", "bin/argosy", "the program")
	flag.StringVar(&o.db, "db", "demo/argosy.db", "a database; it is copied")
	flag.DurationVar(&o.long, "for", time.Minute, "how long")
	flag.Uint64Var(&o.seed, "seed", 1, "which keys")
	flag.DurationVar(&o.patience, "patience", time.Minute, "how long a question may take before it counts as stuck; a machine that does other things needs more")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

type options struct {
	argosy, db string
	long       time.Duration
	seed       uint64
	patience   time.Duration
}

// soak is one run of the program under keys.
type soak struct {
	options
	r       *rand.Rand
	term    *terminal
	keys    []string
	pressed []string

	presses, resizes, homes int
	checks                  map[string]int // by lens
	passed                  int            // screens that hold no count to compare
}

// The large terminal shows scope and counts whole.
const wide, high = 220, 50

func run(o options) error {
	dir, err := os.MkdirTemp("", "argosy-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db := filepath.Join(dir, "soak.db")
	if err := copyFile(db, o.db); err != nil {
		return err
	}
	if o.argosy, err = filepath.Abs(o.argosy); err != nil {
		return err
	}
	o.db = db
	s := &soak{options: o, r: rand.New(rand.NewPCG(o.seed, 7)), keys: pressable(), checks: map[string]int{}}
	if s.term, err = startTerminal(dir, wide, high, o.argosy, "tui", "--db", db); err != nil {
		return err
	}
	defer s.term.close()
	began, told := time.Now(), time.Now()
	for time.Since(began) < o.long && err == nil {
		err = s.stretch()
		if time.Since(told) > 5*time.Minute {
			told = time.Now()
			fmt.Fprintln(os.Stderr, s.account(time.Since(began)))
		}
	}
	fmt.Println(s.account(time.Since(began)))
	if err != nil {
		return fmt.Errorf("seed %d: %w\nkeys: %s\n%s", o.seed, err, strings.Join(s.pressed[max(0, len(s.pressed)-120):], " "), s.term.screen())
	}
	return nil
}

func (s *soak) account(d time.Duration) string {
	n := 0
	for _, c := range s.checks {
		n += c
	}
	return fmt.Sprintf("%.1f minutes, %d keys, %d resizes, home reached %d times, %d counts compared with SQL %v, %d screens without one, resident %d MB",
		d.Minutes(), s.presses, s.resizes, s.homes, n, s.checks, s.passed, s.term.memory())
}

// stretch presses some keys, then looks at what came of it.
func (s *soak) stretch() error {
	for range 20 + s.r.IntN(40) {
		switch s.r.IntN(25) {
		case 0:
			s.storm()
		case 1:
			s.press(s.word()...)
		default:
			s.press(s.keys[s.r.IntN(len(s.keys))])
		}
		time.Sleep(time.Duration(s.r.IntN(60)) * time.Millisecond)
	}
	s.term.resize(wide, high)
	if err := s.settle(); err != nil {
		return err
	}
	if err := s.compare(); err != nil {
		return err
	}
	if s.r.IntN(3) > 0 {
		return nil
	}
	if err := s.goHome(); err != nil {
		return err
	}
	return s.directed()
}

// pressable are the keys of all screens, but for those that end the program or
// leave it.
func pressable() []string {
	var out []string
	for _, b := range keymap.Bindings() {
		switch b.Action {
		case "quit", "suspend", "external", "cancel":
			continue
		}
		out = append(out, b.Keys...)
	}
	for range 8 {
		out = append(out, "enter", "enter", "esc", "down", "right")
	}
	return out
}

// word is something that one may type.
func (s *soak) word() []string {
	words := []string{"team=payments", "severity>=High", "openssl", "se", "42", "99999999", "select 1", "package~lib", "!fixable", "kev", "é漢", "zz", "-", "a b"}
	w := words[s.r.IntN(len(words))]
	var out []string
	for _, r := range w {
		out = append(out, string(r))
	}
	return out
}

// storm resizes as a dragged window does.
func (s *soak) storm() {
	for range 1 + s.r.IntN(12) {
		s.term.resize(20+s.r.IntN(200), 5+s.r.IntN(55))
		s.resizes++
	}
}

func (s *soak) press(keys ...string) {
	s.pressed = append(s.pressed, keys...)
	s.presses += len(keys)
	s.term.keys(keys...)
}

// settle waits until nothing is asked any more and the screen stands still.
func (s *soak) settle() error {
	before, since := "", time.Now()
	for time.Since(since) < s.patience {
		time.Sleep(150 * time.Millisecond)
		if code, dead := s.term.dead(); dead {
			return fmt.Errorf("the program has ended with %s:\n%s", code, s.term.said())
		}
		now := s.term.screen()
		if now == before && !strings.Contains(now, " asking") && !strings.Contains(now, "writing …") && !strings.Contains(now, "row 1 of …") {
			// Right after a resize the terminal shows what it cut from the last frame;
			// on a busy machine the next one may take a while.
			if s.whole(now) == nil || time.Since(since) > s.patience/2 {
				return s.whole(now)
			}
		}
		before = now
	}
	return fmt.Errorf("the screen did not come to rest in %s; it is about:\n%s", s.patience, s.term.stacks())
}

// whole says whether the screen has its first and last line.
func (s *soak) whole(screen string) error {
	first, _, _ := strings.Cut(screen, "\n")
	if !strings.HasPrefix(first, " argosy") {
		return fmt.Errorf("the first line is %q", first)
	}
	return nil
}

// goHome must always be possible.
func (s *soak) goHome() error {
	for range 3 {
		for range 12 {
			s.press("esc")
			time.Sleep(40 * time.Millisecond)
		}
		s.press("0")
		if err := s.settle(); err != nil {
			return err
		}
		if strings.Contains(s.term.screen(), "Risk now") {
			s.homes++
			return nil
		}
	}
	return fmt.Errorf("home is out of reach")
}

// directed goes from home to a scope by plain keys, and compares.
func (s *soak) directed() error {
	for range 1 + s.r.IntN(3) {
		for range s.r.IntN(6) {
			s.press("down")
		}
		s.press("enter")
		if err := s.settle(); err != nil {
			return err
		}
	}
	s.press(string(rune('1' + s.r.IntN(8))))
	if err := s.settle(); err != nil {
		return err
	}
	return s.compare()
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}
