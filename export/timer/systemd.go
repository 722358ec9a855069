package timer

import (
	"fmt"
	"slices"
	"strings"
)

// systemd writes a service and its timer, system units. See systemd.exec(5),
// systemd.service(5), systemd.timer(5).
func systemd(s Spec) (*Units, error) {
	if strings.ContainsAny(s.Program, `"'\\`) {
		return nil, fmt.Errorf("systemd runs no program with quotes or backslashes in its path, such as %q; put argosy elsewhere and name it with --program", s.Program)
	}
	var service strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&service, format+"\n", args...) }
	line("[Unit]")
	line("Description=%s", specifiers("Reports of "+s.File))
	line("Wants=network-online.target")
	line("After=network-online.target")
	line("")
	line("[Service]")
	line("Type=oneshot")
	if s.User != "" {
		line("User=%s", specifiers(s.User))
	}
	line("WorkingDirectory=%s", specifiers(folder(s.File)))
	if len(s.Variables) > 0 {
		line("# The secrets of the file, each on a line of its own: %s", s.assignments())
		line("EnvironmentFile=%s", specifiers(s.EnvFile))
	}
	words := []string{systemdWord(s.Program, false)}
	for _, a := range s.arguments() {
		words = append(words, systemdWord(a, true))
	}
	line("ExecStart=%s", strings.Join(words, " "))
	line("# The database is in use: the next tick does it.")
	line("SuccessExitStatus=3")
	line("UMask=0027")
	line("")
	line("# A tick writes only here; commands of the file may need more.")
	for _, path := range s.Writable {
		quoted, err := systemdPath(path)
		if err != nil {
			return nil, err
		}
		line("ReadWritePaths=%s", quoted)
	}
	for _, h := range hardening(s) {
		line("%s", h)
	}
	timer := fmt.Sprintf(`[Unit]
Description=%s

[Timer]
OnCalendar=*-*-* *:*:00
AccuracySec=1s
Persistent=true
Unit=%s.service

[Install]
WantedBy=timers.target
`, specifiers("Every minute: "+s.File), s.Name)
	steps := []string{"systemctl daemon-reload", "systemctl enable --now " + s.Name + ".timer", "systemctl list-timers " + s.Name + ".timer"}
	if len(s.Variables) > 0 {
		steps = slices.Insert(steps, 0, fmt.Sprintf("write %s into %s, readable for root alone", s.assignments(), s.EnvFile))
	}
	return &Units{Files: []File{{Name: s.Name + ".service", Text: service.String()}, {Name: s.Name + ".timer", Text: timer}}, Steps: steps}, nil
}

// hardening takes from the service what a tick never needs. Credentials in home
// folders stay readable, for registries.
func hardening(s Spec) []string {
	out := []string{
		"ProtectSystem=strict", "ProtectHome=read-only", "PrivateTmp=yes", "PrivateDevices=yes", "NoNewPrivileges=yes",
		"ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes",
		"ProtectHostname=yes", "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "RestrictNamespaces=yes", "RestrictRealtime=yes",
		"RestrictSUIDSGID=yes", "LockPersonality=yes", "SystemCallArchitectures=native",
	}
	temporary := slices.ContainsFunc(append([]string{s.Program, s.File, s.DB}, s.Writable...), func(p string) bool {
		return strings.HasPrefix(p+"/", "/tmp/") || strings.HasPrefix(p+"/", "/var/tmp/")
	})
	if temporary {
		out = slices.DeleteFunc(out, func(l string) bool { return l == "PrivateTmp=yes" })
	}
	// Root without this may not write to what belongs to others.
	if s.User != "" && s.User != "root" {
		out = append(out, "CapabilityBoundingSet=")
	}
	return out
}

// specifiers keeps % from being one; for values that are read to the end of the
// line.
func specifiers(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// systemdWord is a word of a command line. Variables are replaced in all but
// the first word.
func systemdWord(s string, variables bool) string {
	s = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(s)
	if variables {
		s = strings.ReplaceAll(s, "$", "$$")
	}
	if s == "" || strings.ContainsAny(s, " \\\"';#") {
		return `"` + s + `"`
	}
	return s
}

// systemdPath is a word of a list of paths, in which backslashes stand for
// themselves.
func systemdPath(s string) (string, error) {
	switch s = specifiers(s); {
	case !strings.ContainsAny(s, ` "'`):
		return s, nil
	case !strings.Contains(s, `"`):
		return `"` + s + `"`, nil
	case !strings.Contains(s, "'"):
		return "'" + s + "'", nil
	}
	return "", fmt.Errorf("systemd cannot name the folder %q, which has both kinds of quotes in it; choose another", s)
}
