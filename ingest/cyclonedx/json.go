package cyclonedx

import (
	"bytes"
	"fmt"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
)

// readJSON reads one document.
func (d *decoder) readJSON(r *jsonread.Reader, where string) error {
	b := &bom{d: d, where: where}
	var late []byte
	seen := map[string]bool{}
	err := r.Object(func(key []byte) (err error) {
		k := string(key)
		seen[k] = true
		switch k {
		case "specVersion":
			if b.doc.specVersion, err = r.Word(); err == nil {
				if m := judge(b.doc.specVersion, 0); m.Verdict == format.Unsupported {
					return &format.Error{Kind: format.KindUnsupported, Msg: m.Reason}
				}
			}
		case "serialNumber":
			b.doc.serial, err = r.Word()
		case "version":
			b.doc.version, err = r.Word()
		case "metadata":
			err = b.readMetadata(r)
		case "components", "services":
			err = b.readComponents(r)
		case "vulnerabilities":
			b.hasList = b.hasList || r.Kind() == '['
			if !seen["components"] || !seen["metadata"] {
				// What the references mean comes later.
				if r.Kind() == '[' {
					late, err = r.Raw()
					return err
				}
				return r.Skip()
			}
			err = b.readVulnerabilities(r)
		default:
			err = r.Skip()
		}
		return err
	})
	if err == nil && late != nil {
		err = b.readVulnerabilities(jsonread.New(bytes.NewReader(late)))
	}
	if err != nil {
		return err
	}
	return b.end()
}

func (b *bom) readMetadata(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "timestamp":
			var s string
			s, err = r.Word()
			b.doc.scan.At = jsonread.ParseTime(s)
		case "component":
			if r.Kind() != '{' {
				return r.Skip()
			}
			b.doc.about = &component{}
			err = b.readComponent(r, b.doc.about, true)
		case "tools":
			err = b.readTools(r)
		default:
			err = r.Skip()
		}
		return err
	})
}

// readTools reads a list of tools, or since version 1.5 an object with
// components and services.
func (b *bom) readTools(r *jsonread.Reader) error {
	one := func(int) error {
		var t tool
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "vendor", "group", "author":
				t.vendor, err = r.Word()
			case "name":
				t.name, err = r.Word()
			case "version":
				t.version, err = r.Word()
			default:
				err = r.Skip()
			}
			return err
		})
		b.doc.tools = append(b.doc.tools, t)
		return err
	}
	if r.Kind() == '[' {
		return r.Array(one)
	}
	return r.Members(func(key []byte) error {
		if k := string(key); k == "components" || k == "services" {
			return r.Elements(one)
		}
		return r.Skip()
	})
}

func (b *bom) readComponents(r *jsonread.Reader) error {
	return r.Elements(func(int) error {
		if r.Kind() != '{' {
			return r.Skip()
		}
		c := &component{}
		if err := b.readComponent(r, c, false); err != nil {
			return err
		}
		b.doc.add(c)
		return nil
	})
}

// readComponent reads a component and takes in those nested in it.
func (b *bom) readComponent(r *jsonread.Reader, c *component, about bool) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "bom-ref":
			c.ref, err = r.Word()
		case "type":
			c.typ, err = r.Word()
		case "group":
			c.group, err = r.Word()
		case "name":
			c.name, err = r.Word()
		case "version":
			c.version, err = r.Word()
		case "purl":
			c.purl, err = r.Word()
		case "components", "services":
			err = b.readComponents(r)
		case "properties":
			err = readProperties(r, func(name, value string) { c.setProperty(name, value, about) })
		case "hashes":
			err = r.Elements(func(int) error {
				alg, content := "", ""
				err := r.Members(func(key []byte) (err error) {
					switch string(key) {
					case "alg":
						alg, err = r.Word()
					case "content":
						content, err = r.Word()
					default:
						err = r.Skip()
					}
					return err
				})
				if alg == "SHA-256" {
					c.sha256 = content
				}
				return err
			})
		case "evidence":
			err = c.readEvidence(r)
		default:
			err = r.Skip()
		}
		return err
	})
}

func (c *component) readEvidence(r *jsonread.Reader) error {
	return r.Members(func(key []byte) error {
		if string(key) != "occurrences" {
			return r.Skip()
		}
		return r.Elements(func(int) error {
			return r.Members(func(key []byte) error {
				if string(key) != "location" {
					return r.Skip()
				}
				path, err := r.Word()
				if path != "" {
					c.paths = append(c.paths, path)
				}
				return err
			})
		})
	})
}

