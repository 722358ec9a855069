package deliver

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

// Target is one place where a report goes. Exactly one of the kinds is set.
type Target struct {
	Dir     *Dir     `json:",omitempty"`
	SMTP    *SMTP    `json:",omitempty"`
	Webhook *Webhook `json:",omitempty"`
	Blob    *Blob    `json:",omitempty"`
	Command *Command `json:",omitempty"`
}

// Kinds are the kinds of target, by the key that names them in a file of
// schedules.
func Kinds() []string { return []string{"dir", "smtp", "webhook", "blob", "command"} }

// Dir is a folder. It is made when it is missing.
type Dir struct {
	// Path may be relative to the folder that Options.Base names.
	Path string
	// Keep is how many runs of a report stay, the newest ones; 0 is all.
	Keep int
	// MaxAge is how old a report gets, by the time in its name; 0 is no limit.
	MaxAge time.Duration
	// Link is the URL under which a web server shows the folder; mails and
	// webhooks name it instead of the path. May be empty.
	Link string
}

// SMTP is a mail.
type SMTP struct {
	// Server is the name of one of the servers given to New.
	Server      string
	To, Cc, Bcc []string
	// From is the sender; the server's own when empty.
	From string
	// Subject is the whole subject; when empty it is made of the title, the
	// slot and the state. {title}, {schedule}, {report}, {state} and {date}
	// stand for those.
	Subject string
	// MaxMB bounds the mail as it is sent, attachments encoded, in millions of
	// bytes; DefaultMaxMB when 0.
	MaxMB float64
	// Over says what becomes of an attachment beyond MaxMB: OverLink (when
	// empty), OverPath or OverFail.
	Over string
}

// DefaultMaxMB is the size of a mail that nearly every server takes.
const DefaultMaxMB = 10

// What becomes of an attachment that makes a mail too large.
const (
	OverLink = "link" // the mail names where another target of the run put it
	OverPath = "path" // the mail names the file that the run keeps
	OverFail = "fail" // the delivery fails
)

// Webhook is a POST request with JSON.
type Webhook struct {
	// URL may be a reference; it must be one where the address is a secret.
	URL string
	// Style is StyleJSON (when empty), StyleTeams or StyleSlack.
	Style string
	// Secret is a reference to the key that signs the body; may be empty.
	Secret string
	// Header are further headers; values may be references, and those that
	// carry credentials must be.
	Header map[string]string
	// Timeout bounds one request; 30 s when 0.
	Timeout time.Duration
}

// What a webhook is sent.
const (
	StyleJSON  = "json"  // argosy's own document, see WebhookBody
	StyleTeams = "teams" // an Adaptive Card in the envelope of Teams Workflows
	StyleSlack = "slack" // blocks
)

// Blob is a bucket of object storage.
type Blob struct {
	// URL is s3://BUCKET, azblob://CONTAINER, gs://BUCKET or file:///FOLDER with
	// the options of gocloud.dev/blob; may be a reference.
	URL string
	// Prefix stands before the name of each object; a folder ends with /.
	Prefix string
	// Keep is as in Dir.
	Keep int
	// Link is as in Dir.
	Link string
}

// Command is a program that is given the paths of the artifacts.
type Command struct {
	// Argv is the program and its arguments; no shell reads them.
	Argv []string
	// Timeout bounds it; 5 minutes when 0.
	Timeout time.Duration
	// Env are further variables; values may be references.
	Env map[string]string
}

// Server is a mail server.
type Server struct {
	Host string
	// Port is 587 for STARTTLS, 465 for implicit TLS and 25 for none when 0.
	Port int
	// TLS is TLSStart (when empty), TLSImplicit or TLSNone.
	TLS string
	// User may be a reference. Password must be one.
	User, Password string
	// Auth is the mechanism; when empty the strongest that the server offers.
	Auth string
	// From is the sender of mails that name none.
	From string
	// CA is a PEM file with certificates to trust besides the system's.
	CA string
	// Timeout bounds one mail from the connection to the last answer; 2 minutes
	// when 0.
	Timeout time.Duration
}

// How a connection to a mail server is encrypted.
const (
	TLSStart    = "starttls" // STARTTLS, and an error where the server has none
	TLSImplicit = "implicit"
	TLSNone     = "none"
)

// target is what each kind does.
type target interface {
	describe() string
	check() []Mistake
	deliver(*job) (Receipt, error)
	preview(*job) error
}

// kind returns the one kind that is set with its name, and false when there is
// none or more than one.
func (t Target) kind() (string, target, bool) {
	var name string
	var one target
	n := 0
	for i, k := range []struct {
		set bool
		target
	}{{t.Dir != nil, t.Dir}, {t.SMTP != nil, t.SMTP}, {t.Webhook != nil, t.Webhook}, {t.Blob != nil, t.Blob}, {t.Command != nil, t.Command}} {
		if k.set {
			name, one = Kinds()[i], k.target
			n++
		}
	}
	return name, one, n == 1
}

// Kind is the key of the target's kind, one of Kinds; empty when none or more
// than one is set.
func (t Target) Kind() string {
	name, _, ok := t.kind()
	if !ok {
		return ""
	}
	return name
}

// Describe says where a target leads, for tables and logs. It never has a
// secret in it.
func (t Target) Describe() string {
	_, k, ok := t.kind()
	if !ok {
		return "no target"
	}
	return k.describe()
}

// Stores says whether a target puts the files where others can be told of: a
// folder or a bucket.
func (t Target) Stores() bool { return t.Dir != nil || t.Blob != nil }

// identity is short, and the same for the same target.
func (t Target) identity() string {
	text, err := json.Marshal(t)
	if err != nil { // a Target is made of text and numbers
		panic(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

func (d *Dir) describe() string { return "folder " + filepath.ToSlash(filepath.Clean(d.Path)) }

func (s *SMTP) describe() string {
	to := append(append(append([]string{}, s.To...), s.Cc...), s.Bcc...)
	const shown = 3
	more := ""
	if len(to) > shown {
		more = fmt.Sprintf(" and %d more", len(to)-shown)
		to = to[:shown]
	}
	return "mail by " + s.Server + " to " + strings.Join(to, ", ") + more
}

func (w *Webhook) describe() string {
	style := w.Style
	if style == "" {
		style = StyleJSON
	}
	return "webhook " + style + " " + place(w.URL)
}

func (b *Blob) describe() string {
	if IsReference(b.URL) {
		return "object storage " + b.URL
	}
	u, err := url.Parse(b.URL)
	if err != nil {
		return "object storage"
	}
	return "object storage " + u.Scheme + "://" + u.Host + strings.TrimSuffix(u.Path, "/") + "/" + strings.TrimPrefix(b.Prefix, "/")
}

func (c *Command) describe() string {
	if len(c.Argv) == 0 {
		return "command"
	}
	return "command " + filepath.Base(c.Argv[0])
}

// place is what may be shown of a URL that may be a secret: the reference, or
// the host.
func place(text string) string {
	if IsReference(text) {
		return text
	}
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		return u.Host
	}
	return "(address not shown)"
}
