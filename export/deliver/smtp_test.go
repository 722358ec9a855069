package deliver

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// part is a leaf of a mail.
type part struct {
	media, name string
	content     []byte
}

// parts reads a mail the way a mail program does.
func parts(t *testing.T, data []byte) (mail.Header, []part) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []part
	var walk func(contentType, encoding, disposition string, r io.Reader)
	walk = func(contentType, encoding, disposition string, r io.Reader) {
		media, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatalf("%q: %v", contentType, err)
		}
		if strings.HasPrefix(media, "multipart/") {
			for mr := multipart.NewReader(r, params["boundary"]); ; {
				p, err := mr.NextRawPart()
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				walk(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)
			}
		}
		switch encoding {
		case "base64":
			r = base64.NewDecoder(base64.StdEncoding, r)
		case "quoted-printable":
			r = quotedprintable.NewReader(r)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		_, params, _ = mime.ParseMediaType(disposition)
		out = append(out, part{media, params["filename"], content})
	}
	walk(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return m.Header, out
}

func toTeam() *SMTP { return &SMTP{Server: "ops", To: []string{"team@example.com"}} }

func TestMail(t *testing.T) {
	m := &mailServer{}
	s := mailer(m.start(t))
	a := artifact(t, "weekly-risk_2026-11-20T0700_r7f3k2.csv", strings.Repeat("image,severity\n", 1000))
	b := artifact(t, "Bericht für Größe & Co – \"rot\".xlsx", "PK\x03\x04")
	b.MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	msg := weekly(t, a, b)
	msg.Problem = "2 images could not be read <registry>"
	msg.State = Stale
	target := Target{SMTP: &SMTP{Server: "ops", To: []string{"Jürgen <team@example.com>"}, Cc: []string{"lead@example.com"}, Bcc: []string{"archive@example.com", "TEAM@example.com"}}}
	r, err := s.Deliver(t.Context(), target, msg)
	if err != nil {
		t.Fatal(err)
	}
	got := m.got()
	if len(got) != 1 || got[0].from != "argosy@example.com" || strings.Join(got[0].to, " ") != "team@example.com lead@example.com archive@example.com" {
		t.Fatalf("envelope %+v", got)
	}
	h, ps := parts(t, got[0].data)
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || subject != "Stale: Risk of the week, 2026-11-20" {
		t.Errorf("subject %q", subject)
	}
	for k, want := range map[string]string{
		"Message-Id": "<" + r.Reference + ">", "Auto-Submitted": "auto-generated", "Date": "Fri, 20 Nov 2026 06:00:30 +0000",
		"From": `"Argosy Reports" <argosy@example.com>`, "To": `=?utf-8?q?J=C3=BCrgen?= <team@example.com>`, "Cc": "<lead@example.com>", "Bcc": "",
	} {
		if h.Get(k) != want {
			t.Errorf("%s is %q, want %q", k, h.Get(k), want)
		}
	}
	if len(ps) != 4 || ps[0].media != "text/plain" || ps[1].media != "text/html" || ps[2].media != "text/csv" || ps[2].name != a.Name ||
		ps[3].media != b.MediaType || ps[3].name != b.Name || string(ps[3].content) != "PK\x03\x04" || int64(len(ps[2].content)) != a.Bytes {
		t.Errorf("parts %v", ps)
	}
	text := strings.ReplaceAll(string(ps[0].content), "\r\n", "\n")
	for _, want := range []string{"Stale: the data is older", "2 images could not be read <registry>", "data as of:  2026-11-20 04:12 UTC\n", "critical:    12\n",
		"Attached: weekly-risk_2026-11-20T0700_r7f3k2.csv (15.0 kB)\n", "due 2026-11-20 07:00 Europe/Berlin (+0100), run r7f3k2."} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if html := string(ps[1].content); !strings.Contains(html, "2 images could not be read &lt;registry&gt;") || !strings.Contains(html, ">12</div>") {
		t.Errorf("html\n%s", html)
	}
	if r.Bytes != int64(len(got[0].data)) {
		t.Errorf("%d bytes told, %d sent", r.Bytes, len(got[0].data))
	}
	for _, line := range bytes.Split(got[0].data, []byte("\r\n")) {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes: %.80s", len(line), line)
		}
	}
}

