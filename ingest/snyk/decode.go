package snyk

import (
	"context"
	"regexp"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one stream.
type decoder struct {
	ctx   context.Context
	in    *format.Input
	to    format.Sink
	r     *jsonread.Reader
	row   jsonread.Row
	f     schema.Finding
	text  schema.Vulnerability
	extra jsonread.Builder
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	if in.Version == issuesVersion {
		return decodeIssues(ctx, in, to)
	}
	d := &decoder{ctx: ctx, in: in, to: to, r: jsonread.New(in)}
	return d.r.Documents(d.document)
}

// document reads one project, with the applications in it where it is a
// container.
func (d *decoder) document(where string) error {
	var top jsonread.Row
	rows := format.Scans{To: d.to}
	ref := func() format.Ref { ref, _, _ := rows.Of(""); return ref }
	apps := false
	err := d.r.Split(&top, func(key []byte) (bool, error) {
		switch string(key) {
		case "vulnerabilities":
			return true, d.vulnerabilities(ref(), where+"vulnerabilities")
		case "applications":
			apps = true
			return true, d.r.Array(func(i int) error {
				return d.application(ref(), format.Place(where+"applications", i)+".")
			})
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if rows.Len() == 0 && top.Has("error") {
		return d.to.Skip(strings.TrimSuffix(where, "."), "the test failed: "+top.Text("error"))
	}
	if err := d.besides(ref(), &top, where); err != nil {
		return err
	}
	return rows.End(func(s *schema.Scan) { d.describe(s, &top, apps) })
}

// application reads a project within a container.
func (d *decoder) application(ref format.Ref, where string) error {
	var app jsonread.Row
	err := d.r.Split(&app, func(key []byte) (bool, error) {
		if string(key) == "vulnerabilities" {
			return true, d.vulnerabilities(ref, where+"vulnerabilities")
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	return d.besides(ref, &app, where)
}

func (d *decoder) vulnerabilities(ref format.Ref, where string) error {
	return d.r.Array(func(i int) error {
		if err := d.r.Row(&d.row); err != nil {
			return err
		}
		return d.finding(ref, &d.row, "", format.Place(where, i))
	})
}

// besides delivers what a policy ignores, which Snyk keeps apart.
func (d *decoder) besides(ref format.Ref, p *jsonread.Row, where string) error {
	var err error
	i := 0
	p.Row("filtered").Each("ignore", func(w *jsonread.Row) {
		if err == nil {
			why := "ignored by a policy of Snyk"
			w.Row("filtered").Each("ignored", func(rule *jsonread.Row) {
				if s := rule.Text("reason"); s != "" {
					why = s
				}
			})
			err = d.finding(ref, w, why, format.Place(where+"filtered.ignore", i))
		}
		i++
	})
	if err == nil && p.Row("docker").Row("binariesVulns").Row("affectedPkgs").Len() > 0 {
		err = d.to.Skip(where+"docker.binariesVulns", "vulnerabilities of binaries that no package manager brought are not read")
	}
	return err
}

// aReference finds the name of an image at the beginning of a path: "repo:tag"
// or "repo@sha256:..." before "/" and what was found in it.
var aReference = regexp.MustCompile(`^(.+@sha256:[0-9a-f]{64}|.+:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})(/.*)?$`)

// describe says what a project is: an image, or the manifest of a project.
func (d *decoder) describe(s *schema.Scan, top *jsonread.Row, apps bool) {
	s.Scanner = name
	img := &s.Image
	project, path := top.Text("projectName"), top.Text("path")
	if rest, ok := strings.CutPrefix(project, "docker-image|"); ok || apps || top.Has("docker") {
		img.Name = imageName(rest, path)
		img.OS, img.Architecture, _ = strings.Cut(top.Text("platform"), "/")
		return
	}
	if d.in.Image != "" {
		return
	}
	img.Kind, img.Name = schema.KindFilesystem, project
	if file := top.Text("displayTargetFile", "targetFile"); path != "" {
		img.Name = strings.TrimSuffix(path, "/") + "/" + file
		img.Name = strings.TrimSuffix(img.Name, "/")
	}
}

// imageName is the name of an image from the project's name, which has no tag,
// and its path, which ends with the project's target.
func imageName(repository, path string) string {
	if rest, ok := strings.CutPrefix(path, repository); ok && repository != "" && (rest == "" || strings.ContainsAny(rest[:1], ":@/")) {
		if rest == "" || rest[0] == '/' {
			return repository
		}
		tag, _, _ := strings.Cut(rest, "/")
		return repository + tag
	}
	if m := aReference.FindStringSubmatch(path); m != nil {
		return m[1]
	}
	if path != "" {
		return path
	}
	return repository
}
