package schedule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"argosy/export"
)

// nameForm keeps what stands in the name of a file free of separators.
var nameForm = regexp.MustCompile(`^[\pL\pN][\pL\pN_-]{0,99}$`)

// output reads the keys about the file that is made.
func (r *reader) output(keys map[string]value, s *Schedule) {
	s.Name, s.Format, s.Enabled = s.Report, defaultFormat, true
	if t, ok := r.given(keys, "name"); ok {
		if s.Name = t.text; !nameForm.MatchString(t.text) {
			r.fail(t.at, "the name %q must be up to 100 letters, digits, - and _", t.text)
		}
	}
	if t, ok := r.given(keys, "format"); ok {
		s.Format = t.text
		if f, err := export.ByName(t.text); err != nil || len(f.Suffixes) == 0 {
			r.fail(t.at, "the format %q is no form of a file; use one of %s", t.text, strings.Join(fileFormats(), ", "))
		}
	}
	if t, ok := r.given(keys, "split_by"); ok {
		s.SplitBy, s.splitBy = t.text, t
	}
	if v, ok := keys["enabled"]; ok {
		s.Enabled = r.truth(v, "enabled")
	}
}

// fileFormats are the formats that files have.
func fileFormats() []string {
	var out []string
	for _, f := range export.Formats() {
		if len(f.Suffixes) > 0 {
			out = append(out, f.Name)
		}
	}
	return out
}

// handling reads the keys about what happens when things are not as they
// should be.
func (r *reader) handling(keys map[string]value, s *Schedule) {
	s.Stale = Stale(r.word(keys, "stale", string(StaleBanner), string(StaleFail)))
	s.OnEmpty = OnEmpty(r.word(keys, "on_empty", string(EmptySend), string(EmptySkip), string(EmptyNote)))
	s.CatchUp = CatchUp(r.word(keys, "catch_up", string(CatchUpLast), string(CatchUpNone), string(CatchUpAll)))
	if v, ok := keys["max_data_age"]; ok {
		s.MaxDataAge = r.duration(v, "max_data_age")
	} else if v, ok := keys["stale"]; ok {
		r.fail(v.at, "stale says nothing without max_data_age; write how old the data may be, for instance max_data_age: 24h")
	}
	s.Deadline = defaultDeadline
	if v, ok := keys["deadline"]; ok {
		s.Deadline = r.duration(v, "deadline")
	}
	s.Keep = defaultKeep
	if v, ok := keys["keep"]; ok {
		s.Keep = r.number(v, "keep", 1)
	}
	s.Retry = Retry{defaultAttempts, defaultBackoff}
	if v, ok := keys["retry"]; ok {
		retry, _ := r.mapping(v, "retry", []string{"max", "backoff"})
		if v, ok := retry["max"]; ok {
			s.Retry.Max = r.number(v, "max", 1)
		}
		if v, ok := retry["backoff"]; ok {
			s.Retry.Backoff = r.duration(v, "backoff")
		}
	}
}

// given reads text that may be left out and, when it is there, is not empty.
func (r *reader) given(keys map[string]value, key string) (text, bool) {
	v, ok := keys[key]
	if !ok {
		return text{}, false
	}
	t, ok := r.scalar(v, key)
	if ok && strings.TrimSpace(t.text) == "" {
		r.fail(t.at, "%s is empty", key)
		return text{}, false
	}
	return t, ok
}

// optional is given for those who need the text only.
func (r *reader) optional(keys map[string]value, key string) string {
	t, _ := r.given(keys, key)
	return t.text
}

// word reads one of a few words; the first holds when the key is not there.
func (r *reader) word(keys map[string]value, key string, words ...string) string {
	t, ok := r.given(keys, key)
	if !ok {
		return words[0]
	}
	if !slices.Contains(words, t.text) {
		r.fail(t.at, "%s is one of %s, not %q", key, strings.Join(words, ", "), t.text)
		return words[0]
	}
	return t.text
}

// truth reads true or false.
func (r *reader) truth(v value, key string) bool {
	t, ok := r.scalar(v, key)
	if ok && t.text != "true" && t.text != "false" {
		r.fail(t.at, "%s is true or false, not %q", key, t.text)
	}
	return t.text == "true"
}

// number reads a whole number that is not below least.
func (r *reader) number(v value, key string, least int) int {
	t, ok := r.scalar(v, key)
	if !ok {
		return least
	}
	n, err := strconv.Atoi(t.text)
	if err != nil || n < least {
		r.fail(t.at, "%s is a whole number of at least %d, not %q", key, least, t.text)
		return least
	}
	return n
}

// duration reads a length of time that is above 0.
func (r *reader) duration(v value, key string) time.Duration {
	t, ok := r.scalar(v, key)
	if !ok {
		return 0
	}
	d, err := parseDuration(t.text)
	if err != nil {
		r.fail(t.at, "%s %q is no length of time; write it like 90s, 30m, 24h or 7d", key, t.text)
	}
	return d
}

// parseDuration reads a Go duration, or a whole number of days (d) or weeks (w).
func parseDuration(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	for suffix, unit := range map[string]time.Duration{"d": day, "w": 7 * day} {
		if digits, ok := strings.CutSuffix(text, suffix); ok {
			n, err := strconv.Atoi(digits)
			if err != nil || n < 1 || n > 36500 {
				return 0, fmt.Errorf("%q is no number of days or weeks", text)
			}
			return time.Duration(n) * unit, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%q is not above 0", text)
	}
	return d, err
}

// texts reads a text or a list of texts, at least one and none empty.
func (r *reader) texts(v value, what string) []string {
	values := []value{v}
	if v.node.Type() == ast.SequenceType {
		values, _ = r.list(v, what)
	}
	if len(values) == 0 {
		r.fail(v.at, "%s is empty; write at least one", what)
	}
	var out []string
	for _, one := range values {
		t, ok := r.scalar(one, what)
		if ok && strings.TrimSpace(t.text) == "" {
			r.fail(t.at, "%s is empty", what)
			continue
		}
		if ok {
			out = append(out, t.text)
		}
	}
	return out
}