// TestMailKeepsItsID sends a mail whose first confirmation is lost.
func TestMailKeepsItsID(t *testing.T) {
	first := true
	m := &mailServer{}
	m.onData = func(c *smtp.Conn, data []byte) error {
		if first {
			first = false
			m.mu.Lock()
			m.mails = append(m.mails, received{data: data})
			m.mu.Unlock()
			_ = c.Conn().Close()
			return errors.New("the answer is lost")
		}
		return nil
	}
	s := mailer(m.start(t))
	msg, target := weekly(t), Target{SMTP: toTeam()}
	_, err := s.Deliver(t.Context(), target, msg)
	if err == nil || errors.Is(err, ErrPermanent) || !strings.Contains(err.Error(), "did not confirm the mail, which may have arrived") {
		t.Fatalf("lost answer: %v", err)
	}
	r, err := s.Deliver(t.Context(), target, msg)
	if err != nil {
		t.Fatal(err)
	}
	got := m.got()
	if len(got) != 2 {
		t.Fatalf("%d mails", len(got))
	}
	for _, g := range got {
		if h, _ := parts(t, g.data); h.Get("Message-Id") != "<"+r.Reference+">" {
			t.Errorf("message id %s, want %s", h.Get("Message-Id"), r.Reference)
		}
	}
	ids := map[string]string{r.Reference: "the mail"}
	other, failed, resent := msg, msg, msg
	other.RunID, failed.State, resent.Resend = "r8", Failed, 1
	elsewhere := Target{SMTP: &SMTP{Server: "ops", To: []string{"other@example.com"}}}
	for name, c := range map[string]struct {
		Target
		Message
	}{"another run": {target, other}, "another state": {target, failed}, "a person's resend": {target, resent}, "another target": {elsewhere, msg}} {
		r, err := s.Deliver(t.Context(), c.Target, c.Message)
		if before, twice := ids[r.Reference]; err != nil || twice {
			t.Errorf("%s has the id of %s: %v", name, before, err)
		}
		ids[r.Reference] = name
	}
}

func TestMailFaults(t *testing.T) {
	reply := func(code int, enhanced smtp.EnhancedCode, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
	}
	for _, c := range []struct {
		name      string
		m         *mailServer
		change    func(*Server)
		want      string
		permanent bool
	}{
		{"421", &mailServer{onMail: func(*smtp.Conn) error { return reply(421, smtp.EnhancedCode{4, 3, 2}, "shutting down") }}, nil, "421 4.3.2 shutting down", false},
		{"451 after data", &mailServer{onData: func(*smtp.Conn, []byte) error { return reply(451, smtp.EnhancedCode{4, 3, 0}, "try later") }}, nil, "sending the mail: 451 4.3.0 try later", false},
		{"554 after data", &mailServer{onData: func(*smtp.Conn, []byte) error { return reply(554, smtp.EnhancedCode{5, 7, 1}, "policy") }}, nil, "554 5.7.1 policy", true},
		{"552 without an attachment", &mailServer{onData: func(*smtp.Conn, []byte) error { return reply(552, smtp.EnhancedCode{5, 3, 4}, "too big") }}, nil, "does not take it (552 5.3.4 too big)", true},
		{"all recipients refused", &mailServer{onRcpt: func(string) error { return reply(550, smtp.EnhancedCode{5, 1, 1}, "no such user") }}, nil, "refused every recipient: team@example.com (550 5.1.1 no such user)", true},
		{"all recipients put off", &mailServer{onRcpt: func(string) error { return reply(450, smtp.EnhancedCode{4, 2, 0}, "greylisted") }}, nil, "team@example.com (450 4.2.0 greylisted)", false},
		{"STARTTLS stripped", &mailServer{plain: true}, func(s *Server) { s.TLS = TLSStart }, "does not offer STARTTLS, and nothing is sent in clear", true},
		{"certificate of nobody", &mailServer{}, func(s *Server) { s.CA = "" }, "certificate signed by unknown authority; name the certificate of its authority with ca", true},
		{"certificate of nobody, implicit", &mailServer{implicit: true}, func(s *Server) { s.CA = "" }, "encrypting the connection: tls: failed to verify certificate", true},
		{"certificate of another name", &mailServer{}, func(s *Server) { s.Host = "localhost" }, "wanted to match localhost", true},
		{"password refused", &mailServer{mechanisms: []string{"PLAIN"}}, func(s *Server) { s.User, s.Password = "reporter", "env:WRONG" }, "logging in with PLAIN: 535 5.7.8 Authentication failed", true},
		{"no way to log in", &mailServer{mechanisms: []string{"NTLM", "GSSAPI"}}, func(s *Server) { s.User, s.Password = "reporter", "env:SMTP_PASSWORD" }, "offers no way to log in that can be used (NTLM GSSAPI)", true},
		{"unset password", &mailServer{}, func(s *Server) { s.User, s.Password = "reporter", "env:NONE" }, "no such secret: env:NONE", true},
		{"nobody listens", &mailServer{}, func(s *Server) { s.Port = 1 }, "connect: connection refused", false},
		{"CA file is gone", &mailServer{}, func(s *Server) { s.CA = "gone.pem" }, `reading certificates from "gone.pem"`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := c.m.start(t)
			if c.change != nil {
				c.change(&server)
			}
			_, err := mailer(server).Deliver(t.Context(), Target{SMTP: toTeam()}, weekly(t))
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrPermanent) != c.permanent ||
				!strings.HasPrefix(err.Error(), "delivering to mail by ops to team@example.com: ") {
				t.Errorf("%v (permanent %v)", err, errors.Is(err, ErrPermanent))
			}
			if n := len(c.m.got()); n != 0 {
				t.Errorf("%d mails arrived", n)
			}
		})
	}
}

