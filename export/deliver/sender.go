package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"
)

// Options of a Sender.
type Options struct {
	// Base is the folder that relative paths start from: that of the file of
	// schedules.
	Base string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Agent names the program in mails and requests; argosy when empty.
	Agent string
}

// Sender delivers messages. It may be used by several goroutines at once.
type Sender struct {
	servers map[string]Server
	secrets Secrets
	opt     Options
	open    openBucket
	grace   time.Duration // of commands
}

// New makes a Sender for mail servers by name. secrets is asked at the moment
// of each delivery, so that a changed secret needs no restart.
func New(servers map[string]Server, secrets Secrets, opt Options) *Sender {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	opt.Agent = cmp.Or(opt.Agent, "argosy")
	return &Sender{servers: servers, secrets: secrets, opt: opt, open: blob.OpenBucket, grace: commandGrace}
}

// Deliver takes a message to a target. An error that errors.Is(err,
// ErrPermanent) will come again; any other is worth another attempt, after the
// time of RetryAfter. A receipt with a Reference beside an error means that a
// part arrived: a mail that some of its recipients got. Errors are *Error.
func (s *Sender) Deliver(ctx context.Context, t Target, m Message) (Receipt, error) {
	j := &job{Context: ctx, s: s, t: t, m: m}
	k, err := j.begin()
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := k.deliver(j)
	receipt.Reference, receipt.Note = j.redact(receipt.Reference), j.redact(receipt.Note)
	if err != nil {
		return receipt, j.failure(err)
	}
	return receipt, nil
}

// Preview writes what Deliver would send: the mail with its headers, the JSON,
// the path. It sends nothing, writes no file and shows no secret.
func (s *Sender) Preview(w io.Writer, t Target, m Message) error {
	var text strings.Builder
	j := &job{Context: context.Background(), s: s, t: t, m: m, w: &text}
	k, err := j.begin()
	if err != nil {
		return err
	}
	if err := k.preview(j); err != nil {
		return j.failure(err)
	}
	_, err = io.WriteString(w, j.redact(text.String()))
	return err
}

// Places says where the artifacts of a message lie once it was delivered to a
// target; none for targets that keep nothing. Give them to the mails of the
// run as Message.Places.
func (s *Sender) Places(t Target, m Message) []Place {
	var at func(name string) string
	switch {
	case t.Dir != nil:
		at = func(name string) string { return t.Dir.at(s.path(t.Dir.Path), name) }
	case t.Blob != nil && !IsReference(t.Blob.URL):
		at = t.Blob.at
	default:
		return nil
	}
	var out []Place
	for _, a := range m.Artifacts {
		out = append(out, Place{a.Name, at(a.Name)})
	}
	return out
}

// path is a path of the configuration, from the folder that it is relative to.
func (s *Sender) path(p string) string {
	if filepath.IsAbs(p) || s.opt.Base == "" {
		return filepath.Clean(p)
	}
	return filepath.Join(s.opt.Base, p)
}

// job is one delivery or preview.
type job struct {
	context.Context
	s *Sender
	t Target
	m Message
	w io.Writer // of a preview
	// known are the secrets that were read.
	known []string
}

// begin checks what is to be delivered where.
func (j *job) begin() (target, error) {
	_, k, ok := j.t.kind()
	if mistakes := j.t.Check(); len(mistakes) > 0 {
		texts := make([]string, len(mistakes))
		for i, m := range mistakes {
			texts[i] = m.Error()
		}
		err := permanent("%s", strings.Join(texts, "; "))
		if !ok {
			return nil, err
		}
		return nil, j.failure(err)
	}
	switch {
	case j.m.RunID == "":
		return nil, j.failure(permanent("the message has no run id"))
	case !slices.Contains(States(), j.m.State):
		return nil, j.failure(permanent("%q is no state of a message; the states are %s", j.m.State, strings.Join(States(), ", ")))
	}
	for _, a := range j.m.Artifacts {
		if a.Name == "" || a.Name != filepath.Base(a.Name) || strings.ContainsAny(a.Name, "/\\\r\n\x00") {
			return nil, j.failure(permanent("%q is no name of a file", a.Name))
		}
	}
	return k, nil
}

// secret reads a reference and remembers the value, so that it can be kept out
// of every text.
func (j *job) secret(ref string) (string, error) {
	value, err := j.s.secrets(ref)
	if err != nil {
		return "", permanent("%v", err)
	}
	j.known = append(j.known, value)
	return value, nil
}

// text reads what may be a reference or stand there itself.
func (j *job) text(s string) (string, error) {
	if IsReference(s) {
		return j.secret(s)
	}
	return s, nil
}

// redacted stands where a secret stood.
const redacted = "[secret]"

// redact is the last guard: another program's answer may repeat what it was
// sent.
func (j *job) redact(text string) string {
	for _, s := range j.known {
		const tooShort = 3 // would tear words apart and is no secret
		if len(s) >= tooShort {
			text = strings.ReplaceAll(text, s, redacted)
		}
	}
	return text
}

// failure names the target before an error and takes out what must not be
// shown.
func (j *job) failure(err error) error {
	out := &Error{}
	var e *Error
	if errors.As(err, &e) {
		*out = *e
	} else {
		out.Text = err.Error()
	}
	for _, end := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, end) {
			out.cause = end
		}
	}
	out.Text = j.redact(fmt.Sprintf("delivering to %s: %s", j.t.Describe(), out.Text))
	for i, r := range out.Refused {
		out.Refused[i].Reason = j.redact(r.Reason)
	}
	return out
}
