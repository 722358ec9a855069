package deliver

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"argosy/export/atomic"
)

// Secrets reads what a reference stands for.
type Secrets func(ref string) (string, error)

const (
	envPrefix  = "env:"
	filePrefix = "file:"
)

// IsReference says whether a text is a reference to a secret: env:NAME or
// file:PATH. The URL of a folder, file:///PATH, is none.
func IsReference(text string) bool {
	return strings.HasPrefix(text, envPrefix) || strings.HasPrefix(text, filePrefix) && !strings.HasPrefix(text, filePrefix+"//")
}

// ReadSecrets returns Secrets that read env: by lookup, which is os.LookupEnv
// outside tests, and file: from the disk, relative to base. Space at the end of
// a file is no part of the secret. Errors name the reference, never the secret;
// a text that is no reference is an error that does not show it.
func ReadSecrets(base string, lookup func(string) (string, bool)) Secrets {
	return func(ref string) (string, error) {
		if !IsReference(ref) {
			return "", fmt.Errorf("a secret stands in the configuration itself; write env:NAME or file:PATH instead")
		}
		if name, ok := strings.CutPrefix(ref, envPrefix); ok {
			value, ok := lookup(name)
			if !ok || value == "" {
				return "", fmt.Errorf("reading %q: the variable is not set; set %s where argosy runs", ref, name)
			}
			return value, nil
		}
		path := strings.TrimPrefix(ref, filePrefix)
		if !filepath.IsAbs(path) {
			path = filepath.Join(base, path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("reading %q: %v; check that the file is there and may be read", ref, atomic.Cause(err))
		}
		value := strings.TrimRight(string(data), " \t\r\n")
		if value == "" {
			return "", fmt.Errorf("reading %q: the file is empty", ref)
		}
		return value, nil
	}
}

// References are the secrets that a target refers to, in the order of the
// alphabet, each once.
func (t Target) References() []string {
	var all []string
	switch {
	case t.Webhook != nil:
		all = append(all, t.Webhook.URL, t.Webhook.Secret)
		all = slices.AppendSeq(all, maps.Values(t.Webhook.Header))
	case t.Blob != nil:
		all = append(all, t.Blob.URL)
	case t.Command != nil:
		all = slices.AppendSeq(all, maps.Values(t.Command.Env))
	}
	return references(all)
}

// References are the secrets that a mail server refers to.
func (s Server) References() []string { return references([]string{s.User, s.Password}) }

func references(all []string) []string {
	all = slices.DeleteFunc(all, func(s string) bool { return !IsReference(s) })
	slices.Sort(all)
	return slices.Compact(all)
}

// SplitReference takes a reference apart: the name of a variable, or the path
// of a file.
func SplitReference(ref string) (variable, file string) {
	if name, ok := strings.CutPrefix(ref, envPrefix); ok {
		return name, ""
	}
	return "", strings.TrimPrefix(ref, filePrefix)
}
