package schedule

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Step is something that a schedule does before its report is made: an argosy
// command line, or a program.
type Step struct {
	// Args are what stands behind argosy: ingest, paths, flags. Empty where
	// Program is set.
	Args []string
	// Program and its arguments; no shell reads them. Its standard output goes
	// to the file Output where one is named.
	Program []string
	Output  string
	Timeout time.Duration
	// Optional: when it fails, the run goes on and the report says so.
	Optional bool
	// Empty: a folder without files is no mistake.
	Empty bool

	// paths are the positions in Args and Program that name files.
	paths []int
}

// stepKinds are the steps by the key that names them, with the keys that each
// may have besides.
func stepKinds() map[string][]string {
	return map[string][]string{
		"ingest":  {"image", "map"},
		"sync":    {"repositories", "name", "insecure"},
		"k8s":     {"cluster", "namespace", "allow_empty"},
		"feeds":   {"kev", "epss"},
		"command": {"output", "timeout"},
	}
}

// StepKinds are the kinds of steps, in the order in which help texts name them.
func StepKinds() []string { return []string{"ingest", "sync", "k8s", "feeds", "command"} }

// Words are what a person types for the same, without the program's own name
// for a step of argosy's.
func (s Step) Words() []string {
	if len(s.Program) > 0 {
		return s.Program
	}
	return append([]string{"argosy"}, s.Args...)
}

// In is the step with the paths that are relative counted from a folder.
func (s Step) In(base string) Step {
	out := s
	out.Args = slices.Clone(s.Args)
	for _, i := range s.paths {
		out.Args[i] = from(base, s.Args[i])
	}
	if s.Output != "" {
		out.Output = from(base, s.Output)
	}
	return out
}

// from puts a relative path below a folder and leaves addresses alone.
func from(base, path string) string {
	if filepath.IsAbs(path) || strings.Contains(path, "://") {
		return path
	}
	return filepath.Join(base, path)
}

func (r *reader) steps(v value) []Step {
	elements, _ := r.list(v, "before")
	var out []Step
	for _, e := range elements {
		if s, ok := r.step(e); ok {
			out = append(out, s)
		}
	}
	return out
}

// step reads one element of before.
func (r *reader) step(v value) (Step, bool) {
	kind, ok := r.kind(v, "a step", StepKinds())
	if !ok {
		return Step{}, false
	}
	keys, _ := r.mapping(v, "the step "+kind, append([]string{kind, "optional"}, stepKinds()[kind]...))
	var s Step
	if o, ok := keys["optional"]; ok {
		s.Optional = r.truth(o, "optional")
	}
	switch kind {
	case "ingest":
		s.Empty = true
		s.add("ingest")
		r.flag(keys, &s, "image", "--image", false)
		r.flag(keys, &s, "map", "--map", true)
		s.files(r.inputs(keys[kind], kind))
	case "sync":
		s.add("registry", "sync")
		r.flag(keys, &s, "repositories", "--repositories", true)
		r.flag(keys, &s, "name", "--name", false)
		r.on(keys, &s, "insecure", "--insecure")
		s.add("--")
		for _, ref := range r.inputs(keys[kind], kind) {
			if strings.HasPrefix(ref, "./") || strings.HasPrefix(ref, "../") {
				s.paths = append(s.paths, len(s.Args))
			}
			s.add(ref)
		}
	case "k8s":
		s.add("k8s", "sync")
		if _, given := keys["cluster"]; !given {
			r.fail(v.at, "the step k8s has no cluster; name the cluster that the files are of")
		}
		r.flag(keys, &s, "cluster", "--cluster", false)
		r.flag(keys, &s, "namespace", "--namespace", false)
		r.on(keys, &s, "allow_empty", "--allow-empty")
		s.files(r.inputs(keys[kind], kind))
	case "feeds":
		r.word(keys, kind, "update")
		s.add("feeds", "update")
		r.flag(keys, &s, "kev", "--kev", true)
		r.flag(keys, &s, "epss", "--epss", true)
	case "command":
		s.Program = r.texts(keys[kind], "command")
		s.Output = r.optional(keys, "output")
		if t, ok := keys["timeout"]; ok {
			s.Timeout = r.duration(t, "timeout")
		}
	}
	return s, true
}

func (s *Step) add(args ...string) { s.Args = append(s.Args, args...) }

// files adds paths behind all flags.
func (s *Step) files(paths []string) {
	s.add("--")
	for _, p := range paths {
		s.paths = append(s.paths, len(s.Args))
		s.add(p)
	}
}

// inputs reads what a step reads; there is nobody at the standard input.
func (r *reader) inputs(v value, kind string) []string {
	out := r.texts(v, kind)
	if slices.Contains(out, "-") {
		r.fail(v.spot(), "%s reads standard input, which a schedule has none of; name a file", kind)
	}
	return out
}

// flag adds a flag with its value where the key is there.
func (r *reader) flag(keys map[string]value, s *Step, key, flag string, path bool) {
	if t, ok := r.given(keys, key); ok {
		s.add(flag)
		if path {
			s.paths = append(s.paths, len(s.Args))
		}
		s.add(t.text)
	}
}

// on adds a flag without a value where the key is true.
func (r *reader) on(keys map[string]value, s *Step, key, flag string) {
	if v, ok := keys[key]; ok && r.truth(v, key) {
		s.add(flag)
	}
}

// kind finds the one key of a mapping that says what it is.
func (r *reader) kind(v value, what string, kinds []string) (string, bool) {
	entries, ok := r.entries(v, what)
	if !ok {
		return "", false
	}
	var found []string
	for _, e := range entries {
		if key := e.Key.GetToken().Value; slices.Contains(kinds, key) {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		had := "none of them"
		if len(found) > 1 {
			had = strings.Join(found, " and ")
		}
		r.fail(v.at, "%s is one of %s; this has %s", what, strings.Join(kinds, ", "), had)
		return "", false
	}
	return found[0], true
}
