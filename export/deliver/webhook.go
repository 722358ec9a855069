package deliver

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	requestTimeout = 30 * time.Second
	// SignatureHeader carries t=SECONDS,v1=HEX: the time of sending in Unix
	// seconds, and HMAC-SHA256 of "SECONDS.BODY" with the secret.
	SignatureHeader = "Argosy-Signature"
	// IDHeader carries what is the same for every attempt of a delivery.
	IDHeader = "Idempotency-Key"
)

// Styles are the values of Webhook.Style.
func Styles() []string { return []string{StyleTeams, StyleSlack, StyleJSON} }

// sensitive are the names of headers, parameters and variables whose values are
// credentials.
var sensitive = regexp.MustCompile(`(?i)authorization|cookie|token|api[-_]?key|access[-_]?key|secret|passw|credential|^sig$|^code$|^key$|^sas$`)

func (w *Webhook) check() []Mistake {
	var out []Mistake
	add := func(field, format string, args ...any) {
		out = append(out, Mistake{field, fmt.Sprintf(format, args...)})
	}
	if w.URL == "" {
		add("webhook", "the address is empty; write env:NAME, file:PATH or https://...")
	} else if !IsReference(w.URL) {
		u, err := parseAddress(w.URL)
		switch {
		case err != nil:
			add("webhook", "%v", err)
		case secretAddress(u):
			add("webhook", "whoever knows this address can post there; write env:NAME or file:PATH and put it there")
		}
	}
	if w.Style != "" && !slices.Contains(Styles(), w.Style) {
		add("style", "%q is not known; write one of %s", w.Style, strings.Join(Styles(), ", "))
	}
	out = append(out, referenceMistake("secret", w.Secret)...)
	for _, name := range slices.Sorted(maps.Keys(w.Header)) {
		value := w.Header[name]
		switch {
		case !headerName.MatchString(name):
			add("header", "%q is no name of a header", name)
		case sensitive.MatchString(name):
			out = append(out, referenceMistake("header "+name, value)...)
		case strings.ContainsAny(value, "\r\n\x00"):
			add("header "+name, "the value has more than one line")
		}
	}
	if w.Timeout < 0 {
		add("timeout", "%s is less than 0; write for instance 30s", w.Timeout)
	}
	return out
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// parseAddress reads an address of a webhook. Errors do not show it.
func parseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("the address is no URL; it begins with https://")
	}
	return u, nil
}

// secretAddress says whether an address is a credential by itself, as those of
// Slack and Teams are.
func secretAddress(u *url.URL) bool {
	if _, has := u.User.Password(); has {
		return true
	}
	for name := range u.Query() {
		if sensitive.MatchString(name) {
			return true
		}
	}
	host := strings.ToLower(u.Hostname())
	return slices.ContainsFunc([]string{"hooks.slack.com", "webhook.office.com", "logic.azure.com", "powerplatform.com", "discord.com"}, func(of string) bool {
		return host == of || strings.HasSuffix(host, "."+of)
	})
}

// address reads the URL and keeps it out of every text from here on.
func (w *Webhook) address(j *job) (*url.URL, error) {
	text, err := j.text(w.URL)
	if err != nil {
		return nil, err
	}
	u, err := parseAddress(text)
	if err != nil {
		return nil, permanent("%s: %v", place(w.URL), err)
	}
	password, _ := u.User.Password()
	const short = 8 // a path such as /hook is no secret
	for _, part := range []string{text, u.String(), u.RequestURI(), u.Path, u.RawQuery, password} {
		if len(part) > short {
			j.known = append(j.known, part)
		}
	}
	return u, nil
}

