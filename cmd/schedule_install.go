package cmd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"argosy/export/atomic"
	"argosy/export/deliver"
	"argosy/export/schedule"
	"argosy/export/timer"
)

// installFlags are the flags of schedule install.
type installFlags struct {
	systems                      map[string]*bool
	write, name, program, folder string
	user, envFile, image         string
	artifacts                    string
	databaseGiven, userGiven     bool
}

func (a *app) scheduleInstall() *cobra.Command {
	f := installFlags{systems: map[string]*bool{}}
	c := &cobra.Command{
		Use:   "install FILE",
		Short: "Print the units that make the system call argosy schedule tick every minute",
		Long: `Prints a systemd service and its timer, a line of crontab, a Kubernetes CronJob
with what it needs, or a task of Windows that calls argosy schedule tick for a
file of schedules every minute. With --write they become files; standard error
says what to do then. Nothing is installed or started by itself.

The database is the one of --db. For another machine --folder says where the
file lies there. Secrets are left to the system: the units name the variables
and files that the schedules refer to, never their values.`,
		Example: `  argosy schedule install --systemd schedules.yaml
  argosy schedule install --systemd --write /etc/systemd/system schedules.yaml
  argosy schedule install --cron schedules.yaml
  argosy schedule install --k8s --image registry.example.com/argosy:1.0 schedules.yaml
  argosy schedule install --windows --folder 'C:\argosy' schedules.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f.databaseGiven = c.Flags().Changed("db")
			f.userGiven = c.Flags().Changed("user")
			return a.install(c.Context(), args[0], f)
		},
	}
	for system, what := range map[string]string{
		timer.Systemd: "a systemd service and its timer", timer.Cron: "a line of crontab",
		timer.Kubernetes: "a Kubernetes CronJob with its volume and configuration", timer.Windows: "a task of Windows",
	} {
		f.systems[system] = c.Flags().Bool(system, false, what)
	}
	c.Flags().StringVar(&f.write, "write", "", "folder to write the units to, instead of printing them")
	c.Flags().StringVar(&f.name, "name", "", "name of the units (default: argosy- and the name of the file)")
	c.Flags().StringVar(&f.program, "program", "", "path of argosy there (default: this program)")
	c.Flags().StringVar(&f.folder, "folder", "", "folder that the file lies in on the machine that runs it (default: where it is)")
	c.Flags().StringVar(&f.user, "user", "", "user that the systemd service runs as (default: you)")
	c.Flags().StringVar(&f.envFile, "env-file", "", "file that sets the variables with secrets (default: beside the file of schedules, ending in .env)")
	c.Flags().StringVar(&f.image, "image", "", "container image of argosy, for --k8s")
	c.Flags().StringVar(&f.artifacts, "artifacts", "", "folder that the files of runs are kept in (default: beside the database, its name with .runs)")
	return c
}

func (a *app) install(ctx context.Context, path string, f installFlags) error {
	var chosen []string
	for _, system := range timer.Systems() {
		if *f.systems[system] {
			chosen = append(chosen, system)
		}
	}
	if len(chosen) != 1 {
		return usage(errors.New("writing units: exactly one of --systemd, --cron, --k8s and --windows is needed"), "for instance: argosy schedule install --systemd "+path)
	}
	file, err := readSchedules(path)
	if err != nil {
		return err
	}
	spec, err := a.timerSpec(chosen[0], path, file, f)
	if err != nil {
		return err
	}
	units, err := timer.For(chosen[0], spec)
	if err != nil {
		return usage(fmt.Errorf("writing units: %w", err), "see: argosy schedule install --help")
	}
	if f.write != "" {
		return a.writeUnits(ctx, units, f.write)
	}
	for i, u := range units.Files {
		if len(units.Files) > 1 {
			fmt.Fprintf(a.Out, "%s# %s\n", strings.Repeat("\n", min(i, 1)), u.Name)
		}
		fmt.Fprint(a.Out, u.Text)
	}
	a.say("write this to %s (or use --write), then:", unitNames(units))
	a.saySteps(units)
	return nil
}

func unitNames(units *timer.Units) string {
	names := make([]string, len(units.Files))
	for i, u := range units.Files {
		names[i] = u.Name
	}
	return strings.Join(names, " and ")
}

func (a *app) saySteps(units *timer.Units) {
	for _, step := range units.Steps {
		a.say("  %s", step)
	}
}

// writeUnits writes the files; there is no secret in them.
func (a *app) writeUnits(ctx context.Context, units *timer.Units, folder string) error {
	const mode fs.FileMode = 0o644
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return usage(fmt.Errorf("writing units: %q is no folder", folder), "name one that exists with --write")
	}
	for _, u := range units.Files {
		target := filepath.Join(folder, u.Name)
		err := atomic.Write(ctx, target, mode, func(w io.Writer) error { return writeUnit(w, u) })
		if err != nil {
			return fmt.Errorf("writing %q: %w", target, err)
		}
		a.say("wrote %s", target)
	}
	a.say("then:")
	a.saySteps(units)
	return nil
}

func writeUnit(w io.Writer, u timer.File) error {
	if !u.Wide {
		_, err := io.WriteString(w, u.Text)
		return err
	}
	text := strings.Replace(u.Text, `version="1.0"?`, `version="1.0" encoding="UTF-16"?`, 1)
	return binary.Write(w, binary.LittleEndian, utf16.Encode([]rune("\ufeff"+strings.ReplaceAll(text, "\n", "\r\n"))))
}

// timerSpec works out where everything lies on the machine that runs the file.
func (a *app) timerSpec(system, path string, file *schedule.File, f installFlags) (timer.Spec, error) {
	base := filepath.Base(path)
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	s := timer.Spec{Name: f.name, Image: f.image, User: f.user, Program: f.program, Flags: a.engineArgs(), Into: f.write}
	if s.Name == "" {
		s.Name = "argosy-" + strings.Trim(notInNames.ReplaceAllString(stem, "-"), "-")
	}
	var err error
	foreign := (system == timer.Windows) != (runtime.GOOS == "windows")
	switch {
	case system == timer.Kubernetes:
		err = a.inPod(&s, path, base)
	case f.folder != "":
		a.elsewhere(&s, system, base, f)
	case foreign:
		err = usage(errors.New("writing units: the paths of this machine are none of a machine with the other kind of paths"),
			"name the folder of the file there with --folder, and argosy with --program")
	default:
		err = a.here(&s, path, f)
	}
	if err != nil {
		return s, err
	}
	if s.EnvFile = f.envFile; s.EnvFile == "" {
		s.EnvFile = joinPath(parent(s.File), stem+".env")
	}
	if dir := f.artifacts; dir != "" {
		if !absolute(dir) {
			dir = joinPath(parent(s.DB), dir)
		}
		s.Flags = append(s.Flags, "--artifacts", dir)
	}
	references(&s, file)
	s.Writable = writable(&s, file, system != timer.Kubernetes && f.folder == "")
	return s, nil
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// engineArgs are the global flags that a tick is given as well.
func (a *app) engineArgs() []string {
	var out []string
	if a.memory != "" {
		out = append(out, "--memory", a.memory)
	}
	if a.threads != 0 {
		out = append(out, "--threads", fmt.Sprint(a.threads))
	}
	return out
}

// inPod is where everything lies in the pod of a CronJob: on the volume.
func (a *app) inPod(s *timer.Spec, path, base string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return usage(fmt.Errorf("reading schedules: %w", err), "")
	}
	s.Text, s.File, s.DB = string(text), timer.InPod(base), timer.InPod(filepath.Base(a.db))
	if s.Program == "" {
		s.Program = "argosy"
	}
	return nil
}

// here is where everything lies on this machine.
func (a *app) here(s *timer.Spec, path string, f installFlags) error {
	var err error
	if s.File, err = filepath.Abs(path); err != nil {
		return err
	}
	if s.DB, err = filepath.Abs(a.db); err != nil {
		return err
	}
	if s.Program == "" {
		if s.Program, err = os.Executable(); err != nil {
			return err
		}
	}
	if s.Program, err = filepath.Abs(s.Program); err != nil {
		return err
	}
	if u, err := user.Current(); err == nil && !f.userGiven {
		s.User = u.Username
	}
	return nil
}

// elsewhere is where everything lies on another machine: beside the file, but
// for a database whose path is one of that machine.
func (a *app) elsewhere(s *timer.Spec, system, base string, f installFlags) {
	s.File, s.DB = joinPath(f.folder, base), a.db
	if !f.databaseGiven || !absolute(s.DB) || strings.HasPrefix(s.DB, "/") == (system == timer.Windows) {
		s.DB = joinPath(f.folder, filepath.Base(a.db))
	}
	switch {
	case s.Program != "":
	case system == timer.Windows:
		s.Program = joinPath(f.folder, "argosy.exe")
	default:
		s.Program = "/usr/local/bin/argosy"
	}
}

// absolute says whether a path is absolute on a machine of either kind.
func absolute(path string) bool {
	return strings.HasPrefix(path, "/") || strings.HasPrefix(path, `\\`) || len(path) > 2 && path[1] == ':' && strings.ContainsRune(`\/`, rune(path[2]))
}

// joinPath joins paths of the kind that the first one is of.
func joinPath(folder, name string) string {
	separator := "/"
	if strings.Contains(folder, `\`) {
		separator = `\`
		name = strings.ReplaceAll(name, "/", separator)
	}
	return strings.TrimRight(folder, separator) + separator + strings.TrimPrefix(name, "."+separator)
}

func parent(path string) string { return path[:max(1, strings.LastIndexAny(path, `/\`))] }

// targets are all targets of a file.
func targets(file *schedule.File) []deliver.Target {
	var out []deliver.Target
	for _, s := range file.Schedules {
		out = slices.Concat(out, s.Deliver, s.OnFailure, s.OnMissed)
	}
	return out
}

// references finds the secrets that a file refers to.
func references(s *timer.Spec, file *schedule.File) {
	var all []string
	for _, server := range file.Servers {
		all = append(all, server.References()...)
	}
	for _, t := range targets(file) {
		all = append(all, t.References()...)
	}
	slices.Sort(all)
	for _, ref := range slices.Compact(all) {
		variable, path := deliver.SplitReference(ref)
		switch {
		case variable != "":
			s.Variables = append(s.Variables, variable)
		case absolute(path):
			s.SecretFiles = append(s.SecretFiles, path)
		default:
			s.SecretFiles = append(s.SecretFiles, joinPath(parent(s.File), path))
		}
	}
}

// writable are the folders that a tick writes to. On this machine one that does
// not exist yet stands for the nearest that does.
func writable(s *timer.Spec, file *schedule.File, local bool) []string {
	paths := []string{parent(s.DB)}
	if i := slices.Index(s.Flags, "--artifacts"); i >= 0 {
		paths = append(paths, s.Flags[i+1])
	}
	for _, t := range targets(file) {
		switch {
		case t.Dir != nil:
			paths = append(paths, t.Dir.Path)
		case t.Blob != nil:
			if u, err := url.Parse(t.Blob.URL); err == nil && u.Scheme == "file" && u.Path != "" {
				paths = append(paths, u.Path)
			}
		}
	}
	for _, one := range file.Schedules {
		for _, step := range one.Before {
			if step.Output != "" {
				paths = append(paths, parent(joinPath(".", step.Output)))
			}
		}
	}
	for i, p := range paths {
		if !absolute(p) {
			p = filepath.Clean(joinPath(parent(s.File), p))
		}
		for local && p != filepath.Dir(p) {
			if _, err := os.Stat(p); err == nil {
				break
			}
			p = filepath.Dir(p)
		}
		paths[i] = p
	}
	slices.Sort(paths)
	// A folder within one of the others needs no line of its own.
	var out []string
	for _, p := range paths {
		if !slices.ContainsFunc(out, func(o string) bool { return p == o || strings.HasPrefix(p, o+"/") }) {
			out = append(out, p)
		}
	}
	return out
}
