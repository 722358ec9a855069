package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// hook is a web server that remembers what it was sent.
type hook struct {
	*httptest.Server
	got    []*http.Request
	bodies [][]byte
}

func newHook(t *testing.T, answer http.HandlerFunc) *hook {
	t.Helper()
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.got, h.bodies = append(h.got, r), append(h.bodies, body)
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

const hookKey = "the-key-of-the-webhook"

func poster(more map[string]string) *Sender {
	all := map[string]string{"env:KEY": hookKey, "env:TOKEN": "Bearer abc.def.ghi"}
	for k, v := range more {
		all[k] = v
	}
	return New(nil, secrets(all), Options{Now: now, Agent: "argosy/1.2"})
}

func TestWebhookJSON(t *testing.T) {
	h := newHook(t, nil)
	a := artifact(t, "weekly-risk_2026-11-20T0700_r7f3k2.csv", "x")
	m := weekly(t, a)
	m.Places = []Place{{a.Name, "https://reports.example.com/" + a.Name}}
	target := Target{Webhook: &Webhook{URL: h.URL + "/in", Secret: "env:KEY", Header: map[string]string{"Authorization": "env:TOKEN", "X-Team": "payments"}}}
	s := poster(nil)
	r, err := s.Deliver(t.Context(), target, m)
	if err != nil {
		t.Fatal(err)
	}
	if u, _ := url.Parse(h.URL); r.Reference != "200 OK from "+u.Host || r.Bytes != int64(len(h.bodies[0])) {
		t.Errorf("%+v", r)
	}
	var got WebhookBody
	if err := json.Unmarshal(h.bodies[0], &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.RunID != m.RunID || got.Slot != "2026-11-20T07:00:00+01:00" || got.Timezone != "Europe/Berlin" || got.State != Complete ||
		len(got.Facts) != 4 || len(got.Artifacts) != 1 || got.Artifacts[0].SHA256 != a.SHA256 || got.Artifacts[0].Path != "" ||
		!slices.Equal(got.Artifacts[0].Places, []string{"https://reports.example.com/" + a.Name}) {
		t.Errorf("%s", h.bodies[0])
	}
	header := h.got[0].Header
	if want := sign(hookKey, now(), h.bodies[0]); header.Get(SignatureHeader) != want || !strings.HasPrefix(want, "t=1795154430,v1=") {
		t.Errorf("signature %q, want %q", header.Get(SignatureHeader), want)
	}
	if header.Get("Authorization") != "Bearer abc.def.ghi" || header.Get("X-Team") != "payments" || header.Get("User-Agent") != "argosy/1.2" ||
		header.Get("Content-Type") != "application/json" || header.Get(IDHeader) != got.ID {
		t.Errorf("%v", header)
	}
	if _, err := s.Deliver(t.Context(), target, m); err != nil || string(h.bodies[0]) != string(h.bodies[1]) {
		t.Errorf("another attempt has another body: %v", err)
	}
}

// TestSignature holds the signature against a value made with
// printf '0.{}' | openssl dgst -sha256 -hmac key
func TestSignature(t *testing.T) {
	const want = "t=0,v1=7314351dd949aa7ec06f50fc2c96e618291447672c9b7f10b49d1ce46dad00b3"
	if got := sign("key", time.Unix(0, 0), []byte("{}")); got != want {
		t.Errorf("%s", got)
	}
}

func TestWebhookAnswers(t *testing.T) {
	other := newHook(t, nil)
	otherURL, _ := url.Parse(other.URL)
	answer := func(code int, text string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			_, _ = io.WriteString(w, text)
		}
	}
	for _, c := range []struct {
		name, style string
		answer      http.HandlerFunc
		want        string // empty is success
		permanent   bool
		after       time.Duration
	}{
		{"ok", StyleSlack, answer(200, "ok"), "", false, 0},
		{"accepted", StyleTeams, answer(202, ""), "", false, 0},
		{"too many", StyleJSON, answer(429, "slow down", "Retry-After", "120"), "answered 429 Too Many Requests: slow down", false, 2 * time.Minute},
		{"too many until", StyleJSON, answer(429, "", "Retry-After", "Fri, 20 Nov 2026 06:01:30 GMT"), "429", false, time.Minute},
		{"too many since", StyleJSON, answer(429, "", "Retry-After", "Fri, 20 Nov 2026 05:00:00 GMT"), "429", false, 0},
		{"broken", StyleJSON, answer(502, "<html>\n bad gateway"), "answered 502 Bad Gateway: <html> bad gateway", false, 0},
		{"maintenance", StyleJSON, answer(503, "", "Retry-After", "7"), "503", false, 7 * time.Second},
		{"bad", StyleSlack, answer(400, "invalid_blocks"), "answered 400 Bad Request: invalid_blocks", true, 0},
		{"gone", StyleSlack, answer(410, "channel_is_archived"), "410 Gone: channel_is_archived", true, 0},
		{"failure that says 200", StyleTeams, answer(200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"), "delivery failed with error", false, 0},
		{"redirect to another host", StyleJSON, answer(307, "", "Location", other.URL+"/elsewhere"), "it redirects to " + otherURL.Host + ", and that is not followed", true, 0},
		{"redirect that forgets the body", StyleJSON, answer(302, "", "Location", "/here"), "and that is not followed", true, 0},
		{"redirect within the host", StyleJSON, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/new" {
				http.Redirect(w, r, "/new", http.StatusPermanentRedirect)
			}
		}, "", false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHook(t, c.answer)
			_, err := poster(nil).Deliver(t.Context(), Target{Webhook: &Webhook{URL: h.URL + "/in", Style: c.style}}, weekly(t))
			if c.want == "" {
				if err != nil || len(h.bodies[len(h.bodies)-1]) == 0 {
					t.Errorf("%v", err)
				}
				return
			}
			after, asked := RetryAfter(err)
			if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, ErrPermanent) != c.permanent || after != c.after || asked != (c.after > 0) {
				t.Errorf("%v (permanent %v, after %v)", err, errors.Is(err, ErrPermanent), after)
			}
		})
	}
	if len(other.got) > 0 {
		t.Error("another host was given the report")
	}
}

