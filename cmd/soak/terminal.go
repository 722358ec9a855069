package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// terminal is a window of a tmux server of our own.
type terminal struct{ socket, errors string }

// startTerminal runs a program in a new server. It sees itself as over SSH, so
// that it opens no browser, and keeps its state in dir.
func startTerminal(dir string, w, h int, command ...string) (*terminal, error) {
	t := &terminal{socket: filepath.Join(dir, "tmux"), errors: filepath.Join(dir, "stderr")}
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		return nil, err
	}
	set := []string{"-f", "/dev/null", "new-session", "-d", "-c", work, "-x", strconv.Itoa(w), "-y", strconv.Itoa(h),
		"-e", "XDG_STATE_HOME=" + dir, "-e", "XDG_CONFIG_HOME=" + dir, "-e", "SSH_CONNECTION=soak", "-e", "EDITOR=true", "sh"}
	if out, err := t.tmux(set...); err != nil {
		return nil, fmt.Errorf("starting tmux: %w: %s", err, out)
	}
	for _, o := range [][]string{{"set", "-s", "escape-time", "0"}, {"set", "-g", "remain-on-exit", "on"}, {"set", "-g", "window-size", "manual"}, {"set", "-g", "status", "off"}} {
		if out, err := t.tmux(o...); err != nil {
			return nil, fmt.Errorf("setting up tmux: %w: %s", err, out)
		}
	}
	t.resize(w, h)
	run := append([]string{"respawn-pane", "-k", "sh", "-c", `exec "$@" 2>"$0"`, t.errors}, command...)
	if out, err := t.tmux(run...); err != nil {
		return nil, fmt.Errorf("starting %s: %w: %s", command[0], err, out)
	}
	// Keys that come before the screens are up would be the shell's.
	for range 240 {
		if strings.HasPrefix(t.screen(), " argosy") {
			return t, nil
		}
		time.Sleep(250 * time.Millisecond)
	}
	return nil, fmt.Errorf("starting %s: there is no screen after a minute: %s%s", command[0], t.screen(), t.said())
}

func (t *terminal) tmux(args ...string) (string, error) {
	out, err := exec.Command("tmux", append([]string{"-S", t.socket}, args...)...).CombinedOutput()
	return string(out), err
}

func (t *terminal) close() { _, _ = t.tmux("kill-server") }

func (t *terminal) resize(w, h int) {
	_, _ = t.tmux("resize-window", "-x", strconv.Itoa(w), "-y", strconv.Itoa(h))
}

// screen is what is painted.
func (t *terminal) screen() string {
	out, _ := t.tmux("capture-pane", "-p")
	return out
}

// dead says whether the program has ended, and how.
func (t *terminal) dead() (string, bool) {
	out, err := t.tmux("display-message", "-p", "#{pane_dead} #{pane_dead_status} #{pane_dead_signal}")
	if err != nil {
		return "tmux: " + err.Error(), true
	}
	state, how, _ := strings.Cut(strings.TrimSpace(out), " ")
	return how, state == "1"
}

// stacks ends the program with what each goroutine is doing.
func (t *terminal) stacks() string {
	_, _ = t.tmux("run-shell", "kill -QUIT #{pane_pid}")
	time.Sleep(time.Second)
	return t.said()
}

// said is what the program wrote to standard error.
func (t *terminal) said() string {
	data, err := os.ReadFile(t.errors)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

// memory is what the program holds resident, in MB.
func (t *terminal) memory() int {
	out, err := t.tmux("display-message", "-p", "#{pane_pid}")
	if err != nil {
		return 0
	}
	data, err := os.ReadFile("/proc/" + strings.TrimSpace(out) + "/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize() / 1e6
}

// keys presses keys as keymap names them. After an escape it waits: with the
// key behind it that would be another key.
func (t *terminal) keys(names ...string) {
	for _, n := range names {
		if len([]rune(n)) == 1 {
			_, _ = t.tmux("send-keys", "-l", n)
			continue
		}
		_, _ = t.tmux("send-keys", tmuxKey(n))
		if n == "esc" {
			time.Sleep(60 * time.Millisecond)
		}
	}
}

// tmuxKey is tmux's word for a key.
func tmuxKey(name string) string {
	mods := ""
	for _, m := range [][2]string{{"ctrl+", "C-"}, {"alt+", "M-"}, {"shift+", "S-"}} {
		if rest, ok := strings.CutPrefix(name, m[0]); ok {
			name, mods = rest, mods+m[1]
		}
	}
	words := map[string]string{"enter": "Enter", "esc": "Escape", "backspace": "BSpace", "up": "Up", "down": "Down", "left": "Left", "right": "Right", "pgup": "PPage", "pgdown": "NPage",
		"home": "Home", "end": "End", "tab": "Tab", "space": "Space", "delete": "DC", "f5": "F5", "f6": "F6", "/": "_"}
	if mods == "S-" && name == "tab" {
		return "BTab"
	}
	if w, ok := words[name]; ok && (len(name) > 1 || mods != "") {
		name = w
	}
	return mods + name
}
