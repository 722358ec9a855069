package deliver

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

func TestReadSecrets(t *testing.T) {
	base := t.TempDir()
	if err := os.WriteFile(filepath.Join(base, "pw"), []byte(" with space \r\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, "empty"), []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	get := ReadSecrets(base, func(name string) (string, bool) { return map[string]string{"A": "value"}[name], name != "NONE" })
	for ref, want := range map[string]string{"env:A": "value", "file:pw": " with space", "file:" + filepath.Join(base, "pw"): " with space"} {
		if got, err := get(ref); got != want || err != nil {
			t.Errorf("%s: %q %v", ref, got, err)
		}
	}
	for ref, want := range map[string]string{
		"env:NONE":   `reading "env:NONE": the variable is not set`,
		"env:B":      `reading "env:B": the variable is not set`,
		"file:gone":  `reading "file:gone": no such file or directory`,
		"file:empty": `reading "file:empty": the file is empty`,
		"hunter2":    "a secret stands in the configuration itself",
	} {
		_, err := get(ref)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", ref, err)
		}
	}
}

// TestInlineSecrets writes secrets where references belong.
func TestInlineSecrets(t *testing.T) {
	const secret = "hunter2hunter2"
	for _, target := range []Target{
		{Webhook: &Webhook{URL: "https://hooks.slack.com/services/T0/B0/" + secret, Style: StyleSlack}},
		{Webhook: &Webhook{URL: "https://prod-7.westeurope.logic.azure.com/workflows/" + secret, Style: StyleTeams}},
		{Webhook: &Webhook{URL: "https://example.com/in?sig=" + secret}},
		{Webhook: &Webhook{URL: "https://user:" + secret + "@example.com/in"}},
		{Webhook: &Webhook{URL: "https://exa mple.com/" + secret}},
		{Webhook: &Webhook{URL: secret}},
		{Webhook: &Webhook{URL: "https://example.com/in", Secret: secret}},
		{Webhook: &Webhook{URL: "https://example.com/in", Header: map[string]string{"Authorization": "Bearer " + secret}}},
		{Webhook: &Webhook{URL: "https://example.com/in", Header: map[string]string{"x-api-key": secret}}},
		{Blob: &Blob{URL: "azblob://box?sas_token=" + secret}},
		{Blob: &Blob{URL: "s3://user:" + secret + "@box"}},
		{Command: &Command{Argv: []string{"true"}, Env: map[string]string{"AWS_SECRET_ACCESS_KEY": secret}}},
	} {
		if len(target.Check()) == 0 {
			t.Errorf("%s is accepted", target.Describe())
		}
		s := New(nil, ReadSecrets(t.TempDir(), os.LookupEnv), Options{Now: now})
		var b strings.Builder
		errs := []error{s.Preview(&b, target, weekly(t))}
		_, err := s.Deliver(t.Context(), target, weekly(t))
		errs = append(errs, err)
		for _, m := range target.Check() {
			errs = append(errs, m)
		}
		for _, err := range errs {
			if err == nil || !errors.Is(err, ErrPermanent) && !errors.As(err, new(Mistake)) {
				t.Errorf("%s: %v", target.Describe(), err)
			}
		}
		if all := fmt.Sprintf("%v %+v %s %s", errs, errs, target.Describe(), b.String()); strings.Contains(all, secret) {
			t.Errorf("the secret is shown: %s", all)
		}
	}
}

// TestNoTextShowsSecrets makes every kind fail against peers that repeat what
// they were sent, and looks for the secrets in all that comes out.
func TestNoTextShowsSecrets(t *testing.T) {
	known := map[string]string{
		"env:SMTP_USER": "the-user-name", "env:SMTP_PASSWORD": "the-mail-password", "env:SIGN": "the-signing-key", "env:TOKEN": "Bearer the-token",
		"env:HOOK": "", "env:CMD": "the-command-token", "env:BUCKET": "s3://the-secret-bucket?bogus=1",
	}
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprintf(w, "cannot POST %s with %s", r.URL, r.Header.Get("Authorization"))
	}))
	t.Cleanup(echo.Close)
	known["env:HOOK"] = echo.URL + "/services/the-secret-path?sig=the-secret-query"
	m := &mailServer{mechanisms: []string{"PLAIN"}, onMail: func(*smtp.Conn) error { return nil }}
	server := m.start(t)
	server.User, server.Password = "env:SMTP_USER", "env:SMTP_PASSWORD"
	targets := []Target{
		{SMTP: toTeam()},
		{Webhook: &Webhook{URL: "env:HOOK", Secret: "env:SIGN", Header: map[string]string{"Authorization": "env:TOKEN"}}},
		{Webhook: &Webhook{URL: "env:HOOK", Style: StyleTeams}},
		{Webhook: &Webhook{URL: "env:HOOK", Style: StyleSlack}},
		{Blob: &Blob{URL: "env:BUCKET"}},
		{Command: &Command{Argv: []string{"/bin/sh", "-c", `echo "$A_TOKEN" >&2; exit 1`}, Env: map[string]string{"A_TOKEN": "env:CMD"}}},
		{Dir: &Dir{Path: "/proc/nowhere"}},
	}
	kinds := map[string]bool{}
	s := New(map[string]Server{"ops": server}, secrets(known), Options{Now: now})
	for _, target := range targets {
		kinds[target.Kind()] = true
		var b strings.Builder
		if err := s.Preview(&b, target, weekly(t, artifact(t, "r_2026-11-20T0700_r1.csv", "x"))); err != nil {
			t.Errorf("%s: %v", target.Describe(), err)
		}
		r, err := s.Deliver(t.Context(), target, weekly(t, artifact(t, "r_2026-11-20T0700_r1.csv", "x")))
		if err == nil {
			t.Errorf("%s did not fail", target.Describe())
			continue
		}
		all := fmt.Sprintf("%v\n%+v\n%#v\n%+v\n%s\n%s", err, err, err, r, target.Describe(), b.String())
		for _, shown := range []string{"the-user-name", "the-mail-password", "the-signing-key", "the-token", "the-secret-path", "the-secret-query", "the-command-token", "the-secret-bucket"} {
			if strings.Contains(all, shown) {
				t.Errorf("%s shows %s:\n%s", target.Describe(), shown, all)
			}
		}
	}
	if len(kinds) != len(Kinds()) || reflect.TypeFor[Target]().NumField() != len(Kinds()) {
		t.Errorf("not every kind was tried: %v", kinds)
	}
}
