package sarif

import (
	"strconv"
	"strings"

	"argosy/ingest/jsonread"
)

// rules are the rules of a run: those of the tool's driver by position, all of
// them by id.
type rules struct {
	list []*rule
	byID map[string]*rule
	bags *jsonread.Reader
}

// inner returns the reader of property bags.
func (s *rules) inner() *jsonread.Reader {
	if s.bags == nil {
		s.bags = jsonread.New(strings.NewReader(""))
	}
	return s.bags
}

// rule is a reportingDescriptor.
type rule struct {
	id, name                string
	short, full             string
	help, markdown, helpURI string
	level                   string
	other                   []string // deprecatedIds
	cwes                    []string
	messages                map[string]string
	props                   bag
	// What follows is taken from the texts and properties by settle, after
	// which catalogue needs them once more and then no longer.
	settled, told    bool
	vulnerability    string
	said             *details
	alias, purls     []string
	cvss3, cvss2, gh float64 // gh is security-severity
}

// settle takes what results need from the texts and properties.
func (u *rule) settle(t tool) {
	if u.settled {
		return
	}
	u.settled = true
	u.vulnerability = findID(u.id)
	u.said = u.details(t)
	u.alias = u.aliases(t)
	u.purls = u.props.lists["purls"]
	u.cvss3 = u.props.number(cvss3Names[:]...)
	u.cvss2 = u.props.number("cvssv2_score", "cvssv2_basescore")
	u.gh = u.props.number("security-severity")
}

// forget drops the texts once the catalogue has them.
func (u *rule) forget() {
	u.told = true
	u.short, u.full, u.help, u.markdown, u.helpURI = "", "", "", "", ""
	u.props, u.other, u.cwes = bag{}, nil, nil
}

// aliases are the CVEs that the rule's id is another name of.
func (u *rule) aliases(t tool) []string {
	out := append([]string(nil), u.other...)
	if m := snykSentence.FindStringSubmatch(strings.TrimSpace(u.full)); m != nil && m[1] != "" && t.is("snyk") {
		out = append(out, findIDs(m[1])...)
	}
	return append(out, u.props.lists["aliases"]...)
}

func (s *rules) read(r *jsonread.Reader, driver bool, each func(*rule) error) error {
	if s.byID == nil {
		s.byID = map[string]*rule{}
	}
	return r.Elements(func(int) error {
		u := &rule{}
		if err := u.read(r, s.inner()); err != nil {
			return err
		}
		if err := each(u); err != nil {
			return err
		}
		if _, seen := s.byID[u.id]; !seen {
			s.byID[u.id] = u
		}
		if driver {
			s.list = append(s.list, u)
		}
		return nil
	})
}

// find returns the rule of a result. The id counts before the index, which
// some writers fill with something else; an id may have a part of its own after
// the rule's ("CA1000/1", SARIF 3.27.5).
func (s *rules) find(id string, index int) *rule {
	if id == "" {
		if index >= 0 && index < len(s.list) {
			return s.list[index]
		}
		return &rule{}
	}
	if index >= 0 && index < len(s.list) && s.list[index].id == id {
		return s.list[index]
	}
	for whole := id; ; {
		if u := s.byID[whole]; u != nil {
			return u
		}
		i := strings.LastIndexByte(whole, '/')
		if i < 0 {
			return &rule{id: id}
		}
		whole = whole[:i]
	}
}

func (u *rule) read(r, bags *jsonread.Reader) error {
	return r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			u.id, err = r.Word()
		case "name":
			u.name, err = r.Word()
		case "shortDescription":
			u.short, _, err = readMessage(r)
		case "fullDescription":
			u.full, _, err = readMessage(r)
		case "help":
			u.help, u.markdown, err = readMessage(r)
		case "helpUri":
			u.helpURI, err = r.Word()
		case "deprecatedIds":
			u.other, err = r.Words()
		case "defaultConfiguration":
			err = r.Members(func(key []byte) (err error) {
				if string(key) == "level" {
					u.level, err = r.Word()
					return err
				}
				return r.Skip()
			})
		case "messageStrings":
			u.messages = map[string]string{}
			err = r.Members(func(key []byte) (err error) {
				id := string(key)
				u.messages[id], _, err = readMessage(r)
				return err
			})
		case "relationships":
			err = u.readRelationships(r)
		case "properties":
			err = u.props.read(r, bags)
		default:
			err = r.Skip()
		}
		return err
	})
}

// readRelationships takes the weaknesses of the CWE taxonomy.
func (u *rule) readRelationships(r *jsonread.Reader) error {
	return r.Elements(func(int) error {
		return r.Members(func(key []byte) error {
			if string(key) != "target" {
				return r.Skip()
			}
			return r.Members(func(key []byte) error {
				if string(key) != "id" {
					return r.Skip()
				}
				id, err := r.Word()
				u.addCWE(id)
				return err
			})
		})
	})
}

func (u *rule) addCWE(s string) {
	if id := cwe(s); id != "" {
		for _, have := range u.cwes {
			if have == id {
				return
			}
		}
		u.cwes = append(u.cwes, id)
	}
}

// cwe reads CWE-79, cwe-079 and external/cwe/cwe-079.
func cwe(s string) string {
	s = s[strings.LastIndexByte(s, '/')+1:]
	if len(s) < 5 || !strings.EqualFold(s[:4], "CWE-") {
		return ""
	}
	n, err := strconv.Atoi(s[4:])
	if err != nil {
		return ""
	}
	return "CWE-" + strconv.Itoa(n)
}

// readMessage reads a message or multiformatMessageString.
func readMessage(r *jsonread.Reader) (text, markdown string, err error) {
	if r.Kind() == '"' {
		text, err = r.Word()
		return text, "", err
	}
	err = r.Members(func(key []byte) (err error) {
		switch string(key) {
		case "text":
			text, err = r.Word()
		case "markdown":
			markdown, err = r.Word()
		default:
			err = r.Skip()
		}
		return err
	})
	if text == "" {
		text = markdown
	}
	return text, markdown, err
}

// bag is a property bag: its scalars and lists of scalars by name in lower
// case, and the whole as it stands.
type bag struct {
	words map[string]string
	lists map[string][]string
	raw   []byte
}

func (b *bag) read(r, in *jsonread.Reader) error {
	if r.Kind() != '{' {
		return r.Skip()
	}
	raw, err := r.View()
	if err != nil {
		return err
	}
	b.raw = append([]byte(nil), raw...)
	b.words, b.lists = map[string]string{}, map[string][]string{}
	in.ResetBytes(b.raw)
	return in.Members(func(key []byte) error {
		name := strings.ToLower(string(key))
		if in.Kind() == '[' {
			list, err := in.Words()
			b.lists[name] = list
			return err
		}
		word, err := in.Word()
		if word != "" {
			b.words[name] = word
		}
		return err
	})
}

// word returns the first of the members that has a value; a list stands for
// its first element.
func (b *bag) word(names ...string) string {
	for _, n := range names {
		if w := b.words[n]; w != "" {
			return w
		}
		if l := b.lists[n]; len(l) > 0 {
			return l[0]
		}
	}
	return ""
}

// number returns the first of the members that is a number above zero.
func (b *bag) number(names ...string) float64 {
	for _, n := range names {
		if f, err := strconv.ParseFloat(b.words[n], 64); err == nil && f > 0 && f <= 10 {
			return f
		}
	}
	return 0
}
