package timer

import (
	"fmt"
	"strings"
)

// mostOfCron is the length of a command from which on some crons refuse it.
const mostOfCron = 998

// cron writes a crontab of a user with one line, crontab(5).
func cron(s Spec) (*Units, error) {
	var words []string
	if len(s.Variables) > 0 {
		words = append(words, "set -a;", ".", shell(s.EnvFile)+";")
	}
	// cron knows little more than /usr/bin:/bin, and commands of the file are
	// looked for here.
	words = append(words, "cd", shell(folder(s.File)), "&&", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", shell(s.Program))
	for _, a := range append(s.arguments(), "--quiet") {
		words = append(words, shell(a))
	}
	// cron makes line breaks of percent signs, within quotes too.
	command := strings.ReplaceAll(strings.Join(words, " "), "%", `\%`)
	if len(command) > mostOfCron {
		return nil, fmt.Errorf("the line of crontab has %d characters, and some crons take %d; choose shorter paths", len(command), mostOfCron)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Reports of %s, every minute. What goes wrong is mailed to the owner of the crontab.\n", s.File)
	if len(s.Variables) > 0 {
		fmt.Fprintf(&b, "# The secrets of the file, each on a line of its own: %s\n", s.assignments())
	}
	fmt.Fprintf(&b, "* * * * * %s\n", command)
	name := s.Name + ".crontab"
	steps := []string{fmt.Sprintf("(crontab -l; cat %s) | crontab -", s.written(name))}
	if len(s.Variables) > 0 {
		steps = append([]string{fmt.Sprintf("write %s into %s, readable for yourself alone; quote values as in a shell", s.assignments(), s.EnvFile)}, steps...)
	}
	return &Units{Files: []File{{Name: name, Text: b.String()}}, Steps: steps}, nil
}

// shell is a word of a POSIX shell.
func shell(s string) string {
	plain := s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("/._-=:,+@", r)
	})
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