func TestWebhookUnreachable(t *testing.T) {
	h := newHook(t, nil)
	h.Close()
	_, err := poster(map[string]string{"env:URL": h.URL + "/services/T0/B0/secretpart"}).Deliver(t.Context(), Target{Webhook: &Webhook{URL: "env:URL"}}, weekly(t))
	if err == nil || errors.Is(err, ErrPermanent) || !strings.Contains(err.Error(), "connection refused") || strings.Contains(err.Error(), "secretpart") {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	slow := newHook(t, func(_ http.ResponseWriter, r *http.Request) { stop(); <-r.Context().Done() })
	if _, err = poster(nil).Deliver(ctx, Target{Webhook: &Webhook{URL: slow.URL}}, weekly(t)); !errors.Is(err, context.Canceled) || errors.Is(err, ErrPermanent) {
		t.Errorf("%v", err)
	}
}

// TestChatFits writes messages of every size.
func TestChatFits(t *testing.T) {
	for _, lines := range []int{0, 3, 11, 400} {
		for _, length := range []int{0, 10, 50_000} {
			for _, files := range []int{0, 1, 300} {
				m := weekly(t)
				m.State, m.Title = Partial, strings.Repeat("title ", 40)
				m.Lines = nil
				for i := range lines {
					m.Lines = append(m.Lines, Fact{Name: fmt.Sprintf("fact %d", i), Value: strings.Repeat("v<", 900), Tile: i == 0})
				}
				m.Problem = strings.Repeat("é", length)
				for i := range files {
					name := fmt.Sprintf("f%d.csv", i)
					m.Artifacts = append(m.Artifacts, Artifact{Name: name})
					m.Places = append(m.Places, Place{name, "https://reports.example.com/" + name})
				}
				what := fmt.Sprintf("%d lines, %d characters, %d files", lines, length, files)
				body, note, err := teams(m)
				if err != nil || len(body) > teamsLimit || !json.Valid(body) {
					t.Errorf("teams, %s: %d bytes, %v", what, len(body), err)
				}
				if left := lines > 15 || length > 20_000 || files > 40; left != (note != "") || !strings.Contains(string(body), note) {
					t.Errorf("teams, %s: note %q", what, note)
				}
				body, note, err = slack(m)
				var blocks struct{ Blocks []struct{ Fields []any } }
				if err == nil {
					err = json.Unmarshal(body, &blocks)
				}
				if err != nil || len(body) > slackLimit || len(blocks.Blocks) > 50 || slices.ContainsFunc(blocks.Blocks, func(b struct{ Fields []any }) bool { return len(b.Fields) > 10 }) {
					t.Errorf("slack, %s: %d bytes, %d blocks, %v", what, len(body), len(blocks.Blocks), err)
				}
				if !strings.Contains(string(body), note) {
					t.Errorf("slack, %s: note %q", what, note)
				}
			}
		}
	}
}

func TestWebhookPreview(t *testing.T) {
	for _, c := range []struct {
		style string
		want  []string
	}{
		{StyleTeams, []string{`"type": "message"`, `"contentType": "application/vnd.microsoft.card.adaptive"`, `"type": "AdaptiveCard"`, `"title": "data as of"`, `"text": "Stale: the data is older`}},
		{StyleSlack, []string{`"type": "header"`, `"text": "*coverage*\n200 of 207 images"`, `"text": "*Stale: the data is older`}},
		{StyleJSON, []string{`"version": 1`, `"state": "stale"`, `"timezone": "Europe/Berlin"`}},
	} {
		m := weekly(t)
		m.State = Stale
		var b strings.Builder
		target := Target{Webhook: &Webhook{URL: "env:URL", Style: c.style, Secret: "env:KEY", Header: map[string]string{"X-Api-Key": "env:TOKEN"}}}
		if err := poster(nil).Preview(&b, target, m); err != nil {
			t.Fatal(err)
		}
		for _, want := range append(c.want, "POST to env:URL\n", SignatureHeader+": made with env:KEY\n", "X-Api-Key: env:TOKEN\n") {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %q\n%s", c.style, want, b.String())
			}
		}
	}
}
