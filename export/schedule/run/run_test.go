package run_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"argosy/export/deliver"
	"argosy/export/schedule/run"
	"argosy/schema"
	"argosy/schema/store"
)

// TestCutOff cuts the process off at every point of a run, before each of its
// two targets, and lets a new process go on: every target gets the report,
// once but where the record was not yet written, and always the same file.
func TestCutOff(t *testing.T) {
	for _, point := range run.Points() {
		for again := range 2 {
			if again == 1 && point != "sent" && point != "delivered" {
				continue // the second target is the same again
			}
			t.Run(fmt.Sprintf("%s %d", point, again), func(t *testing.T) {
				w := newWorld(t, "2026-11-20 06:59")
				w.tick(daily)
				w.now = at(t, "2026-11-20 07:00")
				for range again + 1 {
					w.cut = point
					f := w.file(daily)
					cut := w.with(func(e *run.Engine) error { _, err := e.Tick(context.Background(), f); return err })
					if cut != point && !(again == 1 && w.state() == "delivered 1:sent 2:sent") {
						t.Fatalf("cut off at %q", cut)
					}
					w.cut = ""
				}
				w.tick(daily)
				if got := w.state(); got != "delivered 1:sent 2:sent" {
					t.Errorf("the run is %s", got)
				}
				for _, target := range []string{"a", "b"} {
					got := w.sent[target]
					most := 1
					if point == "sent" {
						most = again + 2 // the record of those was not written
					}
					if len(got) < 1 || len(got) > most {
						t.Errorf("%s got %d messages", target, len(got))
					}
					for _, m := range got {
						if m.RunID != got[0].RunID || m.Artifacts[0].Name != got[0].Artifacts[0].Name || m.Artifacts[0].SHA256 != got[0].Artifacts[0].SHA256 {
							t.Errorf("%s got different messages: %+v", target, got)
						}
					}
				}
				if recorded := point == "recorded" || point == "sent" || point == "delivered"; recorded && w.built != 1 {
					t.Errorf("the file was built %d times", w.built)
				}
				if out := w.tick(daily); out != (run.Outcome{}) {
					t.Errorf("a further tick did %+v", out)
				}
			})
		}
	}
}

// TestCrashLoop gives up on a run that kills its process each time, and says so.
func TestCrashLoop(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:00")
	f := w.file(daily)
	for range 20 {
		w.cut = "started"
		if w.with(func(e *run.Engine) error { _, err := e.Tick(context.Background(), f); return err }) == "" {
			break
		}
	}
	if got := w.state(); got != "failed 3:sent" {
		t.Errorf("the run is %s", got)
	}
	if m := w.sent["alarm"]; len(m) != 1 || m[0].State != deliver.Failed || !strings.Contains(m[0].Problem, "5 attempts ended without a result") {
		t.Errorf("the alarm is %+v", m)
	}
}

// TestLease leaves a run alone whose process may live on another machine, until
// its lease is over.
func TestLease(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now, w.cut, w.alive = at(t, "2026-11-20 07:00"), "built", true
	w.tick(daily)
	w.cut = ""
	for _, minute := range []string{"07:01", "07:30"} {
		w.now = at(t, "2026-11-20 "+minute)
		if out := w.tick(daily); out != (run.Outcome{}) || len(w.sent) != 0 {
			t.Fatalf("at %s the tick did %+v", minute, out)
		}
	}
	w.now = at(t, "2026-11-20 07:32")
	if out := w.tick(daily); out.Delivered != 1 || len(w.sent["a"]) != 1 {
		t.Errorf("the tick did %+v", out)
	}
}

// TestFifty has fifty schedules due in one minute.
func TestFifty(t *testing.T) {
	text := "schedules:\n"
	for i := range 50 {
		text += fmt.Sprintf("- {id: s%d, report: counts, format: csv, cron: '0 7 * * *', timezone: UTC, deliver: [{dir: d%d}]}\n", i, i)
	}
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(text)
	w.now = at(t, "2026-11-20 07:00")
	// The process is cut off in the middle, and another goes on.
	for range 2 {
		w.cut = "delivered"
		f := w.file(text)
		w.with(func(e *run.Engine) error { _, err := e.Tick(context.Background(), f); return err })
	}
	w.cut = ""
	w.tick(text)
	for i := range 50 {
		if got := w.sent[fmt.Sprintf("d%d", i)]; len(got) != 1 {
			t.Errorf("d%d got %d messages", i, len(got))
		}
	}
	if out := w.tick(text); out != (run.Outcome{}) {
		t.Errorf("a further tick did %+v", out)
	}
}

