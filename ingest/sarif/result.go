package sarif

import (
	"fmt"
	"strings"

	"argosy/ingest/jsonread"
	"argosy/ingest/purl"
)

// result is one result as it is read.
type result struct {
	ruleID       string
	index        int
	level, kind  string
	baseline     string
	text         string
	messageID    string
	arguments    []string
	paths        []string
	logical      []string // fully qualified names
	analysed     string   // analysisTarget
	props        bag
	suppressions []byte
	suppressed   bool
	reason       string
	fingerprints []byte
	cwes         []string
}

func (s *result) read(r *jsonread.Reader, u *run) error {
	s.index = -1
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "ruleId":
			s.ruleID, err = r.Word()
		case "ruleIndex":
			s.index, err = readIndex(r)
		case "rule":
			err = s.readRule(r)
		case "level":
			s.level, err = r.Word()
		case "kind":
			s.kind, err = r.Word()
		case "baselineState":
			s.baseline, err = r.Word()
		case "message":
			err = s.readMessage(r)
		case "locations":
			err = r.Elements(func(int) error { return s.readLocation(r, u) })
		case "analysisTarget":
			s.analysed, err = readAddress(r, u)
		case "properties":
			err = s.props.read(r, u.rules.inner())
		case "suppressions":
			if r.Kind() != '[' {
				return r.Skip()
			}
			if s.suppressions, err = r.Raw(); err == nil {
				err = s.readSuppressions()
			}
		case "partialFingerprints", "fingerprints":
			if s.fingerprints == nil && r.Kind() == '{' {
				s.fingerprints, err = r.Raw()
				return err
			}
			err = r.Skip()
		case "taxa":
			err = r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) != "id" {
						return r.Skip()
					}
					id, err := r.Word()
					if id = cwe(id); id != "" {
						s.cwes = append(s.cwes, id)
					}
					return err
				})
			})
		default:
			err = r.Skip()
		}
		return err
	})
}

// readIndex reads an index, -1 for none.
func readIndex(r *jsonread.Reader) (int, error) {
	if k := r.Kind(); k == '{' || k == '[' {
		return -1, r.Skip()
	}
	f, ok, err := r.Number()
	if !ok || f < 0 || f > 1<<30 {
		return -1, err
	}
	return int(f), err
}

func (s *result) readRule(r *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			var id string
			if id, err = r.Word(); s.ruleID == "" {
				s.ruleID = id
			}
		case "index":
			var i int
			if i, err = readIndex(r); s.index < 0 {
				s.index = i
			}
		default:
			err = r.Skip()
		}
		return err
	})
}

func (s *result) readMessage(r *jsonread.Reader) error {
	if r.Kind() == '"' {
		var err error
		s.text, err = r.Word()
		return err
	}
	markdown := ""
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "text":
			s.text, err = r.Word()
		case "markdown":
			markdown, err = r.Word()
		case "id":
			s.messageID, err = r.Word()
		case "arguments":
			s.arguments, err = r.Words()
		default:
			err = r.Skip()
		}
		return err
	})
	if s.text == "" {
		s.text = markdown
	}
	return err
}

// message is the text of the result; one that is only referred to stands in
// the rule, with {0}, {1} for its arguments (SARIF 3.11).
func (s *result) message(u *rule) string {
	if s.text != "" || s.messageID == "" {
		return s.text
	}
	text := u.messages[s.messageID]
	for i, a := range s.arguments {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i), a)
	}
	return text
}

func (s *result) readLocation(r *jsonread.Reader, u *run) error {
	return r.Members(func(key []byte) error {
		switch string(key) {
		case "physicalLocation":
			return r.Members(func(key []byte) error {
				if string(key) != "artifactLocation" {
					return r.Skip()
				}
				path, err := readAddress(r, u)
				if path != "" {
					s.paths = append(s.paths, path)
				}
				return err
			})
		case "logicalLocations":
			return r.Elements(func(int) error {
				return r.Members(func(key []byte) error {
					if string(key) != "fullyQualifiedName" {
						return r.Skip()
					}
					name, err := r.Word()
					if name != "" {
						s.logical = append(s.logical, name)
					}
					return err
				})
			})
		}
		return r.Skip()
	})
}

// readAddress reads an artifactLocation: an address, or the index of an
// artifact of the run.
func readAddress(r *jsonread.Reader, u *run) (string, error) {
	uri, index := "", -1
	err := r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "uri":
			uri, err = r.Word()
		case "index":
			index, err = readIndex(r)
		default:
			err = r.Skip()
		}
		return err
	})
	if uri == "" && index >= 0 && index < len(u.files) {
		uri = u.files[index]
	}
	return unescape(uri), err
}

// unescape undoes the percent signs of an address and takes off its scheme
// where it is that of files.
func unescape(uri string) string {
	if rest, ok := strings.CutPrefix(uri, "file://"); ok {
		uri = "/" + strings.TrimLeft(rest, "/")
	}
	return purl.Unescape(uri)
}

// readSuppressions applies the rule of SARIF 3.27.23: a result is suppressed
// when it has suppressions and none of them is under review or rejected.
func (s *result) readSuppressions() error {
	r := jsonread.New(strings.NewReader(string(s.suppressions)))
	open, reasons := false, []string(nil)
	err := r.Array(func(int) error {
		var kind, status, state, justification string
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "kind":
				kind, err = r.Word()
			case "status":
				status, err = r.Word()
			case "state":
				state, err = r.Word()
			case "justification":
				justification, err = r.Word()
			default:
				err = r.Skip()
			}
			return err
		})
		if status == "" {
			status = state
		}
		if status == "underReview" || status == "rejected" {
			open = true
		}
		reason := strings.TrimSpace("suppressed " + map[string]string{"inSource": "in the source", "external": "by the tool"}[kind])
		if justification != "" {
			reason += ": " + justification
		}
		reasons = append(reasons, reason)
		return err
	})
	s.suppressed, s.reason = len(reasons) > 0 && !open, strings.Join(reasons, "; ")
	return err
}

// readArtifacts notes the artifacts of a run, and an image among them.
func (u *run) readArtifacts(r *jsonread.Reader) error {
	return r.Elements(func(int) error {
		var uri, mime, digest string
		analysed := false
		err := r.Members(func(key []byte) (err error) {
			switch string(key) {
			case "location":
				uri, err = readAddress(r, u)
			case "mimeType":
				mime, err = r.Word()
			case "roles":
				var roles []string
				roles, err = r.Words()
				for _, role := range roles {
					analysed = analysed || role == "analysisTarget"
				}
			case "hashes":
				err = r.Members(func(key []byte) (err error) {
					if string(key) == "sha-256" || string(key) == "sha256" {
						digest, err = r.Word()
						return err
					}
					return r.Skip()
				})
			default:
				err = r.Skip()
			}
			return err
		})
		u.files = append(u.files, uri)
		u.target.artifact(uri, mime, digest, analysed)
		return err
	})
}
