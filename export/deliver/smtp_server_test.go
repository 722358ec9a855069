package deliver

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	mailUser     = "reporter"
	mailPassword = "correct-horse-battery"
)

// received is a mail that the server has.
type received struct {
	from, auth string
	to         []string
	data       []byte
}

// mailServer is a real SMTP server on loopback. The functions make it fail; nil
// is a server that takes everything.
type mailServer struct {
	mechanisms []string
	implicit   bool
	plain      bool // no TLS
	maxBytes   int64
	onMail     func(*smtp.Conn) error
	onRcpt     func(to string) error
	onData     func(*smtp.Conn, []byte) error

	mu    sync.Mutex
	mails []received
	auth  string
}

// start runs the server until the test ends and returns its configuration, with
// the authority of its certificate.
func (m *mailServer) start(t *testing.T) Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cert, ca := certificate(t)
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{m: m, c: c}, nil }))
	s.Domain = "mail.example.com"
	s.ErrorLog = log.New(io.Discard, "", 0)
	s.MaxMessageBytes = m.maxBytes
	s.AllowInsecureAuth = true
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	out := Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "Argosy Reports <argosy@example.com>", CA: ca}
	switch {
	case m.implicit:
		l = tls.NewListener(l, config)
		out.TLS = TLSImplicit
	case m.plain:
		out.TLS = TLSNone
	default:
		s.TLSConfig = config
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); _ = l.Close(); <-done })
	return out
}

func (m *mailServer) got() []received {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]received{}, m.mails...)
}

type session struct {
	m    *mailServer
	c    *smtp.Conn
	mail received
}

func (s *session) Reset()        { s.mail = received{} }
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return s.m.mechanisms }

func (s *session) Auth(mech string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != mailUser || password != mailPassword {
			return smtp.ErrAuthFailed
		}
		s.m.mu.Lock()
		defer s.m.mu.Unlock()
		s.m.auth = mech
		return nil
	}
	switch mech {
	case "PLAIN":
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	case "CRAM-MD5":
		return &cramServer{check: check}, nil
	case "SCRAM-SHA-256":
		return &scramServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	if s.m.onMail != nil {
		return s.m.onMail(s.c)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.m.onRcpt != nil {
		if err := s.m.onRcpt(to); err != nil {
			return err
		}
	}
	s.mail.to = append(s.mail.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.data = data
	if s.m.onData != nil {
		if err := s.m.onData(s.c, data); err != nil {
			return err
		}
	}
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.mail.auth = s.m.auth
	s.m.mails = append(s.m.mails, s.mail)
	return nil
}

// loginServer is the server's half of LOGIN.
type loginServer struct {
	check func(user, password string) error
	user  string
	step  int
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}

// cramServer is the server's half of CRAM-MD5, RFC 2195.
type cramServer struct {
	check func(user, password string) error
	sent  bool
}

func (c *cramServer) Next(response []byte) ([]byte, bool, error) {
	const challenge = "<1896.697170952@mail.example.com>"
	if !c.sent {
		c.sent = true
		return []byte(challenge), false, nil
	}
	mac := hmac.New(md5.New, []byte(mailPassword))
	mac.Write([]byte(challenge))
	user, digest, _ := strings.Cut(string(response), " ")
	if digest != hex.EncodeToString(mac.Sum(nil)) {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, c.check(user, mailPassword)
}

// scramServer is the server's half of SCRAM-SHA-256, RFC 7677.
type scramServer struct {
	check       func(user, password string) error
	user        string
	first, then string
	step        int
}

func (s *scramServer) Next(response []byte) ([]byte, bool, error) {
	s.step++
	const salt, rounds = "a salt of the server", 4096
	switch s.step {
	case 1:
		if len(response) == 0 {
			s.step = 0
			return []byte{}, false, nil
		}
		s.first = strings.SplitN(string(response), ",", 3)[2]
		fields := strings.Split(s.first, ",")
		s.user = strings.TrimPrefix(fields[0], "n=")
		s.then = "r=" + strings.TrimPrefix(fields[1], "r=") + "server,s=" + base64.StdEncoding.EncodeToString([]byte(salt)) + ",i=4096"
		return []byte(s.then), false, nil
	case 2:
		without, proof, _ := strings.Cut(string(response), ",p=")
		salted, err := pbkdf2.Key(sha256.New, mailPassword, []byte(salt), rounds, sha256.Size)
		if err != nil {
			return nil, true, err
		}
		message := []byte(s.first + "," + s.then + "," + without)
		key := sum(salted, []byte("Client Key"))
		stored := sha256.Sum256(key)
		signature := sum(stored[:], message)
		for i := range signature {
			signature[i] ^= key[i]
		}
		if got, _ := base64.StdEncoding.DecodeString(proof); !bytes.Equal(got, signature) {
			return nil, true, smtp.ErrAuthFailed
		}
		return []byte("v=" + base64.StdEncoding.EncodeToString(sum(sum(salted, []byte("Server Key")), message))), false, nil
	}
	return nil, true, s.check(s.user, mailPassword)
}

func sum(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return mac.Sum(nil)
}

// certificate makes an authority and a certificate for loopback; the authority
// is a PEM file.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, path
}

// secrets are the secrets of the tests; any other reference is an error.
func secrets(values map[string]string) Secrets {
	return func(ref string) (string, error) {
		if v, ok := values[ref]; ok {
			return v, nil
		}
		return "", errors.New("no such secret: " + ref)
	}
}

func mailer(server Server) *Sender {
	return New(map[string]Server{"ops": server}, secrets(map[string]string{"env:SMTP_USER": mailUser, "env:SMTP_PASSWORD": mailPassword, "env:WRONG": "a-wrong-secret"}), Options{Now: now})
}
