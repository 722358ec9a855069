package sarif

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// decoder reads one document.
type decoder struct {
	ctx   context.Context
	in    *format.Input
	to    format.Sink
	f     schema.Finding
	extra jsonread.Builder
	rows  int
	// scans are the scans of the runs read so far; they are closed at the end,
	// because one run may name the image of another.
	scans []*run
	// others counts results that are no vulnerabilities, tools names the tools
	// that made them.
	others int
	tools  []string
	// quiet is a run that found nothing and does not say where.
	quiet *run
}

func decode(ctx context.Context, in *format.Input, to format.Sink) error {
	d := &decoder{ctx: ctx, in: in, to: to}
	r := jsonread.New(in)
	for {
		if err := d.log(r); err != nil {
			return err
		}
		if !r.More() {
			break
		}
	}
	if err := r.End(); err != nil {
		return err
	}
	return d.finish()
}

// log reads a SARIF log.
func (d *decoder) log(r *jsonread.Reader) error {
	return r.Object(func(key []byte) error {
		switch string(key) {
		case "version":
			version, err := r.Word()
			if err == nil && version != "" && !strings.HasPrefix(version, "2.1") {
				err = &format.Error{Kind: format.KindUnsupported, Msg: unsupported(version)}
			}
			return err
		case "runs":
			return r.Array(func(i int) error { return d.run(r, i) })
		}
		return r.Skip()
	})
}

// run is one run of a tool as it is read.
type run struct {
	tool    tool
	rules   rules
	target  target
	scan    schema.Scan
	ref     format.Ref
	begun   bool
	toolSet bool
	// files are the addresses of artifacts by their index.
	files []string
	// os is the distribution of a run whose packages do not name their type.
	os distribution
	// late are results that stand before their tool.
	late []byte
	// vulnerabilities and others count results.
	vulnerabilities, others int
}

// tool is who made a run.
type tool struct {
	name, fullName, version string
}

func (d *decoder) run(r *jsonread.Reader, i int) error {
	u := &run{}
	where := fmt.Sprintf("runs[%d].results", i)
	err := r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "tool":
			u.toolSet = true
			err = d.readTool(u, r)
		case "results":
			if !u.toolSet && r.Kind() == '[' {
				u.late, err = r.Raw()
				return err
			}
			err = d.results(u, r, where)
		case "artifacts":
			err = u.readArtifacts(r)
		case "invocations":
			err = u.readInvocations(r)
		default:
			err = u.target.member(r, string(key))
		}
		return err
	})
	if err == nil && u.late != nil {
		err = d.results(u, jsonread.New(bytes.NewReader(u.late)), where)
	}
	if err == nil {
		err = d.release(u)
	}
	if err != nil {
		return err
	}
	u.late, u.rules = nil, rules{}
	return d.close(u)
}

// close keeps a run for the end of the document.
func (d *decoder) close(u *run) error {
	d.others += u.others
	if u.others > 0 || u.vulnerabilities == 0 && !u.tool.findsPackages() {
		d.tools = append(d.tools, u.tool.title())
	}
	switch {
	case u.begun:
	case u.others > 0 || !u.tool.findsPackages():
		return nil
	case u.target.empty():
		d.quiet = u
		return nil
	default:
		u.ref = d.to.Begin()
	}
	d.scans = append(d.scans, u)
	return nil
}

// finish closes the scans.
func (d *decoder) finish() error {
	if len(d.scans) == 0 && d.quiet != nil && d.others == 0 {
		d.quiet.ref = d.to.Begin()
		d.scans = append(d.scans, d.quiet)
	}
	if len(d.scans) == 0 {
		return &format.Error{Kind: format.KindNotApplicable, Msg: d.nothing()}
	}
	for _, u := range d.scans {
		if u.target.empty() {
			for _, other := range d.scans {
				if other.tool.name == u.tool.name && !other.target.empty() {
					u.target = other.target
					break
				}
			}
		}
		u.scan.Scanner, u.scan.ScannerVersion = u.tool.scanner(), u.tool.version
		u.target.describe(&u.scan.Image, u.tool, d.in.Image)
		if err := d.to.End(u.ref, &u.scan); err != nil {
			return err
		}
	}
	return nil
}

// nothing says what a report without vulnerabilities holds.
func (d *decoder) nothing() string {
	if len(d.tools) == 0 {
		return "this SARIF log has no run"
	}
	who := "this SARIF report of " + d.tools[0]
	if d.others == 0 {
		return who + " has no results, and the tool is not known to look for vulnerable packages"
	}
	return fmt.Sprintf("%s holds %d results and none about a vulnerable package", who, d.others)
}

// results reads the results of a run.
func (d *decoder) results(u *run, r *jsonread.Reader, where string) error {
	return r.Array(func(i int) error {
		if d.rows++; d.rows%512 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		at := fmt.Sprintf("%s[%d]", where, i)
		if r.Kind() != '{' {
			if err := r.Skip(); err != nil {
				return err
			}
			return d.to.Skip(at, "the result is no object")
		}
		var res result
		if err := res.read(r, u); err != nil {
			return err
		}
		return d.deliver(u, &res, at)
	})
}

func (d *decoder) readTool(u *run, r *jsonread.Reader) error {
	// A tool that is known before its rules has them told at once, so that
	// their texts need not be held.
	early := func(rule *rule) error {
		if !u.tool.findsPackages() {
			return nil
		}
		rule.settle(u.tool)
		id := d.identify(u, rule, rule.id, &details{}, rule.said)
		if id == "" || otherKind(rule.name) {
			return nil
		}
		return d.catalogue(u, rule, id)
	}
	return r.Members(func(key []byte) error {
		switch string(key) {
		case "driver":
			return r.Members(func(key []byte) (err error) {
				switch string(key) {
				case "name":
					u.tool.name, err = r.Word()
				case "fullName":
					u.tool.fullName, err = r.Word()
				case "version":
					u.tool.version, err = r.Word()
				case "semanticVersion":
					var s string
					if s, err = r.Word(); u.tool.version == "" {
						u.tool.version = s
					}
				case "rules":
					err = u.rules.read(r, true, early)
				default:
					err = r.Skip()
				}
				return err
			})
		case "extensions":
			return r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) == "rules" {
						return u.rules.read(r, false, early)
					}
					return r.Skip()
				})
			})
		}
		return r.Skip()
	})
}

// readInvocations takes the time of the run and whether it came to its end.
func (u *run) readInvocations(r *jsonread.Reader) error {
	return r.Elements(func(int) error {
		failed, why := false, ""
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "endTimeUtc", "startTimeUtc":
				var s string
				s, err = r.Word()
				if t := jsonread.ParseTime(s); t.After(u.scan.At) {
					u.scan.At = t
				}
			case "executionSuccessful":
				var s string
				s, err = r.Word()
				failed = s == "false"
			case "exitCodeDescription":
				why, err = r.Word()
			default:
				err = r.Skip()
			}
			return err
		})
		if failed {
			u.scan.Incomplete = "the tool says that its run failed"
			if why != "" {
				u.scan.Incomplete += ": " + why
			}
		}
		return err
	})
}
