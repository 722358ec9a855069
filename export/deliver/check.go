package deliver

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Mistake is what is wrong with a target or a server: the key it is about, as
// it is written in a file of schedules, and the text. It shows no secret.
type Mistake struct{ Field, Text string }

func (m Mistake) Error() string { return m.Field + ": " + m.Text }

// Check returns what is wrong with a target by itself. Whether its mail server
// exists is the reader's to check.
func (t Target) Check() []Mistake {
	_, k, ok := t.kind()
	if !ok {
		return []Mistake{{"deliver", "a target has one of " + strings.Join(Kinds(), ", ")}}
	}
	return k.check()
}

// keepMistakes checks the keys that folders and buckets share.
func keepMistakes(keep int, maxAge time.Duration, link string) []Mistake {
	var out []Mistake
	if keep < 0 {
		out = append(out, Mistake{"keep", fmt.Sprintf("%d is less than 0; write how many runs stay, 0 for all", keep)})
	}
	if maxAge < 0 {
		out = append(out, Mistake{"max_age", fmt.Sprintf("%s is less than 0; write for instance 2160h", maxAge)})
	}
	if link != "" {
		if u, err := url.Parse(link); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			out = append(out, Mistake{"link", "it is no URL; write for instance https://reports.example.com/weekly/"})
		}
	}
	return out
}

// referenceMistake checks a value that must be a reference. The text is a
// secret, so that it is never shown.
func referenceMistake(field, value string) []Mistake {
	if value == "" || IsReference(value) {
		return nil
	}
	return []Mistake{{field, "the secret stands in the file itself; write env:NAME or file:PATH and put it there"}}
}