// TestMailRecipients refuses one of two.
func TestMailRecipients(t *testing.T) {
	for _, c := range []struct {
		name            string
		code            int
		last            bool
		sent, permanent bool
		want            string
	}{
		{"refused", 550, false, true, true, "took the mail for 1 of 2 recipients; it refused gone@example.com (550 5.0.0 no)"},
		{"put off", 450, false, false, false, "put off a recipient, so that nobody was sent the mail yet: gone@example.com (450 4.0.0 no)"},
		{"put off for the last time", 450, true, true, true, "it refused gone@example.com (450 4.0.0 no)"},
		{"the server closes", 421, true, false, false, "naming the recipient gone@example.com: 421"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &mailServer{onRcpt: func(to string) error {
				if to == "gone@example.com" {
					return &smtp.SMTPError{Code: c.code, EnhancedCode: smtp.EnhancedCode{c.code / 100, 0, 0}, Message: "no"}
				}
				return nil
			}}
			msg := weekly(t)
			msg.Last = c.last
			r, err := mailer(m.start(t)).Deliver(t.Context(), Target{SMTP: &SMTP{Server: "ops", To: []string{"gone@example.com", "here@example.com"}}}, msg)
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrPermanent) != c.permanent {
				t.Errorf("%v", err)
			}
			got := m.got()
			if c.sent != (len(got) == 1) || c.sent != (r.Reference != "") {
				t.Errorf("%d mails, receipt %+v", len(got), r)
			}
			var e *Error
			if c.sent && (!errors.As(err, &e) || len(e.Refused) != 1 || e.Refused[0].Recipient != "gone@example.com" || strings.Join(got[0].to, "") != "here@example.com") {
				t.Errorf("refused %+v, sent to %v", e, got[0].to)
			}
		})
	}
}

// TestMailSlowPeer ends a delivery while the server keeps silent.
func TestMailSlowPeer(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	m := &mailServer{onData: func(c *smtp.Conn, _ []byte) error {
		stop()
		_, _ = c.Conn().Read(make([]byte, 1)) // until the other side goes
		return errors.New("gone")
	}}
	_, err := mailer(m.start(t)).Deliver(ctx, Target{SMTP: toTeam()}, weekly(t))
	if !errors.Is(err, context.Canceled) || errors.Is(err, ErrPermanent) || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("stopped: %v", err)
	}
	silent := &mailServer{onMail: func(c *smtp.Conn) error {
		_, _ = c.Conn().Read(make([]byte, 1))
		return errors.New("gone")
	}}
	server := silent.start(t)
	server.Timeout = 100 * time.Millisecond
	_, err = mailer(server).Deliver(t.Context(), Target{SMTP: toTeam()}, weekly(t))
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrPermanent) {
		t.Errorf("too slow: %v", err)
	}
}

