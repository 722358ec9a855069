package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"argosy/export/atomic"
)

const mailTimeout = 2 * time.Minute

// The replies that RFC 5321 gives a meaning of their own.
const (
	codeClosing   = 421 // the server closes the connection
	codeTooLarge  = 552 // the mail is too large; after RCPT, too many recipients
	permanentFrom = 500
)

func (s Server) tls() string {
	if s.TLS == "" {
		return TLSStart
	}
	return s.TLS
}

// address is the host with its port.
func (s Server) address() string {
	port := s.Port
	if port == 0 {
		port = map[string]int{TLSStart: 587, TLSImplicit: 465, TLSNone: 25}[s.tls()]
	}
	return net.JoinHostPort(s.Host, strconv.Itoa(port))
}

// tooLarge says that a server takes no mail of that size; limit is what it
// takes, 0 when it did not say.
type tooLarge struct {
	host  string
	size  int
	limit int64
	reply string
}

func (t *tooLarge) Error() string {
	if t.limit > 0 {
		return fmt.Sprintf("the mail has %s and %s takes %s", size(int64(t.size)), t.host, size(t.limit))
	}
	return fmt.Sprintf("the mail has %s and %s does not take it (%s)", size(int64(t.size)), t.host, t.reply)
}

// send sends a letter and returns the recipients that were refused although
// others were not.
func (s *SMTP) send(j *job, server Server, from string, l *letter) ([]Refusal, error) {
	timeout := server.Timeout
	if timeout == 0 {
		timeout = mailTimeout
	}
	ctx, cancel := context.WithTimeout(j, timeout)
	defer cancel()
	c, conn, err := server.connect(ctx, j)
	if err != nil {
		return nil, server.failed(ctx, err)
	}
	defer conn.Close()
	c.SkipSMTPUTF8(l.ascii)
	if has, text := c.Extension("SIZE"); has {
		if limit, err := strconv.ParseInt(text, 10, 64); err == nil && limit > 0 && int64(len(l.bytes)) > limit {
			_ = c.Quit()
			return nil, &tooLarge{host: server.Host, size: len(l.bytes), limit: limit}
		}
	}
	if err := c.Mail("<" + from + ">"); err != nil {
		return nil, server.failed(ctx, l.large(server, err, "sending as "+from))
	}
	refused, err := s.address(j, ctx, c, server)
	if err != nil {
		return nil, err
	}
	w, err := c.Data()
	if err == nil {
		_, err = w.Write(l.bytes)
	}
	if err != nil {
		return nil, server.failed(ctx, l.large(server, err, "sending the mail"))
	}
	if err := w.Close(); err != nil {
		var reply *textproto.Error
		if !errors.As(err, &reply) {
			err = fmt.Errorf("the server did not confirm the mail, which may have arrived; another attempt uses the same Message-ID: %w", err)
		}
		return nil, server.failed(ctx, l.large(server, err, "sending the mail"))
	}
	_ = c.Quit() // the mail is the server's by now
	return refused, nil
}

// address names the recipients. When some are put off nobody gets the mail yet:
// a further attempt would send it again to those who have it.
func (s *SMTP) address(j *job, ctx context.Context, c *smtp.Client, server Server) ([]Refusal, error) {
	var refused []Refusal
	later := false
	all := s.recipients()
	for _, to := range all {
		err := c.Rcpt("<" + to + ">")
		if err == nil {
			continue
		}
		var reply *textproto.Error
		if !errors.As(err, &reply) || reply.Code == codeClosing {
			return nil, server.failed(ctx, wrapf(err, "naming the recipient %s", to))
		}
		later = later || reply.Code < permanentFrom || reply.Code == codeTooLarge
		refused = append(refused, Refusal{to, replyText(reply)})
	}
	if len(refused) == 0 || len(refused) < len(all) && (!later || j.m.Last) {
		return refused, nil
	}
	_ = c.Quit()
	text := "refused every recipient: "
	if len(refused) < len(all) {
		text = "put off a recipient, so that nobody was sent the mail yet: "
	}
	return nil, &Error{Text: server.Host + " " + text + refusals(refused), Permanent: !later, Refused: refused}
}

// large tells the answer that a mail is too large from others.
func (l *letter) large(server Server, err error, what string) error {
	var reply *textproto.Error
	if errors.As(err, &reply) && (reply.Code == codeTooLarge || reply.Code >= permanentFrom && strings.HasPrefix(reply.Msg, "5.3.4")) {
		return &tooLarge{host: server.Host, size: len(l.bytes), reply: replyText(reply)}
	}
	return wrapf(err, "%s", what)
}

func replyText(r *textproto.Error) string {
	return fmt.Sprintf("%d %s", r.Code, strings.Join(strings.Fields(r.Msg), " "))
}

