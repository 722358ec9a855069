package timer

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// task is a task of Windows' scheduler, version 1.2 of its schema.
type task struct {
	XMLName      xml.Name     `xml:"http://schemas.microsoft.com/windows/2004/02/mit/task Task"`
	Version      string       `xml:"version,attr"`
	Registration registration `xml:"RegistrationInfo"`
	Triggers     triggers     `xml:"Triggers"`
	Principals   principals   `xml:"Principals"`
	Settings     settings     `xml:"Settings"`
	Actions      actions      `xml:"Actions"`
}

type registration struct {
	Description string
	URI         string
}

type triggers struct {
	Time struct {
		Repetition struct {
			Interval          string
			StopAtDurationEnd bool
		}
		StartBoundary string
		Enabled       bool
	} `xml:"TimeTrigger"`
}

type principals struct {
	Principal struct {
		ID        string `xml:"id,attr"`
		LogonType string
		RunLevel  string
	}
}

type settings struct {
	MultipleInstancesPolicy    string
	DisallowStartIfOnBatteries bool
	StopIfGoingOnBatteries     bool
	AllowHardTerminate         bool
	StartWhenAvailable         bool
	RunOnlyIfNetworkAvailable  bool
	AllowStartOnDemand         bool
	Enabled                    bool
	Hidden                     bool
	RunOnlyIfIdle              bool
	WakeToRun                  bool
	ExecutionTimeLimit         string
	Priority                   int
}

type actions struct {
	Context string `xml:"Context,attr"`
	Exec    struct {
		Command          string
		Arguments        string
		WorkingDirectory string
	}
}

// windows writes a task for schtasks /Create /XML. It runs whether the user is
// logged on or not, without a stored password.
func windows(s Spec) (*Units, error) {
	for _, text := range append(s.arguments(), s.Program) {
		if strings.Contains(text, "%") {
			return nil, fmt.Errorf("%q cannot stand in a task of Windows: a percent sign begins a variable there; choose another name", text)
		}
	}
	var words []string
	for _, a := range append(s.arguments(), "--quiet") {
		words = append(words, windowsWord(a))
	}
	t := task{Version: "1.2"}
	t.Registration = registration{Description: "Reports of " + s.File + ", every minute.", URI: `\` + s.Name}
	if len(s.Variables) > 0 {
		t.Registration.Description += " Variables of the user that it needs: " + strings.Join(s.Variables, ", ") + "."
	}
	t.Triggers.Time.Repetition.Interval = "PT1M"
	t.Triggers.Time.StartBoundary = "2026-01-01T00:00:00"
	t.Triggers.Time.Enabled = true
	t.Principals.Principal.ID = "Author"
	t.Principals.Principal.LogonType = "S4U"
	t.Principals.Principal.RunLevel = "LeastPrivilege"
	t.Settings = settings{
		MultipleInstancesPolicy: "IgnoreNew", AllowHardTerminate: true, StartWhenAvailable: true, AllowStartOnDemand: true, Enabled: true,
		ExecutionTimeLimit: "PT0S", Priority: 7,
	}
	t.Actions.Context = "Author"
	t.Actions.Exec.Command, t.Actions.Exec.Arguments, t.Actions.Exec.WorkingDirectory = s.Program, strings.Join(words, " "), folder(s.File)
	text, err := xml.MarshalIndent(t, "", "  ")
	if err != nil {
		return nil, err
	}
	name := s.Name + ".xml"
	steps := []string{fmt.Sprintf("schtasks /Create /TN %s /XML %s", s.Name, name), "schtasks /Query /TN " + s.Name + " /V /FO LIST"}
	for i := range s.Variables {
		steps = append([]string{"setx " + s.Variables[len(s.Variables)-1-i] + " ..."}, steps...)
	}
	// No encoding is named, so that the text stays right when a shell writes it
	// to a file in UTF-16.
	return &Units{Files: []File{{Name: name, Text: "<?xml version=\"1.0\"?>\n" + string(text) + "\n", Wide: true}}, Steps: steps}, nil
}

// windowsWord is an argument as CommandLineToArgvW reads it: backslashes count
// only before quotes.
func windowsWord(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\"") {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for i := range len(s) {
		switch s[i] {
		case '\\':
			slashes++
		case '"':
			b.WriteString(strings.Repeat(`\`, slashes+1))
			slashes = 0
		default:
			slashes = 0
		}
		b.WriteByte(s[i])
	}
	b.WriteString(strings.Repeat(`\`, slashes))
	b.WriteByte('"')
	return b.String()
}