func TestMailAuth(t *testing.T) {
	for _, c := range []struct {
		name    string
		m       *mailServer
		auth    string
		want    string
		wantErr string
	}{
		{"the best", &mailServer{mechanisms: []string{"LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256"}}, "", "SCRAM-SHA-256", ""},
		{"plain", &mailServer{mechanisms: []string{"LOGIN", "PLAIN", "CRAM-MD5"}}, "", "PLAIN", ""},
		{"plain, implicit", &mailServer{implicit: true, mechanisms: []string{"PLAIN"}}, "", "PLAIN", ""},
		{"login", &mailServer{mechanisms: []string{"LOGIN"}}, "", "LOGIN", ""},
		{"cram", &mailServer{mechanisms: []string{"CRAM-MD5"}}, "", "CRAM-MD5", ""},
		{"by name", &mailServer{mechanisms: []string{"PLAIN", "CRAM-MD5", "SCRAM-SHA-256"}}, "cram-md5", "CRAM-MD5", ""},
		{"name that is not offered", &mailServer{mechanisms: []string{"PLAIN"}}, "scram-sha-256", "", "offers no way to log in"},
		{"in clear on loopback", &mailServer{plain: true, mechanisms: []string{"PLAIN"}}, "", "PLAIN", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := c.m.start(t)
			server.User, server.Password, server.Auth = "env:SMTP_USER", "env:SMTP_PASSWORD", c.auth
			_, err := mailer(server).Deliver(t.Context(), Target{SMTP: toTeam()}, weekly(t))
			if c.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), c.wantErr) {
					t.Errorf("%v", err)
				}
				return
			}
			if got := c.m.got(); err != nil || len(got) != 1 || got[0].auth != c.want {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

func TestMailSize(t *testing.T) {
	small := artifact(t, "small_2026-11-20T0700_r1.csv", strings.Repeat("x", 20_000))
	big := artifact(t, "big_2026-11-20T0700_r1.csv", strings.Repeat("y", 100_000))
	link := "https://reports.example.com/big_2026-11-20T0700_r1.csv"
	for _, c := range []struct {
		name           string
		maxMB          float64
		over           string
		places, last   bool
		server         int64
		attached       int
		text, want     string
		permanentError bool
	}{
		{"all fits", 0, "", false, false, 0, 2, "", "", false},
		{"encoded, not as a file", 0.125, OverFail, false, false, 0, 0, "", "big_2026-11-20T0700_r1.csv has 100.0 kB and does not fit into a mail of 125.0 kB, encoded", true},
		{"link", 0.05, "", true, false, 0, 1, "Not attached: big_2026-11-20T0700_r1.csv (100.0 kB; the mail may have 50.0 kB): " + link, "", false},
		{"path", 0.05, OverPath, true, false, 0, 1, "Not attached: big_2026-11-20T0700_r1.csv (100.0 kB; the mail may have 50.0 kB): " + big.Path, "", false},
		{"no place", 0.05, "", false, false, 0, 1, big.Path, "", false},
		{"link wanted and no place yet", 0.05, OverLink, false, false, 0, 0, "", "no other target of the run has stored it so far", false},
		{"link wanted and no place at the end", 0.05, OverLink, false, true, 0, 1, big.Path, "", false},
		{"the server says a size", 0, "", true, false, 60_000, 1, link, "", false},
		{"the server says a size, fail", 0, OverFail, true, false, 60_000, 0, "", "127.0.0.1 takes 60.0 kB; set max_mb to what the server takes", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &mailServer{maxBytes: c.server}
			msg := weekly(t, small, big)
			msg.Last = c.last
			if c.places {
				msg.Places = []Place{{big.Name, link}}
			}
			target := toTeam()
			target.MaxMB, target.Over = c.maxMB, c.over
			r, err := mailer(m.start(t)).Deliver(t.Context(), Target{SMTP: target}, msg)
			got := m.got()
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrPermanent) != c.permanentError || len(got) > 0 {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || len(got) != 1 {
				t.Fatal(err)
			}
			_, ps := parts(t, got[0].data)
			text := strings.ReplaceAll(string(ps[0].content), "\r\n", "\n")
			if len(ps)-2 != c.attached || !strings.Contains(text, c.text) {
				t.Errorf("%d attached\n%s", len(ps)-2, text)
			}
			if c.attached == 1 && !strings.Contains(r.Note, "big_2026-11-20T0700_r1.csv (100.0 kB) was not attached") {
				t.Errorf("note %q", r.Note)
			}
			if c.maxMB > 0 && float64(len(got[0].data)) > c.maxMB*1e6 {
				t.Errorf("%d bytes", len(got[0].data))
			}
		})
	}
}

