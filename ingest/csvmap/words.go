package csvmap

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// understood is the text of a field by its kind; one member is set.
type understood struct {
	number   float64
	time     time.Time
	yes      bool
	fix      schema.FixStatus
	state    schema.Status
	resource schema.ResourceKind
}

// understand reads the text of a field that is more than text. The error says
// what is wrong and what would be right.
func understand(k kind, s string, dates []string) (u understood, err error) {
	switch k {
	case text, list:
	case number:
		// A comma is the decimal point of half the world.
		u.number, err = strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		if err != nil || math.IsNaN(u.number) || math.IsInf(u.number, 0) {
			return u, fmt.Errorf("%q is no number", s)
		}
	case date:
		if u.time = parseDate(s, dates); u.time.IsZero() {
			return u, fmt.Errorf("%q fits none of the date formats; add its format to dates", s)
		}
	case boolean:
		switch strings.ToLower(s) {
		case "true", "yes", "y", "1", "x":
			u.yes = true
		case "false", "no", "n", "0":
		default:
			return u, fmt.Errorf("%q is neither true nor false; translate it with map", s)
		}
	case fix:
		for _, f := range []schema.FixStatus{schema.FixAvailable, schema.FixNone, schema.FixWont, schema.FixScheduled, schema.FixUnknown} {
			if strings.EqualFold(s, string(f)) {
				u.fix = f
				return u, nil
			}
		}
		return u, fmt.Errorf("%q is none of FixAvailable, NoFixAvailable, WontFix, Scheduled, Unknown; translate it with map", s)
	case state:
		for _, f := range []schema.Status{schema.Unhealthy, schema.Healthy, schema.NotApplicable} {
			if strings.EqualFold(s, string(f)) {
				u.state = f
				return u, nil
			}
		}
		return u, fmt.Errorf("%q is none of Unhealthy, Healthy, NotApplicable; translate it with map", s)
	case resource:
		for _, f := range []schema.ResourceKind{schema.KindImage, schema.KindHost, schema.KindFilesystem, schema.KindRepository, schema.KindOther} {
			if strings.EqualFold(s, string(f)) {
				u.resource = f
				return u, nil
			}
		}
		return u, fmt.Errorf("%q is none of image, host, filesystem, repository, other; translate it with map", s)
	default:
		return u, errors.New("the field has no kind")
	}
	return u, nil
}

// The formats of dates that are no layout.
const (
	iso    = "iso"
	unix   = "unix"
	unixMS = "unix_ms"
)

// goLayout translates a date format, as strftime has them, into a layout of
// package time. What means nothing comes back as the second result.
func goLayout(s string) (string, string) {
	if s == iso || s == unix || s == unixMS {
		return s, ""
	}
	codes := map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
		'f': "999999999", 'p': "PM", 'b': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'z': "-0700", 'Z': "MST", 'T': "15:04:05", 'F': "2006-01-02", '%': "%"}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			if s[i] >= '0' && s[i] <= '9' {
				return "", "the digit " + string(s[i])
			}
			b.WriteByte(s[i])
			continue
		}
		i++
		if i == len(s) {
			return "", "a % at its end"
		}
		code, ok := codes[s[i]]
		if !ok {
			return "", "%" + string(s[i])
		}
		b.WriteString(code)
	}
	if !strings.Contains(s, "%") {
		return "", "no % code"
	}
	return b.String(), ""
}

// parseDate reads a time in one of the formats, or, where there are none, as
// reports commonly write it.
func parseDate(s string, dates []string) time.Time {
	if len(dates) == 0 {
		return jsonread.ParseTime(s)
	}
	for _, layout := range dates {
		var t time.Time
		switch layout {
		case iso:
			t = jsonread.ParseTime(s)
		case unix, unixMS:
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				continue
			}
			if t = time.Unix(n, 0); layout == unixMS {
				t = time.UnixMilli(n)
			}
		default:
			var err error
			if t, err = time.Parse(layout, s); err != nil {
				continue
			}
		}
		if t = t.UTC(); t.Year() >= 1970 && t.Year() <= 9999 {
			return t
		}
	}
	return time.Time{}
}
