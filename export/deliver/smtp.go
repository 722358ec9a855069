package deliver

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
)

// mechanisms are what a server may offer, the best first. CRAM-MD5 comes last
// where the connection is encrypted: servers offer it without being able to
// check it, because it needs the password in clear.
func mechanisms(encrypted bool) []string {
	if encrypted {
		return []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5"}
	}
	return []string{"SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"}
}

// xoauth2 needs a token in place of the password, so that it is used only where
// the configuration names it.
const xoauth2 = "XOAUTH2"

// Mechanisms are the values of Server.Auth.
func Mechanisms() []string {
	var out []string
	for _, m := range append(mechanisms(true), xoauth2) {
		out = append(out, strings.ToLower(m))
	}
	return out
}

// Check returns what is wrong with a server by itself.
func (s Server) Check() []Mistake {
	var out []Mistake
	add := func(field, format string, args ...any) {
		out = append(out, Mistake{field, fmt.Sprintf(format, args...)})
	}
	if s.Host == "" || strings.ContainsAny(s.Host, " /@\r\n") {
		add("host", "%q is no name of a host; write for instance mail.example.com", s.Host)
	}
	if s.Port < 0 || s.Port > 65535 {
		add("port", "%d is no port; leave it out for 587 (starttls), 465 (implicit) or 25 (none)", s.Port)
	}
	if !slices.Contains([]string{"", TLSStart, TLSImplicit, TLSNone}, s.TLS) {
		add("tls", "%q is not known; write %s, %s or %s", s.TLS, TLSStart, TLSImplicit, TLSNone)
	}
	if s.Auth != "" && !slices.Contains(Mechanisms(), strings.ToLower(s.Auth)) {
		add("auth", "%q is not known; leave it out, or write one of %s", s.Auth, strings.Join(Mechanisms(), ", "))
	}
	out = append(out, referenceMistake("password", s.Password)...)
	switch {
	case s.User != "" && s.Password == "":
		add("password", "there is a user and no password; write password: env:NAME")
	case s.User == "" && s.Password != "":
		add("user", "there is a password and no user; write user: NAME or user: env:NAME")
	}
	if s.From != "" {
		out = append(out, addressMistakes("from", s.From)...)
	}
	if s.Timeout < 0 {
		add("timeout", "%s is less than 0; write for instance 2m", s.Timeout)
	}
	return out
}

func (s *SMTP) check() []Mistake {
	var out []Mistake
	if s.Server == "" {
		out = append(out, Mistake{"smtp", "name one of the servers under the key smtp of the file"})
	}
	if len(s.To)+len(s.Cc)+len(s.Bcc) == 0 {
		out = append(out, Mistake{"to", "nobody gets the mail; write to: [name@example.com]"})
	}
	out = append(out, addressMistakes("to", s.To...)...)
	out = append(out, addressMistakes("cc", s.Cc...)...)
	out = append(out, addressMistakes("bcc", s.Bcc...)...)
	if s.From != "" {
		out = append(out, addressMistakes("from", s.From)...)
	}
	if strings.ContainsAny(s.Subject, "\r\n") {
		out = append(out, Mistake{"subject", "it has more than one line"})
	}
	if s.MaxMB < 0 {
		out = append(out, Mistake{"max_mb", fmt.Sprintf("%g is less than 0; write for instance %d", s.MaxMB, DefaultMaxMB)})
	}
	if !slices.Contains([]string{"", OverLink, OverPath, OverFail}, s.Over) {
		out = append(out, Mistake{"over", fmt.Sprintf("%q is not known; write %s, %s or %s", s.Over, OverLink, OverPath, OverFail)})
	}
	return out
}

func addressMistakes(field string, addresses ...string) []Mistake {
	var out []Mistake
	for _, a := range addresses {
		if _, err := mail.ParseAddress(a); err != nil || strings.ContainsAny(a, "\r\n") {
			out = append(out, Mistake{field, fmt.Sprintf("%q is no mail address; write for instance team@example.com", a)})
		}
	}
	return out
}

