package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// maxAnswer bounds an answer that is held in memory, in bytes. Manifests,
// configurations and lists are far smaller.
const maxAnswer = 256 << 20

// carrier carries requests to registries: so many at a time, again after a
// passing failure, and not before a registry says that it may be asked again.
// It reads every answer whole, so that one that breaks off is asked for again.
type carrier struct {
	// life is the context of the whole sync.
	life     context.Context
	base     http.RoundTripper
	slots    chan struct{}
	attempts int
	timeout  time.Duration
	maxWait  time.Duration
	sleep    func(context.Context, time.Duration) error
	now      func() time.Time

	requests atomic.Int64

	mu        sync.Mutex
	notBefore map[string]time.Time
	pings     map[string]*ping
}

// ping is the answer to the opening question of the protocol (GET /v2/), which
// the library asks for every repository anew; it is the same for all.
type ping struct {
	once   sync.Once
	status int
	header http.Header
	body   []byte
	err    error
}

func newCarrier(ctx context.Context, o Options) *carrier {
	return &carrier{
		life: ctx, base: o.Transport, slots: make(chan struct{}, o.Jobs), attempts: o.Attempts, timeout: o.Timeout, maxWait: o.MaxWait,
		sleep: o.Sleep, now: o.Clock, notBefore: map[string]time.Time{}, pings: map[string]*ping{},
	}
}

// RoundTrip implements http.RoundTripper.
func (c *carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.URL.Path != "/v2/" {
		return c.carry(req)
	}
	key := req.URL.Scheme + "://" + req.URL.Host
	c.mu.Lock()
	p := c.pings[key]
	if p == nil {
		p = &ping{}
		c.pings[key] = p
	}
	c.mu.Unlock()
	p.once.Do(func() {
		// The library lets https and http race and cancels the loser, whose
		// failure would then be remembered: the ping has a life of its own.
		resp, err := c.carry(req.WithContext(c.life))
		if err != nil {
			p.err = err
			return
		}
		p.status, p.header = resp.StatusCode, resp.Header
		p.body, p.err = io.ReadAll(resp.Body)
	})
	if p.err != nil {
		return nil, p.err
	}
	return answer(req, p.status, p.header.Clone(), p.body), nil
}

func answer(req *http.Request, status int, header http.Header, body []byte) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req,
	}
}

// RetryLater is a registry's wish not to be asked for longer than the sync
// waits.
type RetryLater struct {
	Host  string
	After time.Duration
}

// Error says who wants how much time.
func (e *RetryLater) Error() string {
	return fmt.Sprintf("registry %s asks to wait %s before the next request", e.Host, e.After.Round(time.Second))
}

func (c *carrier) carry(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		if err := c.gate(req); err != nil {
			return nil, err
		}
		resp, err := c.once(req)
		again := err != nil && passing(err) || err == nil && busy(resp.StatusCode)
		if req.Context().Err() != nil {
			if err == nil {
				err = context.Cause(req.Context())
			}
			return nil, err
		}
		if !again || attempt >= c.attempts || req.Body != nil && req.GetBody == nil {
			return resp, err
		}
		wait := backoff(attempt)
		if err == nil {
			if asked, ok := c.retryAfter(resp.Header.Get("Retry-After")); ok {
				if asked > c.maxWait {
					return nil, &RetryLater{req.URL.Host, asked}
				}
				wait = asked
				c.hold(req.URL.Host, asked)
			}
		}
		if err := c.sleep(req.Context(), wait); err != nil {
			return nil, err
		}
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

// gate waits until the registry may be asked: what one request was told holds
// for all of them.
func (c *carrier) gate(req *http.Request) error {
	for {
		c.mu.Lock()
		wait := c.notBefore[req.URL.Host].Sub(c.now())
		c.mu.Unlock()
		if wait <= 0 {
			return nil
		}
		if err := c.sleep(req.Context(), wait); err != nil {
			return err
		}
	}
}

func (c *carrier) hold(host string, wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := c.now().Add(wait); until.After(c.notBefore[host]) {
		c.notBefore[host] = until
	}
}

// once sends the request and reads the whole answer.
func (c *carrier) once(req *http.Request) (*http.Response, error) {
	select {
	case c.slots <- struct{}{}:
	case <-req.Context().Done():
		return nil, context.Cause(req.Context())
	}
	defer func() { <-c.slots }()
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel()
	c.requests.Add(1)
	resp, err := c.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer to %s %s: %w", req.Method, redacted(req.URL), err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("the answer to %s %s is larger than %d MiB", req.Method, redacted(req.URL), maxAnswer>>20)
	}
	length := resp.ContentLength
	if req.Method != http.MethodHead {
		if resp.StatusCode == http.StatusOK && strings.Contains(resp.Header.Get("Content-Type"), "json") && !json.Valid(body) {
			return nil, fmt.Errorf("the answer to %s %s breaks off: %w", req.Method, redacted(req.URL), io.ErrUnexpectedEOF)
		}
		length = int64(len(body))
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), length
	return resp, nil
}

// redacted leaves out what may hold credentials.
func redacted(u *url.URL) string {
	v := *u
	v.User, v.RawQuery = nil, ""
	return v.String()
}

// busy says whether a status is a passing one.
func busy(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout, 499, 522:
		return true
	}
	return false
}

// passing says whether an error of the network may go away by itself.
func passing(err error) bool {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return false
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return true
	case errors.As(err, &timeout):
		return timeout.Timeout()
	}
	// net/http has no names for these.
	return strings.Contains(err.Error(), "server closed idle connection") || strings.Contains(err.Error(), "transport connection broken")
}

// backoff doubles from half a second to half a minute; chance keeps many
// workers from asking again at once.
func backoff(attempt int) time.Duration {
	d := min(30*time.Second, 500*time.Millisecond<<min(attempt-1, 10))
	return d + time.Duration(rand.Int64N(int64(d)/4+1))
}

// retryAfter reads the header of that name: seconds or a date (RFC 9110,
// section 10.2.3).
func (c *carrier) retryAfter(text string) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return time.Duration(n) * time.Second, true
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(0, t.Sub(c.now())), true
	}
	return 0, false
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
