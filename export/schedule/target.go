package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"argosy/export/deliver"
)

// targetKeys are the keys of each kind of target besides the one that names it.
func targetKeys() map[string][]string {
	return map[string][]string{
		"dir":     {"keep", "max_age", "link"},
		"smtp":    {"to", "cc", "bcc", "from", "subject", "max_mb", "over"},
		"webhook": {"style", "secret", "header", "timeout"},
		"blob":    {"prefix", "keep", "link"},
		"command": {"timeout", "env"},
	}
}

// targets reads a list of targets; a key that is not there is none.
func (r *reader) targets(keys map[string]value, key string, servers map[string]deliver.Server) []deliver.Target {
	v, ok := keys[key]
	if !ok {
		return nil
	}
	elements, ok := r.list(v, key)
	if ok && len(elements) == 0 {
		r.fail(v.at, "%s is empty; leave it out or write a target", key)
	}
	var out []deliver.Target
	var linking []place
	for _, e := range elements {
		t, ok := r.target(e, servers)
		if !ok {
			continue
		}
		if t.SMTP != nil && t.SMTP.Over == deliver.OverLink {
			linking = append(linking, e.at)
		}
		out = append(out, t)
	}
	if key == "deliver" && !slices.ContainsFunc(out, deliver.Target.Stores) {
		for _, at := range linking {
			r.fail(at, "over: link names where another target put the file, and there is no dir or blob beside it; add one, or write over: path")
		}
	}
	return out
}

// target reads one target and has it checked.
func (r *reader) target(v value, servers map[string]deliver.Server) (deliver.Target, bool) {
	var t deliver.Target
	kind, ok := r.kind(v, "a target", deliver.Kinds())
	if !ok {
		return t, false
	}
	keys, _ := r.mapping(v, "the target "+kind, append([]string{kind}, targetKeys()[kind]...))
	before := len(r.mistakes)
	switch kind {
	case "dir":
		t.Dir = &deliver.Dir{Path: r.optional(keys, kind), Keep: r.count(keys, "keep"), Link: r.optional(keys, "link")}
		if age, ok := keys["max_age"]; ok {
			t.Dir.MaxAge = r.duration(age, "max_age")
		}
	case "smtp":
		t.SMTP = r.mail(keys, servers)
	case "webhook":
		t.Webhook = &deliver.Webhook{URL: r.optional(keys, kind), Style: r.optional(keys, "style"), Secret: r.optional(keys, "secret"), Header: r.strings(keys, "header")}
		if timeout, ok := keys["timeout"]; ok {
			t.Webhook.Timeout = r.duration(timeout, "timeout")
		}
	case "blob":
		t.Blob = &deliver.Blob{URL: r.optional(keys, kind), Prefix: r.optional(keys, "prefix"), Keep: r.count(keys, "keep"), Link: r.optional(keys, "link")}
	case "command":
		t.Command = &deliver.Command{Argv: r.texts(keys[kind], "command"), Env: r.strings(keys, "env")}
		if timeout, ok := keys["timeout"]; ok {
			t.Command.Timeout = r.duration(timeout, "timeout")
		}
	}
	// What could not be read is told already, and would be told again as empty.
	if len(r.mistakes) == before {
		r.checked(t.Check(), v, keys)
	}
	return t, true
}

// mail reads a target of the kind smtp.
func (r *reader) mail(keys map[string]value, servers map[string]deliver.Server) *deliver.SMTP {
	m := &deliver.SMTP{From: r.optional(keys, "from"), Subject: r.optional(keys, "subject"), Over: r.optional(keys, "over")}
	if t, ok := r.given(keys, "smtp"); ok {
		m.Server = t.text
		if _, known := servers[t.text]; !known {
			r.fail(t.at, "there is no mail server %q; write it below smtp at the top of the file", t.text)
		}
	}
	for _, list := range []struct {
		key string
		to  *[]string
	}{{"to", &m.To}, {"cc", &m.Cc}, {"bcc", &m.Bcc}} {
		if v, ok := keys[list.key]; ok {
			*list.to = r.texts(v, list.key)
		}
	}
	if t, ok := r.given(keys, "max_mb"); ok {
		n, err := strconv.ParseFloat(t.text, 64)
		if err != nil || n <= 0 {
			r.fail(t.at, "max_mb is a number above 0, not %q", t.text)
		}
		m.MaxMB = n
	}
	return m
}

// servers reads the mail servers by name.
func (r *reader) servers(v value, into map[string]deliver.Server) {
	entries, _ := r.entries(v, "smtp")
	for _, e := range entries {
		name, at := e.Key.GetToken().Value, where(e.Key)
		server := value{at, e.Value}
		before := len(r.mistakes)
		keys, _ := r.mapping(server, fmt.Sprintf("the mail server %q", name), []string{"host", "port", "tls", "user", "password", "auth", "from", "ca", "timeout"})
		s := deliver.Server{Host: r.optional(keys, "host"), TLS: r.optional(keys, "tls"), User: r.optional(keys, "user"), Password: r.optional(keys, "password"),
			Auth: r.optional(keys, "auth"), From: r.optional(keys, "from"), CA: r.optional(keys, "ca"), Port: r.count(keys, "port")}
		if timeout, ok := keys["timeout"]; ok {
			s.Timeout = r.duration(timeout, "timeout")
		}
		if len(r.mistakes) == before {
			r.checked(s.Check(), server, keys)
		}
		into[name] = s
	}
}

// checked tells the mistakes that delivery finds, each at its key.
func (r *reader) checked(mistakes []deliver.Mistake, around value, keys map[string]value) {
	for _, m := range mistakes {
		at := around.at
		if v, ok := keys[m.Field]; ok {
			at = v.spot()
		}
		r.fail(at, "%s: %s", m.Field, m.Text)
	}
}

// count reads a whole number that may be left out; 0 then.
func (r *reader) count(keys map[string]value, key string) int {
	v, ok := keys[key]
	if !ok {
		return 0
	}
	return r.number(v, key, 1)
}

// strings reads names and values; nil when they are not there.
func (r *reader) strings(keys map[string]value, key string) map[string]string {
	v, ok := keys[key]
	if !ok {
		return nil
	}
	out := map[string]string{}
	entries, _ := r.entries(v, key)
	for _, e := range entries {
		name := e.Key.GetToken().Value
		if t, ok := r.scalar(value{where(e.Key), e.Value}, fmt.Sprintf("%s %q", key, name)); ok {
			out[name] = t.text
		}
	}
	return out
}

// apart makes sure that no schedule removes the files of another: a folder that
// keeps a number of runs tells them by the beginning of their names.
func (r *reader) apart(list []Schedule) {
	type place struct{ where, name string }
	first := map[place]string{}
	for _, s := range list {
		var seen []place
		for _, t := range s.Deliver {
			var where string
			switch {
			case t.Dir != nil && (t.Dir.Keep > 0 || t.Dir.MaxAge > 0), t.Blob != nil && t.Blob.Keep > 0:
				where = t.Describe()
			default:
				continue
			}
			p := place{where, strings.ToLower(s.Name)}
			if other, taken := first[p]; taken && !slices.Contains(seen, p) {
				r.fail(s.place, "%s and %s keep files called %s in the same place (%s) and would remove each other's; give one of them a name of its own with name:", other, s.ID, s.Name, where)
			}
			seen = append(seen, p)
		}
		for _, p := range seen {
			first[p] = s.ID
		}
	}
}
