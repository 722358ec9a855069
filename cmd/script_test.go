package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"

	"argosy/export/schedule/run"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"argosy": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			code := Run(ctx, os.Args[1:], Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Reached: cutOff(os.Getenv("ARGOSY_CUT_OFF_AT"))})
			stop()
			os.Exit(code)
		},
	})
}

// cutOff ends the process at a point of a schedule's run as kill -9 would:
// nothing is closed, nothing is said. "sent:2" is the second time.
func cutOff(at string) func(string) {
	if at == "" {
		return nil
	}
	name, count, _ := strings.Cut(at, ":")
	left, err := strconv.Atoi(cmp.Or(count, "1"))
	if err != nil || !slices.Contains(run.Points(), name) {
		panic("no such point: " + at)
	}
	return func(point string) {
		if point != name {
			return
		}
		if left--; left == 0 {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			if err != nil {
				panic(err)
			}
			select {} // until the signal arrives
		}
	}
}

// TestScripts runs the transcripts of testdata/script: what a user types and
// what comes back, exit codes included.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_DATA_HOME", e.WorkDir+"/data")
			e.Setenv("XDG_CONFIG_HOME", e.WorkDir+"/config")
			e.Setenv("ARGOSY_DB", e.WorkDir+"/t.db")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"utf16":     toUTF16,
			"truncate":  truncate,
			"flip":      flip,
			"exitcode":  exitCode,
			"unchanged": unchanged,
			"pack":      pack,
			"join":      join,
			"until":     until,
		},
	})
}

// toUTF16 FROM TO rewrites a file as PowerShell's redirection would.
func toUTF16(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	var b bytes.Buffer
	b.Write([]byte{0xff, 0xfe})
	for _, c := range utf16.Encode([]rune(text)) {
		ts.Check(binary.Write(&b, binary.LittleEndian, c))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o644))
}

// truncate FROM TO writes the first half of a file.
func truncate(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text[:len(text)/2]), 0o644))
}

// flip FROM TO copies a file with a bit of every block behind the headers turned
// over.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	data := []byte(ts.ReadFile(args[0]))
	for i := 20000; i < len(data); i += 4096 {
		data[i] ^= 1
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o644))
}

// exitCode N ARGS... runs argosy and wants the exit code N.
func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	got := 0
	if err := ts.Exec("argosy", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("running argosy: %v", err)
		}
		got = exit.ExitCode()
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// unchanged A B fails when two files differ in their bytes.
func unchanged(ts *testscript.TestScript, _ bool, args []string) {
	if ts.ReadFile(args[0]) != ts.ReadFile(args[1]) {
		ts.Fatalf("%s and %s differ", args[0], args[1])
	}
}