func readProperties(r *jsonread.Reader, each func(name, value string)) error {
	return r.Elements(func(int) error {
		name, value := "", ""
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "name":
				name, err = r.Word()
			case "value":
				value, err = r.Word()
			default:
				err = r.Skip()
			}
			return err
		})
		each(name, value)
		return err
	})
}

func (b *bom) readVulnerabilities(r *jsonread.Reader) error {
	return r.Array(func(i int) error {
		at := fmt.Sprintf("%svulnerabilities[%d]", b.where, i)
		if r.Kind() != '{' {
			if err := r.Skip(); err != nil {
				return err
			}
			return b.d.to.Skip(at, "the vulnerability is no object")
		}
		v := &vulnerability{}
		if err := v.readJSON(r); err != nil {
			return err
		}
		return b.deliver(v, at)
	})
}

func (v *vulnerability) readJSON(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch k := string(key); k {
		case "id":
			v.id, err = r.Word()
		case "source":
			v.sourceName, v.source, err = readSource(r)
		case "references":
			err = r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) != "id" {
						return r.Skip()
					}
					id, err := r.Word()
					if id != "" {
						v.references = append(v.references, id)
					}
					return err
				})
			})
		case "ratings":
			err = r.Elements(func(int) error {
				var one rating
				err := one.readJSON(r)
				v.ratings = append(v.ratings, one)
				return err
			})
		case "cwes":
			v.cwes, err = r.Words()
		case "description":
			v.description, err = r.Word()
		case "recommendation":
			v.recommendation, err = r.Word()
		case "advisories":
			err = r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) != "url" {
						return r.Skip()
					}
					url, err := r.Word()
					v.advisories = append(v.advisories, url)
					return err
				})
			})
		case "published":
			v.published, err = r.Word()
		case "updated":
			v.updated, err = r.Word()
		case "analysis":
			err = v.analysis.readJSON(r)
		case "affects":
			err = r.Elements(func(int) error {
				var a affect
				err := a.readJSON(r)
				if a.ref == "" {
					v.nameless++
				} else {
					v.affects = append(v.affects, a)
				}
				return err
			})
		case "properties":
			if r.Kind() != '[' {
				return r.Skip()
			}
			var raw []byte
			if raw, err = r.Raw(); err == nil {
				v.keep(k, raw)
				err = readProperties(jsonread.New(bytes.NewReader(raw)), v.setProperty)
			}
		case "bom-ref":
			v.ref, err = r.Word()
		default:
			// detail, workaround, proofOfConcept, created, rejected, credits, tools
			var raw []byte
			if raw, err = r.View(); err == nil {
				v.keep(k, raw)
			}
		}
		return err
	})
}

func readSource(r *jsonread.Reader) (name, url string, err error) {
	err = r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "name":
			name, err = r.Word()
		case "url":
			url, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
	return name, url, err
}

func (g *rating) readJSON(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "source":
			g.source, g.url, err = readSource(r)
		case "score":
			g.score, err = r.Score()
		case "severity":
			g.severity, err = r.Word()
		case "method":
			g.method, err = r.Word()
		case "vector":
			g.vector, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
}

func (a *analysis) readJSON(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "state":
			a.state, err = r.Word()
		case "justification":
			a.justification, err = r.Word()
		case "detail":
			a.detail, err = r.Word()
		case "response":
			a.responses, err = r.Words()
		case "firstIssued":
			a.first, err = r.Word()
		case "lastUpdated":
			a.last, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
}

func (a *affect) readJSON(r *jsonread.Reader) error {
	if r.Kind() == '"' {
		var err error
		a.ref, err = r.Word()
		return err
	}
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "ref":
			a.ref, err = r.Word()
		case "versions":
			err = r.Elements(func(int) error {
				var v version
				err := r.Members(func(key []byte) (err error) {
					switch string(key) {
					case "version":
						v.version, err = r.Word()
					case "range":
						v.rng, err = r.Word()
					case "status":
						v.status, err = r.Word()
					default:
						err = r.Skip()
					}
					return err
				})
				a.versions = append(a.versions, v)
				return err
			})
		default:
			err = r.Skip()
		}
		return err
	})
}