// TestTakenOver has a process wake up after another took its run over: it must
// not send.
func TestTakenOver(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:00")
	w.build = func(context.Context) error {
		// The machine sleeps for two hours, and another does the work.
		w.build = nil
		w.now = at(t, "2026-11-20 09:00")
		w.tick(daily)
		return nil
	}
	out := w.tick(daily)
	if out.Elsewhere != 1 || len(w.sent["a"]) != 1 || len(w.sent["b"]) != 1 {
		t.Errorf("the tick did %+v; a got %d messages", out, len(w.sent["a"]))
	}
	if got := w.state(); got != "delivered 1:sent 2:sent" {
		t.Errorf("the run is %s", got)
	}
}

// TestDeadline ends an attempt whose report takes too long.
func TestDeadline(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:00")
	w.build = func(context.Context) error { w.now = w.now.Add(31 * time.Minute); return context.DeadlineExceeded }
	if out := w.tick(daily); out.Failed != 1 {
		t.Errorf("the tick did %+v", out)
	}
	if m := w.sent["alarm"]; len(m) != 1 || m[0].Problem != "the deadline of 30 minutes passed before the report was made" {
		t.Errorf("the alarm is %+v", m)
	}
}

// TestRetryable makes a report later whose database was in use, as often as
// retry.max says.
func TestRetryable(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.build = func(context.Context) error { return errBusy }
	for _, step := range []struct{ at, want string }{
		{"07:00", "claimed"}, {"07:04", "claimed"}, {"07:05", "claimed"}, {"07:14", "claimed"}, {"07:15", "failed 3:sent"},
	} {
		w.now = at(t, "2026-11-20 "+step.at)
		w.tick(daily)
		if got := w.state(); got != step.want {
			t.Errorf("at %s the run is %s, want %s", step.at, got, step.want)
		}
	}
	if w.built != 3 {
		t.Errorf("it was tried %d times", w.built)
	}
}

// TestPermanent does not retry what would fail again, and delivers to the others.
func TestPermanent(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:00")
	w.refuse = func(target string) error {
		if target == "a" {
			return &deliver.Error{Text: "no such recipient", Permanent: true}
		}
		return nil
	}
	if out := w.tick(daily); out.Partly != 1 || out.Waiting != 0 {
		t.Errorf("the tick did %+v", out)
	}
	if got := w.state(); got != "partly_delivered 1:failed 2:sent 3:sent" {
		t.Errorf("the run is %s", got)
	}
	if m := w.sent["alarm"]; len(m) != 1 || m[0].Problem != "1 of 2 deliveries failed: folder a: no such recipient" {
		t.Errorf("the alarm is %+v", m)
	}
}

// TestRetryAfter waits as long as the other side asks, and calls the last
// attempt the last.
func TestRetryAfter(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:00")
	w.refuse = func(target string) error {
		if target == "b" {
			return &deliver.Error{Text: "come back later", After: 20 * time.Minute}
		}
		return nil
	}
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:19")
	if out := w.tick(daily); out != (run.Outcome{}) {
		t.Errorf("the tick did %+v", out)
	}
	w.refuse = nil
	w.now = at(t, "2026-11-20 07:20")
	if out := w.tick(daily); out.Delivered != 1 || len(w.sent["a"]) != 1 || len(w.sent["b"]) != 1 || w.built != 1 {
		t.Errorf("the tick did %+v, built %d times", out, w.built)
	}
}

// TestMissed tells of a week of missed slots once.
func TestMissed(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-27 08:00")
	w.cut = "claimed"
	w.tick(daily)
	if out := w.tick(daily); out.Delivered != 1 {
		t.Errorf("the tick did %+v", out)
	}
	m := w.sent["lost"]
	if len(m) != 1 || m[0].State != deliver.Missed || !strings.HasPrefix(m[0].Problem, "7 slots missed, from 2026-11-20 07:00 to 2026-11-26 07:00: ") {
		t.Errorf("the news are %+v", m)
	}
	if m := w.sent["a"]; len(m) != 1 || !slices.Contains(m[0].Lines, deliver.Fact{Name: "missed before", Value: "7 slots missed, from 2026-11-20 07:00 to 2026-11-26 07:00"}) {
		t.Errorf("the message is %+v", m)
	}
}