// TestMail552 answers a mail that it finds too large after it has it.
func TestMail552(t *testing.T) {
	m := &mailServer{onData: func(_ *smtp.Conn, data []byte) error {
		if len(data) > 10_000 {
			return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "too big"}
		}
		return nil
	}}
	msg := weekly(t, artifact(t, "big_2026-11-20T0700_r1.csv", strings.Repeat("y", 100_000)))
	r, err := mailer(m.start(t)).Deliver(t.Context(), Target{SMTP: toTeam()}, msg)
	got := m.got()
	if err != nil || len(got) != 1 || !strings.Contains(r.Note, "was not attached") {
		t.Fatalf("%d mails, %+v, %v", len(got), r, err)
	}
	if _, ps := parts(t, got[0].data); len(ps) != 2 || !strings.Contains(string(ps[0].content), "the server does not take it") {
		t.Errorf("%s", ps[0].content)
	}
}

func TestMailPreview(t *testing.T) {
	server := Server{Host: "mail.example.com", User: "env:SMTP_USER", Password: "env:SMTP_PASSWORD", From: "argosy@example.com"}
	a := artifact(t, "weekly-risk_2026-11-20T0700_r7f3k2.csv", "image,severity\n")
	target := Target{SMTP: &SMTP{Server: "ops", To: []string{"team@example.com"}, Bcc: []string{"archive@example.com"}, Subject: "[{schedule}] {title} {date} {state}"}}
	var b strings.Builder
	if err := mailer(server).Preview(&b, target, weekly(t, a)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mail through mail.example.com:587 (tls: starttls) from argosy@example.com to team@example.com, archive@example.com\n",
		"Subject: [weekly-risk] Risk of the week 2026-11-20 complete\n", "Message-ID: <r7f3k2.", "Auto-Submitted: auto-generated\n", "Bcc: archive@example.com\n",
		"coverage:    200 of 207 images\n", "attachment weekly-risk_2026-11-20T0700_r7f3k2.csv (text/csv, 15 bytes)\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestSubjectTellsTheState(t *testing.T) {
	for _, state := range States() {
		for _, subject := range []string{"", "Weekly", "{title}: {state}"} {
			m := weekly(t)
			m.State = state
			got := (&SMTP{Subject: subject}).subject(m)
			if told := strings.Contains(strings.ToLower(got), state); told != (state != Complete || strings.Contains(subject, "{state}")) {
				t.Errorf("%s: %q", state, got)
			}
		}
	}
}

func TestServerCheck(t *testing.T) {
	for want, s := range map[string]Server{
		"":         {Host: "mail.example.com", User: "u", Password: "file:/run/secrets/mail"},
		"host":     {},
		"port":     {Host: "h", Port: 70000},
		"tls":      {Host: "h", TLS: "ssl"},
		"auth":     {Host: "h", Auth: "ntlm"},
		"password": {Host: "h", User: "u", Password: mailPassword},
		"user":     {Host: "h", Password: "env:P"},
		"from":     {Host: "h", From: "nobody"},
		"timeout":  {Host: "h", Timeout: -1},
	} {
		got := s.Check()
		if len(got) > 1 || want == "" != (len(got) == 0) || len(got) == 1 && got[0].Field != want {
			t.Errorf("%s: %v", want, got)
		}
		if strings.Contains(fmt.Sprint(got), mailPassword) {
			t.Errorf("%s shows the password: %v", want, got)
		}
	}
}
