// Package timer writes what makes an operating system call argosy schedule tick
// every minute: systemd units, a line of crontab, a Kubernetes CronJob, a task
// of Windows. It writes text and touches nothing.
//
// A tick may be called at any time and by several at once, so that none of the
// four needs a lock or knows when a report is due.
package timer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The systems there are units for.
const (
	Systemd    = "systemd"
	Cron       = "cron"
	Kubernetes = "k8s"
	Windows    = "windows"
)

// Systems are the systems there are units for.
func Systems() []string { return []string{Systemd, Cron, Kubernetes, Windows} }

// Spec is what a unit needs to know. Paths are absolute, those of the machine
// that runs it.
type Spec struct {
	// Name names units, objects and the task: letters, digits, - and _.
	Name string
	// Program is argosy, File the file of schedules, DB the database.
	Program, File, DB string
	// Flags are further flags of the tick.
	Flags []string
	// User runs the service; systemd and the cron service only.
	User string
	// Writable are the folders that a tick writes to; those of File and DB
	// belong to them.
	Writable []string
	// Variables are the environment variables that hold secrets; SecretFiles the
	// files that do.
	Variables, SecretFiles []string
	// EnvFile sets the Variables; systemd and cron only.
	EnvFile string
	// Image is the container image of argosy, Text the file of schedules;
	// Kubernetes only.
	Image, Text string
	// Into is the folder that the units are written to, for the steps; empty
	// when a person does that.
	Into string
}

// File is one text to install.
type File struct {
	Name string
	Text string
	// Wide says that a file is UTF-16 on disk, as Windows writes its tasks.
	Wide bool
}

// Units are the texts for a system, and what a person has to do with them.
type Units struct {
	Files []File
	// Steps come after the files are written.
	Steps []string
}

// For writes the units for one of Systems. An error names what a path or name
// has in it that the system cannot say.
func For(system string, s Spec) (*Units, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	switch system {
	case Systemd:
		return systemd(s)
	case Cron:
		return cron(s)
	case Kubernetes:
		return kubernetes(s)
	case Windows:
		return windows(s)
	}
	return nil, fmt.Errorf("units for %q are not known; the systems are %s", system, strings.Join(Systems(), ", "))
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,51}$`)

// check refuses what no system can say.
func (s Spec) check() error {
	if !nameForm.MatchString(s.Name) {
		return fmt.Errorf("%q cannot name units: it must be up to 52 letters, digits, - and _", s.Name)
	}
	all := slices.Concat([]string{s.Program, s.File, s.DB, s.User, s.EnvFile, s.Image}, s.Flags, s.Writable, s.SecretFiles, s.Variables)
	for _, text := range all {
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%q cannot stand in units: it has a line break or a control character in it", text)
		}
	}
	return nil
}

// arguments are what follows the program.
func (s Spec) arguments() []string {
	return slices.Concat([]string{"schedule", "tick", "--db", s.DB}, s.Flags, []string{s.File})
}

// folder is the folder of a path of either kind of system.
func folder(path string) string {
	if i := strings.LastIndexAny(path, `/\`); i > 0 {
		return path[:i]
	}
	return "/"
}

// written is where a unit lies, as a word for a shell.
func (s Spec) written(name string) string {
	if s.Into == "" {
		return name
	}
	return shell(strings.TrimRight(s.Into, "/") + "/" + name)
}

// assignments are the lines of a file that sets the variables.
func (s Spec) assignments() string { return strings.Join(s.Variables, "=..., ") + "=..." }
