package deliver

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
)

// body is what a mail says, for both of its parts.
type body struct {
	Title, Banner, Problem, Colour string
	Tiles                          [][]Fact // in rows that a phone can show
	Lines                          []Fact
	Attached                       []string
	Omitted                        []omitted
	Foot                           string
	nameWidth                      int
}

// omitted is an artifact that is not attached, and where it is.
type omitted struct {
	Name, Size, Why, At string
	Link                bool
}

func (s *SMTP) body(j *job, attach, left []Artifact, limit int64) (*body, error) {
	m := j.m
	b := &body{Title: m.heading(), Banner: m.banner(), Problem: m.Problem, Colour: colour(m.State)}
	var tiles []Fact
	for _, f := range m.Lines {
		if f.Tile {
			tiles = append(tiles, f)
		} else {
			b.Lines = append(b.Lines, f)
		}
		b.nameWidth = max(b.nameWidth, len([]rune(f.Name)))
	}
	const across = 3
	b.Tiles = slices.Collect(slices.Chunk(tiles, across))
	for _, a := range attach {
		b.Attached = append(b.Attached, fmt.Sprintf("%s (%s)", a.Name, size(a.Bytes)))
	}
	for _, a := range left {
		at, err := s.instead(j, a, limit)
		if err != nil {
			return nil, err
		}
		why := fmt.Sprintf("the mail may have %s", size(limit))
		if limit == 0 {
			why = "the server does not take it"
		}
		b.Omitted = append(b.Omitted, omitted{a.Name, size(a.Bytes), why, at, isLink(at)})
	}
	b.Foot = m.foot()
	return b, nil
}

// instead is what the mail names for an artifact that it cannot carry.
func (s *SMTP) instead(j *job, a Artifact, limit int64) (string, error) {
	if s.Over == OverFail {
		return "", permanent("%s has %s and does not fit into a mail of %s, encoded; raise max_mb, or write over: link", a.Name, size(a.Bytes), size(limit))
	}
	if s.Over != OverPath {
		for _, p := range j.m.Places {
			if p.Artifact == a.Name {
				return p.At, nil
			}
		}
		if s.Over == OverLink && !j.m.Last && j.w == nil {
			return "", temporary("%s has %s and does not fit into a mail of %s, encoded, and no other target of the run has stored it so far; deliver it to a dir or blob as well, or write over: path",
				a.Name, size(a.Bytes), size(limit))
		}
	}
	return a.Path, nil
}

func isLink(at string) bool {
	u, err := url.Parse(at)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// plain is the part in plain text.
func (b *body) plain() string {
	var w strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&w, format+"\n", args...) }
	line("%s", b.Title)
	for _, s := range []string{b.Banner, b.Problem} {
		if s != "" {
			line("\n%s", s)
		}
	}
	if len(b.Tiles)+len(b.Lines) > 0 {
		line("")
	}
	for _, f := range slices.Concat(slices.Concat(b.Tiles...), b.Lines) {
		line("%-*s  %s", b.nameWidth+1, f.Name+":", f.Value)
	}
	if len(b.Attached)+len(b.Omitted) > 0 {
		line("")
	}
	for _, a := range b.Attached {
		line("Attached: %s", a)
	}
	for _, o := range b.Omitted {
		line("Not attached: %s (%s; %s): %s", o.Name, o.Size, o.Why, o.At)
	}
	line("\n%s", b.Foot)
	return w.String()
}

// colour of the banner.
func colour(state string) string {
	switch state {
	case Failed, Missed:
		return "#b42318"
	case Partial, Stale:
		return "#b54708"
	}
	return "#344054"
}

// page holds tables and inline styles only: mail programs drop the rest.
const page = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="margin:0;padding:16px;font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:14px;color:#101828;background:#ffffff">
<h1 style="margin:0 0 12px;font-size:20px;color:#14284b">{{.Title}}</h1>
{{- if .Banner}}
<p style="margin:0 0 12px;padding:8px 12px;color:#ffffff;background:{{.Colour}}"><strong>{{.Banner}}</strong></p>
{{- end}}
{{- if .Problem}}
<p style="margin:0 0 12px;white-space:pre-wrap">{{.Problem}}</p>
{{- end}}
{{- if .Tiles}}
<table role="presentation" style="border-collapse:separate;border-spacing:8px;margin:0 -8px 4px">
{{- range .Tiles}}
<tr>
{{- range .}}
<td style="padding:8px 14px;border:1px solid #d0d5dd;text-align:center"><div style="font-size:22px;font-weight:bold;color:#14284b">{{.Value}}</div><div style="color:#475467">{{.Name}}</div></td>
{{- end}}
</tr>
{{- end}}
</table>
{{- end}}
{{- if .Lines}}
<table role="presentation" style="border-collapse:collapse;margin:0 0 12px">
{{- range .Lines}}
<tr><td style="padding:3px 16px 3px 0;color:#475467;vertical-align:top">{{.Name}}</td><td style="padding:3px 0">{{.Value}}</td></tr>
{{- end}}
</table>
{{- end}}
{{- range .Attached}}
<p style="margin:0 0 4px">Attached: {{.}}</p>
{{- end}}
{{- range .Omitted}}
<p style="margin:0 0 4px"><strong>Not attached:</strong> {{.Name}} ({{.Size}}; {{.Why}}): {{if .Link}}<a href="{{.At}}">{{.At}}</a>{{else}}<code>{{.At}}</code>{{end}}</p>
{{- end}}
<p style="margin:16px 0 0;padding-top:8px;border-top:1px solid #d0d5dd;font-size:12px;color:#475467">{{.Foot}}</p>
</body></html>
`

// html is the part in HTML.
func (b *body) html() (string, error) {
	t, err := template.New("mail").Parse(page)
	if err != nil {
		return "", err
	}
	var w strings.Builder
	err = t.Execute(&w, b)
	return w.String(), err
}
