package deliver

import (
	"regexp"
	"strings"
	"time"
	"unicode"
)

// stampForm is the time in the name of a file; a colon is no character of a
// file name on Windows.
const stampForm = "2006-01-02T1504"

var nameForm = regexp.MustCompile(`^(.+)_(\d{4}-\d{2}-\d{2}T\d{4})_([^_.]+)(?:_([^.]*))?(\..+)?$`)

// FileName is the name under which a report is stored:
// stem_2026-11-20T0700_run[_part].suffix. The time is the slot's in its zone,
// part is the value of a report that was split, and suffix begins with a dot.
// Retention goes by the stem, so that each schedule needs its own.
func FileName(stem string, slot time.Time, run, part, suffix string) string {
	name := clean(stem) + "_" + slot.Format(stampForm) + "_" + strings.ReplaceAll(clean(run), "_", "-")
	if part != "" {
		name += "_" + strings.ReplaceAll(clean(part), "_", "-")
	}
	return name + suffix
}

// clean leaves letters, digits, - and _; a name may come from data.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, s)
	if s == "" {
		return "-"
	}
	return s
}

// stored is the name of a stored report, taken apart.
type stored struct {
	name, stem, stamp, run string
}

func parseName(name string) (stored, bool) {
	m := nameForm.FindStringSubmatch(name)
	if m == nil {
		return stored{}, false
	}
	return stored{name, m[1], m[2], m[3]}, true
}