// recipients are the addresses of the envelope, each once.
func (s *SMTP) recipients() []string {
	var out []string
	for _, text := range slices.Concat(s.To, s.Cc, s.Bcc) {
		if a, err := mail.ParseAddress(text); err == nil && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, a.Address) }) {
			out = append(out, a.Address)
		}
	}
	return out
}

// server finds the server and the sender of the mail.
func (s *SMTP) server(j *job) (Server, *mail.Address, error) {
	server, ok := j.s.servers[s.Server]
	if !ok {
		return server, nil, permanent("there is no mail server %q; add it under the key smtp of the file", s.Server)
	}
	if mistakes := server.Check(); len(mistakes) > 0 {
		return server, nil, permanent("the mail server %q: %s", s.Server, mistakes[0].Error())
	}
	text := cmp.Or(s.From, server.From)
	if text == "" {
		return server, nil, permanent("the mail has no sender; write from: name@example.com at the server %q or at the target", s.Server)
	}
	from, err := mail.ParseAddress(text)
	if err != nil {
		return server, nil, permanent("%q is no mail address", text)
	}
	return server, from, nil
}

func (s *SMTP) deliver(j *job) (Receipt, error) {
	server, from, err := s.server(j)
	if err != nil {
		return Receipt{}, err
	}
	limit := int64(cmp.Or(s.MaxMB, DefaultMaxMB) * 1e6)
	l, err := s.compose(j, from, limit)
	if err != nil {
		return Receipt{}, err
	}
	refused, err := s.send(j, server, from.Address, l)
	var large *tooLarge
	if errors.As(err, &large) {
		// The server takes less than the configuration says.
		if s.Over == OverFail || len(l.attached) == 0 {
			return Receipt{}, permanent("%s; set max_mb to what the server takes", large.Error())
		}
		if l, err = s.compose(j, from, min(limit, large.limit)); err != nil {
			return Receipt{}, err
		}
		if refused, err = s.send(j, server, from.Address, l); errors.As(err, &large) {
			return Receipt{}, permanent("%s, also without attachments", large.Error())
		}
	}
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Reference: l.id, Note: strings.Join(l.notes, "; "), Bytes: int64(len(l.bytes))}
	if len(refused) > 0 {
		return r, &Error{
			Text: fmt.Sprintf("%s took the mail for %d of %d recipients; it refused %s; correct the addresses",
				server.Host, len(s.recipients())-len(refused), len(s.recipients()), refusals(refused)),
			Permanent: true, Refused: refused,
		}
	}
	return r, nil
}

// refusals writes who was refused and why.
func refusals(refused []Refusal) string {
	texts := make([]string, len(refused))
	for i, r := range refused {
		texts[i] = r.Recipient + " (" + r.Reason + ")"
	}
	return strings.Join(texts, ", ")
}

func (s *SMTP) preview(j *job) error {
	server, from, err := s.server(j)
	if err != nil {
		return err
	}
	l, err := s.compose(j, from, int64(cmp.Or(s.MaxMB, DefaultMaxMB)*1e6))
	if err != nil {
		return err
	}
	fmt.Fprintf(j.w, "mail through %s (tls: %s) from %s to %s\n\n", server.address(), server.tls(), from.Address, strings.Join(s.recipients(), ", "))
	for _, h := range l.header {
		fmt.Fprintf(j.w, "%s: %s\n", h.Name, h.Value)
	}
	fmt.Fprintf(j.w, "\n%s\n", l.text)
	for _, a := range l.attached {
		fmt.Fprintf(j.w, "attachment %s (%s, %s)\n", a.Name, a.MediaType, size(a.Bytes))
	}
	fmt.Fprintf(j.w, "%s in all, encoded; besides the text a part in HTML\n", size(int64(len(l.bytes))))
	return nil
}
