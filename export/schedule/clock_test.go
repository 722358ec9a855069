package schedule

import (
	"strings"
	"testing"
	"time"
)

// stamp is a slot with its offset, so that the two readings of a repeated hour
// differ.
const stamp = "Mon 2006-01-02 15:04 -0700"

func TestSlots(t *testing.T) {
	cases := []struct {
		name, cron, zone, after string // after is a reading in UTC
		want                    []string
	}{
		{"plain", "0 7 * * fri", "Europe/Berlin", "2026-11-21 09:00", []string{"Fri 2026-11-27 07:00 +0100", "Fri 2026-12-04 07:00 +0100"}},
		{"strictly after", "0 7 * * *", "UTC", "2026-05-01 07:00", []string{"Sat 2026-05-02 07:00 +0000"}},
		{"wall time is kept over spring", "0 7 * * *", "Europe/Berlin", "2026-03-28 00:00",
			[]string{"Sat 2026-03-28 07:00 +0100", "Sun 2026-03-29 07:00 +0200", "Mon 2026-03-30 07:00 +0200"}},
		{"wall time is kept over autumn", "0 7 * * *", "Europe/Berlin", "2026-10-24 00:00",
			[]string{"Sat 2026-10-24 07:00 +0200", "Sun 2026-10-25 07:00 +0100"}},

		{"gap", "30 2 * * *", "Europe/Berlin", "2026-03-28 00:00",
			[]string{"Sat 2026-03-28 02:30 +0100", "Sun 2026-03-29 03:00 +0200", "Mon 2026-03-30 02:30 +0200"}},
		{"gap, many become one", "*/10 2 * * *", "Europe/Berlin", "2026-03-29 00:00",
			[]string{"Sun 2026-03-29 03:00 +0200", "Mon 2026-03-30 02:00 +0200"}},
		{"gap meets a slot of its own", "30 2,3 * * *", "Europe/Berlin", "2026-03-29 00:00",
			[]string{"Sun 2026-03-29 03:00 +0200", "Sun 2026-03-29 03:30 +0200"}},
		{"gap falls on a slot", "0 2,3 * * *", "Europe/Berlin", "2026-03-29 00:00",
			[]string{"Sun 2026-03-29 03:00 +0200", "Mon 2026-03-30 02:00 +0200"}},
		{"gap asked from within the same second", "30 2 * * *", "Europe/Berlin", "2026-03-29 01:00", []string{"Mon 2026-03-30 02:30 +0200"}},
		{"gap in New York", "15 2 * * sun", "America/New_York", "2026-03-02 00:00", []string{"Sun 2026-03-08 03:00 -0400", "Sun 2026-03-15 02:15 -0400"}},
		{"gap at midnight, Beirut", "0 0 * * *", "Asia/Beirut", "2026-03-28 00:00", []string{"Sun 2026-03-29 01:00 +0300", "Mon 2026-03-30 00:00 +0300"}},
		{"gap at midnight, Santiago", "30 0 * * *", "America/Santiago", "2026-09-05 05:00", []string{"Sun 2026-09-06 01:00 -0300", "Mon 2026-09-07 00:30 -0300"}},
		{"gap at midnight on the first, Asuncion", "@monthly", "America/Asuncion", "2017-09-02 00:00", []string{"Sun 2017-10-01 01:00 -0300"}},
		{"gap of half an hour, Lord Howe", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03 00:00", []string{"Sun 2026-10-04 02:30 +1100", "Mon 2026-10-05 02:15 +1100"}},
		{"gap of a whole day, Apia", "0 7 * * fri", "Pacific/Apia", "2011-12-25 00:00", []string{"Sat 2011-12-31 00:00 +1400", "Fri 2012-01-06 07:00 +1400"}},

		{"overlap, once and the first", "30 2 * * *", "Europe/Berlin", "2026-10-24 12:00",
			[]string{"Sun 2026-10-25 02:30 +0200", "Mon 2026-10-26 02:30 +0100"}},
		{"overlap asked from between", "30 2 * * *", "Europe/Berlin", "2026-10-25 00:45", []string{"Mon 2026-10-26 02:30 +0100"}},
		{"overlap, quarters of one hour", "*/30 2 * * *", "Europe/Berlin", "2026-10-24 12:00",
			[]string{"Sun 2026-10-25 02:00 +0200", "Sun 2026-10-25 02:30 +0200", "Mon 2026-10-26 02:00 +0100"}},
		{"overlap in New York", "30 1 1 nov *", "America/New_York", "2026-10-01 00:00", []string{"Sun 2026-11-01 01:30 -0400", "Mon 2027-11-01 01:30 -0400"}},
		{"overlap at midnight, Beirut", "30 23 * * *", "Asia/Beirut", "2026-10-24 12:00", []string{"Sat 2026-10-24 23:30 +0300", "Sun 2026-10-25 23:30 +0200"}},
		{"overlap at midnight, Azores", "30 0 * * *", "Atlantic/Azores", "2026-10-24 12:00", []string{"Sun 2026-10-25 00:30 +0000", "Mon 2026-10-26 00:30 -0100"}},
		{"overlap of half an hour, Lord Howe", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04 00:00", []string{"Sun 2026-04-05 01:45 +1100", "Mon 2026-04-06 01:45 +1030"}},
		{"Dublin, whose winter is the exception", "30 1 * * *", "Europe/Dublin", "2026-10-24 12:00", []string{"Sun 2026-10-25 01:30 +0100", "Mon 2026-10-26 01:30 +0000"}},
		{"Casablanca, which moves for Ramadan", "30 2 * * *", "Africa/Casablanca", "2026-02-14 12:00", []string{"Sun 2026-02-15 02:30 +0100", "Mon 2026-02-16 02:30 +0000"}},

		{"hourly keeps both hours", "@hourly", "Europe/Berlin", "2026-10-24 23:30",
			[]string{"Sun 2026-10-25 02:00 +0200", "Sun 2026-10-25 02:00 +0100", "Sun 2026-10-25 03:00 +0100"}},
		{"hourly over a gap", "30 * * * *", "Europe/Berlin", "2026-03-29 00:00", []string{"Sun 2026-03-29 01:30 +0100", "Sun 2026-03-29 03:30 +0200"}},
		{"hourly over half a gap", "15 * * * *", "Australia/Lord_Howe", "2026-10-03 14:00",
			[]string{"Sun 2026-10-04 01:15 +1030", "Sun 2026-10-04 02:30 +1100", "Sun 2026-10-04 03:15 +1100"}},
		{"every second hour is not hourly", "0 */2 * * *", "Europe/Berlin", "2026-10-24 22:30",
			[]string{"Sun 2026-10-25 02:00 +0200", "Sun 2026-10-25 04:00 +0100"}},

		{"half an hour off", "0 9 * * mon-fri", "Asia/Kolkata", "2026-11-20 12:00", []string{"Mon 2026-11-23 09:00 +0530"}},
		{"three quarters off", "@daily", "Asia/Kathmandu", "2026-11-20 12:00", []string{"Sat 2026-11-21 00:00 +0545"}},
		{"the year changes", "@yearly", "Pacific/Auckland", "2026-06-01 00:00", []string{"Fri 2027-01-01 00:00 +1300", "Sat 2028-01-01 00:00 +1300"}},
		{"leap day", "0 0 29 2 *", "UTC", "2096-03-01 00:00", []string{"Fri 2104-02-29 00:00 +0000"}},
		{"leap day on a Sunday", "0 0 29 2 */6", "UTC", "2026-01-01 00:00", []string{"Sun 2032-02-29 00:00 +0000", "Sat 2048-02-29 00:00 +0000"}},
		{"thirty-first", "0 0 31 * *", "UTC", "2026-03-31 00:00", []string{"Sun 2026-05-31 00:00 +0000", "Fri 2026-07-31 00:00 +0000"}},
		{"day or weekday", "0 0 13 * fri", "UTC", "2026-11-07 00:00", []string{"Fri 2026-11-13 00:00 +0000", "Fri 2026-11-20 00:00 +0000", "Fri 2026-11-27 00:00 +0000", "Fri 2026-12-04 00:00 +0000", "Fri 2026-12-11 00:00 +0000", "Sun 2026-12-13 00:00 +0000"}},
		{"weekend", "0 8 * * sat-sun", "UTC", "2026-11-20 12:00", []string{"Sat 2026-11-21 08:00 +0000", "Sun 2026-11-22 08:00 +0000", "Sat 2026-11-28 08:00 +0000"}},
		{"seven is Sunday", "0 8 * * 7", "UTC", "2026-11-20 12:00", []string{"Sun 2026-11-22 08:00 +0000"}},
		{"lists, ranges and steps", "5,40-50/5 8-10/2 1 JAN,Jul *", "UTC", "2026-12-31 00:00",
			[]string{"Fri 2027-01-01 08:05 +0000", "Fri 2027-01-01 08:40 +0000", "Fri 2027-01-01 08:45 +0000", "Fri 2027-01-01 08:50 +0000", "Fri 2027-01-01 10:05 +0000"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			clock, err := NewClock(c.cron, c.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse("2006-01-02 15:04", c.after)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.want {
				next, ok := clock.Next(at)
				if got := next.Format(stamp); !ok || got != want {
					t.Fatalf("slot %d is %s, want %s", i, got, want)
				}
				at = next
			}
		})
	}
}

// TestSlotsMinuteByMinute compares with a watcher who looks at the wall clock
// every minute of several weeks and months around every kind of change.
func TestSlotsMinuteByMinute(t *testing.T) {
	expressions := []string{"* * * * *", "@hourly", "37 * * * *", "0 7 * * fri", "*/20 0-3 * * *", "30 23 * * *", "30 2 * * *", "0 */2 * * *",
		"15 0,1,2,3 * * sat,sun", "0 0 1 * *", "0 12 1-7 * mon", "45 1 */2 * *"}
	periods := []struct{ zone, from, to string }{
		{"Europe/Berlin", "2026-03-25", "2026-04-02"}, {"Europe/Berlin", "2026-10-20", "2026-11-02"},
		{"America/New_York", "2026-03-05", "2026-03-10"}, {"America/New_York", "2026-10-30", "2026-11-03"},
		{"Australia/Lord_Howe", "2026-04-01", "2026-04-07"}, {"Australia/Lord_Howe", "2026-10-01", "2026-10-06"},
		{"Asia/Beirut", "2026-03-26", "2026-03-31"}, {"Asia/Beirut", "2026-10-22", "2026-10-27"},
		{"America/Santiago", "2026-04-02", "2026-04-07"}, {"America/Santiago", "2026-09-03", "2026-09-08"},
		{"Africa/Casablanca", "2026-02-10", "2026-03-25"}, {"Pacific/Apia", "2011-12-27", "2012-01-03"},
		{"Pacific/Kwajalein", "1993-08-18", "1993-08-25"}, {"Antarctica/Troll", "2026-03-26", "2026-03-31"},
		{"Antarctica/Troll", "2026-10-22", "2026-10-27"}, {"Asia/Pyongyang", "2018-05-02", "2018-05-07"},
		{"America/Caracas", "2016-04-29", "2016-05-03"}, {"Europe/London", "1941-05-01", "1941-05-07"}, {"UTC", "2026-01-01", "2026-01-05"},
		{"Pacific/Auckland", "2026-12-30", "2027-01-03"}, {"America/Nuuk", "2027-03-25", "2027-03-31"},
	}
	for _, p := range periods {
		for _, cron := range expressions {
			clock, err := NewClock(cron, p.zone)
			if err != nil {
				t.Fatal(err)
			}
			from, _ := time.Parse(time.DateOnly, p.from)
			to, _ := time.Parse(time.DateOnly, p.to)
			want, got := watch(clock, from, to), clock.Between(from, to)
			if a, b := list(got), list(want); a != b {
				t.Errorf("%s in %s from %s: got\n%swant\n%s", cron, p.zone, p.from, a, b)
			}
		}
	}
}

func list(slots []time.Time) string {
	var b strings.Builder
	for _, s := range slots {
		b.WriteString(s.Format(stamp) + "\n")
	}
	return b.String()
}

// watch is the rules of Clock told by somebody who walks through real time.
func watch(c Clock, from, to time.Time) []time.Time {
	var out []time.Time
	reading := func(t time.Time) time.Time {
		_, offset := t.In(c.zone).Zone()
		return t.Add(time.Duration(offset) * time.Second)
	}
	due := func(w time.Time) bool {
		return c.cron.date(w) && c.cron.hour.has(w.Hour()) && c.cron.minute.has(w.Minute())
	}
	hourly := strings.HasPrefix(c.cron.text, "@hourly") || strings.Fields(c.cron.text)[1] == "*"
	seen := map[time.Time]bool{}
	for t := from.Add(-72 * time.Hour); t.Before(from); t = t.Add(time.Minute) {
		seen[reading(t)] = true
	}
	seen[reading(from)] = true
	for t := from.Add(time.Minute); !t.After(to); t = t.Add(time.Minute) {
		w, before := reading(t), reading(t.Add(-time.Minute))
		is := due(w) && (hourly || !seen[w])
		for gap := before.Add(time.Minute); gap.Before(w); gap = gap.Add(time.Minute) {
			hour := gap.Truncate(time.Hour)
			whole := hour.After(before) && !hour.Add(time.Hour).After(w)
			is = is || due(gap) && !seen[gap] && (!hourly || !whole)
		}
		seen[w] = true
		if is {
			out = append(out, t.In(c.zone))
		}
	}
	return out
}

func TestBetween(t *testing.T) {
	clock, err := NewClock("0 7 * * *", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	seven := time.Date(2026, 5, 1, 7, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		a, b time.Time
		want int
	}{
		{seven, seven.AddDate(0, 0, 7), 7},
		{seven.Add(-time.Nanosecond), seven, 1},
		{seven, seven, 0},
		{seven.AddDate(0, 0, 1), seven, 0},
	} {
		if got := clock.Between(c.a, c.b); len(got) != c.want {
			t.Errorf("between %s and %s: %v, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestCronMistakes(t *testing.T) {
	for cron, want := range map[string]string{
		"":                "five fields are needed, it has 0",
		"0 7 * *":         "five fields are needed, it has 4",
		"0 0 7 * * fri":   "five fields are needed, it has 6",
		"60 7 * * *":      `the minute "60" is none; it must be 0 to 59, or *`,
		"0 24 * * *":      `the hour "24"`,
		"0 7 0 * *":       `the day of month "0" is none; it must be 1 to 31`,
		"0 7 * 13 *":      `the month "13" is none; it must be 1 to 12, or jan to dec, or *`,
		"0 7 * * 8":       `the day of week "8" is none; it must be 0 to 7, or sun to sat, or *`,
		"0 7 * * friday":  `"friday" is none`,
		"0 7 * * fri-mon": "runs backwards",
		"50-10 7 * * *":   "runs backwards",
		"*/0 7 * * *":     `the step "0"`,
		"*/90 * * * *":    "from 1 to 59",
		"*/x * * * *":     `the step "x"`,
		"5/15 * * * *":    "write 5-59/15",
		"0 7 * * 1/2":     "write 1-6/2",
		"-1 7 * * *":      `the minute ""`,
		"+1 7 * * *":      `the minute "+1"`,
		"1,,2 7 * * *":    `the minute ""`,
		"0 7 L * *":       `the day of month "L"`,
		"0 7 ? * mon":     `the day of month "?"`,
		"0 7 * * mon#1":   `the day of week "mon#1"`,
		"0 0 30 2 *":      "no date satisfies it",
		"0 0 31 4,6 *":    "no date satisfies it",
		"@reboot":         "the words are @hourly",
		"@every 5m":       "the words are @hourly",
	} {
		_, err := ParseCron(cron)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("cron %q: %v, want %q", cron, err, want)
		}
	}
}

func TestShorthands(t *testing.T) {
	for word, full := range Shorthands() {
		a, errA := ParseCron(word)
		b, errB := ParseCron(full)
		a.text, b.text = "", ""
		if errA != nil || errB != nil || a != b {
			t.Errorf("%s is %+v (%v), want %+v (%v)", word, a, errA, b, errB)
		}
	}
}

func TestZoneMistakes(t *testing.T) {
	for _, zone := range []string{"", "Local", "Berlin", "../etc/passwd", "UTC+2"} {
		if _, err := ParseZone(zone); err == nil || !strings.Contains(err.Error(), "Europe/Berlin or UTC") {
			t.Errorf("zone %q: %v", zone, err)
		}
	}
}