// failed judges an error of a connection: replies from 500 and certificates
// will be the same next time, all else may pass.
func (s Server) failed(ctx context.Context, err error) error {
	var own *Error
	var large *tooLarge
	if errors.As(err, &own) || errors.As(err, &large) {
		return err
	}
	out := &Error{Text: fmt.Sprintf("%s: %v", s.address(), err)}
	var reply *textproto.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &reply):
		text := strings.TrimSuffix(err.Error(), reply.Error())
		out.Text = fmt.Sprintf("%s: %s%s", s.address(), text, replyText(reply))
		out.Permanent = reply.Code >= permanentFrom
	case errors.As(err, &cert):
		out.Permanent = true
		out.Text += "; name the certificate of its authority with ca: FILE when it is a private one"
	case ctx.Err() != nil:
		out.Text = fmt.Sprintf("%s: no answer in time; raise timeout of the server when mails are large", s.address())
		if prefix, _, ok := strings.Cut(err.Error(), ": read tcp"); ok {
			out.Text = fmt.Sprintf("%s: %s: no answer in time", s.address(), prefix)
		}
		out.cause = ctx.Err()
	}
	return out
}

// connect says hello, encrypts the connection and logs in. The connection ends
// with the context.
func (s Server) connect(ctx context.Context, j *job) (*smtp.Client, net.Conn, error) {
	config, err := s.trust(j)
	if err != nil {
		return nil, nil, err
	}
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address())
	if err != nil {
		return nil, nil, err
	}
	context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Now()) })
	conn := raw
	if s.tls() == TLSImplicit {
		secure := tls.Client(raw, config)
		conn = secure
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			return nil, nil, wrapf(err, "encrypting the connection")
		}
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err == nil {
		err = s.greet(c, j, config)
	}
	if err != nil {
		_ = raw.Close()
		return nil, nil, err
	}
	return c, raw, nil
}

// greet takes a connection to where mail can be sent.
func (s Server) greet(c *smtp.Client, j *job, config *tls.Config) error {
	name, err := os.Hostname()
	if err != nil || !isASCII(name) || strings.ContainsAny(name, " \r\n") {
		name = "localhost"
	}
	if err := c.Hello(name); err != nil {
		return wrapf(err, "greeting")
	}
	if s.tls() == TLSStart {
		if has, _ := c.Extension("STARTTLS"); !has {
			_ = c.Quit()
			return permanent("%s does not offer STARTTLS, and nothing is sent in clear; use tls: implicit, or tls: none if that is wanted", s.address())
		}
		if err := c.StartTLS(config); err != nil {
			return wrapf(err, "encrypting the connection")
		}
	}
	if s.User == "" {
		return nil
	}
	return s.logIn(c, j)
}

// trust is the configuration of TLS.
func (s Server) trust(j *job) (*tls.Config, error) {
	config := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.CA == "" {
		return config, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pem, err := os.ReadFile(j.s.path(s.CA))
	if err != nil {
		return nil, permanent("reading certificates from %q: %v", s.CA, atomic.Cause(err))
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, permanent("reading certificates from %q: there is none in it; it must be a PEM file", s.CA)
	}
	config.RootCAs = pool
	return config, nil
}

// logIn uses the mechanism that the configuration names, or the best that the
// server offers.
func (s Server) logIn(c *smtp.Client, j *job) error {
	user, err := j.text(s.User)
	if err != nil {
		return err
	}
	password, err := j.secret(s.Password)
	if err != nil {
		return err
	}
	state, encrypted := c.TLSConnectionState()
	safe := encrypted || isLoopback(s.Host)
	wanted := mechanisms(safe)
	if s.Auth != "" {
		wanted = []string{strings.ToUpper(s.Auth)}
	}
	_, text := c.Extension("AUTH")
	offered := strings.Fields(strings.ToUpper(text))
	at := slices.IndexFunc(wanted, func(m string) bool {
		return slices.Contains(offered, m) && (encrypted || !strings.HasSuffix(m, "-PLUS"))
	})
	if at < 0 {
		_ = c.Quit()
		return permanent("%s offers no way to log in that can be used (%s); check user, auth and tls", s.address(), text)
	}
	if !safe && !slices.Contains(mechanisms(false), wanted[at]) {
		_ = c.Quit()
		return permanent("%s would get the password in clear; use tls: starttls, or another auth", s.address())
	}
	var auth smtp.Auth
	switch wanted[at] {
	case "SCRAM-SHA-256-PLUS":
		auth = smtp.ScramSHA256PlusAuth(user, password, &state)
	case "SCRAM-SHA-1-PLUS":
		auth = smtp.ScramSHA1PlusAuth(user, password, &state)
	case "SCRAM-SHA-256":
		auth = smtp.ScramSHA256Auth(user, password)
	case "SCRAM-SHA-1":
		auth = smtp.ScramSHA1Auth(user, password)
	case "CRAM-MD5":
		auth = smtp.CRAMMD5Auth(user, password)
	case "PLAIN":
		auth = smtp.PlainAuth("", user, password, s.Host, false)
	case "LOGIN":
		auth = smtp.LoginAuth(user, password, s.Host, false)
	case xoauth2:
		auth = smtp.XOAuth2Auth(user, password)
	}
	if err := c.Auth(auth); err != nil {
		return wrapf(err, "logging in with %s", wanted[at])
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