func (w *Webhook) deliver(j *job) (Receipt, error) {
	u, err := w.address(j)
	if err != nil {
		return Receipt{}, err
	}
	body, note, err := w.body(j)
	if err != nil {
		return Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(j, cmp.Or(w.Timeout, requestTimeout))
	defer cancel()
	req, err := w.request(ctx, j, u, body)
	if err != nil {
		return Receipt{}, err
	}
	client := &http.Client{CheckRedirect: sameHost}
	resp, err := client.Do(req)
	if err != nil {
		// The text of url.Error has the address in it.
		var in *url.Error
		if errors.As(err, &in) {
			err = in.Err
		}
		return Receipt{}, wrapf(err, "posting to %s", u.Host)
	}
	defer resp.Body.Close()
	if err := w.judge(j, u, resp); err != nil {
		return Receipt{}, err
	}
	return Receipt{Reference: resp.Status + " from " + u.Host, Note: note, Bytes: int64(len(body))}, nil
}

// request writes headers and signature.
func (w *Webhook) request(ctx context.Context, j *job, u *url.URL, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, permanent("the address of %s cannot be used", u.Host)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", j.s.opt.Agent)
	req.Header.Set(IDHeader, j.id())
	for _, name := range slices.Sorted(maps.Keys(w.Header)) {
		value, err := j.text(w.Header[name])
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(value, "\r\n\x00") {
			return nil, permanent("the value of the header %s has more than one line", name)
		}
		req.Header.Set(name, value)
	}
	if w.Secret != "" {
		key, err := j.secret(w.Secret)
		if err != nil {
			return nil, err
		}
		req.Header.Set(SignatureHeader, sign(key, j.s.opt.Now(), body))
	}
	return req, nil
}

// sign makes the value of SignatureHeader.
func sign(key string, at time.Time, body []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(seconds + "."))
	mac.Write(body)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// sameHost follows a redirect only where the request stays a POST to the same
// host: another would be given the report and the headers.
func sameHost(req *http.Request, via []*http.Request) error {
	const most = 5
	if req.Method != http.MethodPost || req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme || len(via) > most {
		return http.ErrUseLastResponse
	}
	return nil
}

// judge reads an answer: another attempt is worth it after 408, 425, 429 and
// from 500.
func (w *Webhook) judge(j *job, u *url.URL, resp *http.Response) error {
	const most = 64 << 10
	data, _ := io.ReadAll(io.LimitReader(resp.Body, most)) // an answer is an answer also when its text breaks off
	text := excerpt(string(data))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		// Connectors of Teams answer 200 also when they did not post.
		if w.Style == StyleTeams && strings.Contains(text, "message delivery failed") {
			return temporary("%s answered %s: %s", u.Host, resp.Status, text)
		}
		return nil
	}
	e := &Error{Text: u.Host + " answered " + resp.Status, Permanent: true}
	switch code := resp.StatusCode; {
	case code >= 300 && code < 400:
		to := "another address"
		if l, err := resp.Location(); err == nil && l.Host != u.Host {
			to = l.Host
		}
		e.Text += "; it redirects to " + to + ", and that is not followed; use the address it leads to"
		return e
	case code == http.StatusRequestTimeout || code == http.StatusTooEarly || code == http.StatusTooManyRequests || code >= 500:
		e.Permanent = false
		e.After = retryAfter(resp.Header.Get("Retry-After"), j.s.opt.Now())
	}
	if text != "" {
		e.Text += ": " + text
	}
	return e
}

// retryAfter reads RFC 9110, 10.2.3: seconds or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(value); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(value); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// excerpt is the beginning of a foreign text on one line.
func excerpt(text string) string {
	const most = 200
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "..."
	}
	return text
}

// body writes what is posted; note says what did not fit.
func (w *Webhook) body(j *job) (body []byte, note string, err error) {
	switch w.Style {
	case StyleTeams:
		return teams(j.m)
	case StyleSlack:
		return slack(j.m)
	}
	body, err = encode(document(j, false))
	return body, "", err
}

// encode writes JSON without escaping <, > and &, which is for web pages.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

func (w *Webhook) preview(j *job) error {
	body, note, err := w.body(j)
	if err != nil {
		return err
	}
	fmt.Fprintf(j.w, "POST to %s\n\nContent-Type: application/json\n%s: %s\n", place(w.URL), IDHeader, j.id())
	for _, name := range slices.Sorted(maps.Keys(w.Header)) {
		fmt.Fprintf(j.w, "%s: %s\n", name, w.Header[name])
	}
	if w.Secret != "" {
		fmt.Fprintf(j.w, "%s: made with %s\n", SignatureHeader, w.Secret)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return err
	}
	fmt.Fprintf(j.w, "\n%s\n", b.String())
	if note != "" {
		fmt.Fprintf(j.w, "\n%s\n", note)
	}
	return nil
}
