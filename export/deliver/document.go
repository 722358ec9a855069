package deliver

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// WebhookBody is the JSON document of a webhook in StyleJSON and of the
// standard input of a command. Fields are added and never change their meaning
// within a Version.
type WebhookBody struct {
	Version  int    `json:"version"` // 1
	ID       string `json:"id"`      // the same for every attempt
	RunID    string `json:"run_id"`
	Schedule string `json:"schedule"`
	Report   string `json:"report"`
	Title    string `json:"title"`
	State    string `json:"state"` // one of States
	// Slot is when the report was due, RFC 3339 with the offset of Timezone.
	Slot      string            `json:"slot"`
	Timezone  string            `json:"timezone"`
	Problem   string            `json:"problem,omitempty"`
	Facts     []Fact            `json:"facts"`
	Artifacts []WebhookArtifact `json:"artifacts"`
}

// WebhookArtifact is a file of the run.
type WebhookArtifact struct {
	Name      string   `json:"name"`
	MediaType string   `json:"media_type"`
	Bytes     int64    `json:"bytes"`
	SHA256    string   `json:"sha256"`
	Places    []string `json:"places"`         // paths and URLs where other targets put it
	Path      string   `json:"path,omitempty"` // for commands: the file
}

func document(j *job, paths bool) WebhookBody {
	m := j.m
	d := WebhookBody{
		Version: 1, ID: j.id(), RunID: m.RunID, Schedule: m.Schedule, Report: m.Report, Title: m.heading(), State: m.State,
		Slot: m.due().Format(time.RFC3339), Timezone: m.due().Location().String(), Problem: m.Problem,
		Facts: append([]Fact{}, m.Lines...), Artifacts: []WebhookArtifact{},
	}
	for _, a := range m.Artifacts {
		w := WebhookArtifact{Name: a.Name, MediaType: a.MediaType, Bytes: a.Bytes, SHA256: a.SHA256, Places: m.placesOf(a)}
		if paths {
			w.Path = a.Path
		}
		d.Artifacts = append(d.Artifacts, w)
	}
	return d
}

// placesOf are the places of an artifact; never nil.
func (m Message) placesOf(a Artifact) []string {
	out := []string{}
	for _, p := range m.Places {
		if p.Artifact == a.Name {
			out = append(out, p.At)
		}
	}
	return out
}

// id is the same for every attempt of a run at a target, and another for a
// repetition that a person asked for.
func (j *job) id() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d", j.m.RunID, j.t.identity(), j.m.State, j.m.Resend))
	run := strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		return '-'
	}, clean(j.m.RunID))
	return run + "." + hex.EncodeToString(sum[:8])
}