// TestGone fails a run whose schedule went out of the file before it was done.
func TestGone(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now, w.cut = at(t, "2026-11-20 07:00"), "recorded"
	w.tick(daily)
	w.tick(strings.Replace(daily, "id: daily", "id: other", 1))
	if got := w.state(); got != "failed 1:failed 2:failed" || len(w.sent) != 0 {
		t.Errorf("the run is %s, sent %v", got, w.sent)
	}
}

// TestStopped leaves what is being made to the next process when it is told to
// stop, without counting it as an attempt.
func TestStopped(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now, w.alive = at(t, "2026-11-20 07:00"), true
	ctx, stop := context.WithCancel(context.Background())
	w.build = func(ctx context.Context) error { stop(); return ctx.Err() }
	f := w.file(daily)
	w.with(func(e *run.Engine) error {
		if _, err := e.Tick(ctx, f); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		return nil
	})
	w.build = nil
	if out := w.tick(daily); out.Delivered != 1 {
		t.Errorf("the next tick did %+v", out)
	}
}

// TestKeep removes the files of old runs and says so in the record.
func TestKeep(t *testing.T) {
	w := newWorld(t, "2026-11-01 06:59")
	text := strings.Replace(daily, "format: csv", "format: csv\n  keep: 2", 1)
	w.tick(text)
	for day := range 5 {
		w.now = at(t, fmt.Sprintf("2026-11-%02d 07:00", day+1))
		w.tick(text)
	}
	files, err := filepath.Glob(filepath.Join(w.dir, "runs", "daily", "*.csv"))
	if err != nil || len(files) != 2 || !strings.Contains(files[0], "2026-11-04") || !strings.Contains(files[1], "2026-11-05") {
		t.Errorf("the files are %v", files)
	}
}

// TestResend sends to one target once more and counts it.
func TestResend(t *testing.T) {
	w := newWorld(t, "2026-11-20 06:59")
	w.tick(daily)
	w.now = at(t, "2026-11-20 07:00")
	w.tick(daily)
	f := w.file(daily)
	id := run.ID("daily", w.now)
	w.now = at(t, "2026-11-21 12:00")
	w.with(func(e *run.Engine) error {
		db, err := store.Open(context.Background(), filepath.Join(w.dir, "t.db"), store.Options{Threads: 1})
		if err != nil {
			return err
		}
		r, err := db.ScheduleRun(context.Background(), id)
		db.Close()
		if err != nil {
			return err
		}
		_, err = e.Resend(context.Background(), &f.Schedules[0], r, 2)
		return err
	})
	if len(w.sent["a"]) != 1 || len(w.sent["b"]) != 2 || w.sent["b"][1].Resend != 1 || w.built != 1 {
		t.Errorf("a got %d, b got %d messages, built %d times", len(w.sent["a"]), len(w.sent["b"]), w.built)
	}
	if got := w.state(); got != "delivered 1:sent 2:sent" {
		t.Errorf("the run is %s", got)
	}
}

// TestOwner says who is dead.
func TestOwner(t *testing.T) {
	o := run.Owner{Machine: "m", PID: 10, Token: "now", Alive: func(pid int) bool { return pid == 11 }}
	for other, dead := range map[string]bool{
		"m/10/now": false, "m/10/before": true, "m/11/x": false, "m/12/x": true, "elsewhere/12/x": false, "m/x/y": false, "": false,
	} {
		if o.Dead(other) != dead {
			t.Errorf("%q is dead: %v", other, !dead)
		}
	}
	if self := run.Self(); self.Dead(self.String()) || !self.Alive(self.PID) {
		t.Error("this process is dead")
	}
}

// TestTwiceWithinASecond runs a schedule by hand again at the same second: the
// second is a run of its own, and never the run of the clock.
func TestTwiceWithinASecond(t *testing.T) {
	w := newWorld(t, "2026-03-03 07:30")
	f := w.file(daily)
	seen := map[string]bool{}
	for range 3 {
		w.with(func(e *run.Engine) error {
			r, err := e.Once(context.Background(), &f.Schedules[0], time.Time{})
			seen[r.ID] = true
			if r.State != schema.RunDelivered || r.Slot.After(w.now) {
				t.Errorf("the run of %v is %s", r.Slot, r.State)
			}
			return err
		})
	}
	if len(seen) != 3 || len(w.sent["a"]) != 3 {
		t.Errorf("%d runs and %d messages, of 3 asked for", len(seen), len(w.sent["a"]))
	}
}
