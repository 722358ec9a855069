package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bits is a set of small numbers: the values of one field.
type bits uint64

func (b bits) has(n int) bool { return b&(1<<n) != 0 }

// Cron is a cron expression: the minutes of the wall clock at which something
// is due. It knows no time zone; Clock puts it into one.
type Cron struct {
	text                           string
	minute, hour, day, month, week bits
	// anyDay and anyWeekday say that the field begins with *. As in crontab(5),
	// a day must satisfy both fields then, and one of the two where both are
	// restricted.
	anyDay, anyWeekday bool
}

// field is one of the five, with what it accepts.
type field struct {
	name     string
	min, max int
	names    []string // the first stands for min
}

const (
	hoursOfDay  = 24
	daysOfWeek  = 7
	everyHour   = bits(1<<hoursOfDay - 1)
	cronExample = `write minute, hour, day of month, month and day of week, for instance "0 7 * * fri"`
)

// fields are the five, in the order in which they are written. Sunday is 0 and
// 7.
func fields() [5]field {
	return [5]field{
		{name: "minute", max: 59},
		{name: "hour", max: hoursOfDay - 1},
		{name: "day of month", min: 1, max: 31},
		{name: "month", min: 1, max: 12, names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
		{name: "day of week", max: daysOfWeek, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
	}
}

// Shorthands are the words that stand for an expression.
func Shorthands() map[string]string {
	return map[string]string{
		"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
		"@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
	}
}

// ParseCron reads an expression of five fields as in crontab(5): numbers, three
// letter names of months and days, lists, ranges, and steps behind * or a
// range; or one of the Shorthands. What crontab(5) does not have (seconds, L,
// W, #, ?, @reboot, @every) is an error, and so is an expression that no day
// ever satisfies.
func ParseCron(text string) (Cron, error) {
	c := Cron{text: text}
	expression := strings.TrimSpace(text)
	if strings.HasPrefix(expression, "@") {
		full, ok := Shorthands()[strings.ToLower(expression)]
		if !ok {
			return Cron{}, fmt.Errorf("reading cron %q: the words are @hourly, @daily, @midnight, @weekly, @monthly, @yearly and @annually", text)
		}
		expression = full
	}
	parts := strings.Fields(expression)
	if len(parts) != len(fields()) {
		return Cron{}, fmt.Errorf("reading cron %q: five fields are needed, it has %d: %s", text, len(parts), cronExample)
	}
	for i, to := range []*bits{&c.minute, &c.hour, &c.day, &c.month, &c.week} {
		set, err := fields()[i].parse(parts[i])
		if err != nil {
			return Cron{}, fmt.Errorf("reading cron %q: %w", text, err)
		}
		*to = set
	}
	if c.week.has(daysOfWeek) {
		c.week |= 1
	}
	c.anyDay, c.anyWeekday = strings.HasPrefix(parts[2], "*"), strings.HasPrefix(parts[4], "*")
	from := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, ok := c.wall(from, from.AddDate(horizonYears, 0, 0)); !ok {
		return Cron{}, fmt.Errorf("reading cron %q: no date satisfies it; change the day of month or the month", text)
	}
	return c, nil
}

// String is the expression as it was written.
func (c Cron) String() string { return c.text }

// hourly says that the expression names every hour of the day.
func (c Cron) hourly() bool { return c.hour == everyHour }

// parse reads a field: elements between commas.
func (f field) parse(text string) (bits, error) {
	var set bits
	for _, element := range strings.Split(text, ",") {
		b, err := f.element(element)
		if err != nil {
			return 0, err
		}
		set |= b
	}
	return set, nil
}

// element reads *, a value or a range, with a step behind.
func (f field) element(text string) (bits, error) {
	span, stepText, stepped := strings.Cut(text, "/")
	low, high, err := f.span(span)
	if err != nil {
		return 0, err
	}
	step := 1
	if stepped {
		if span != "*" && !strings.Contains(span, "-") {
			return 0, fmt.Errorf("the %s %q has a step behind one value; write %s-%d/%s", f.name, text, span, f.last(), stepText)
		}
		if step, err = number(stepText); err != nil || step < 1 || step > high-low {
			return 0, fmt.Errorf("the %s %q has the step %q; it must be a number from 1 to %d", f.name, text, stepText, high-low)
		}
	}
	var set bits
	for n := low; n <= high; n += step {
		set |= 1 << n
	}
	return set, nil
}

// last is the greatest value that is not a second name of another.
func (f field) last() int { return min(f.max, f.min+f.count()-1) }

func (f field) count() int {
	if f.max == daysOfWeek {
		return daysOfWeek
	}
	return f.max - f.min + 1
}

func (f field) span(text string) (low, high int, err error) {
	if text == "*" {
		return f.min, f.last(), nil
	}
	from, to, ranged := strings.Cut(text, "-")
	if low, err = f.value(from); err != nil || !ranged {
		return low, low, err
	}
	if high, err = f.value(to); err != nil {
		return 0, 0, err
	}
	if f.max == daysOfWeek && high == 0 {
		high = daysOfWeek // fri-sun
	}
	if high < low {
		return 0, 0, fmt.Errorf("the range %q of the %s runs backwards; write two ranges with a comma between them", text, f.name)
	}
	return low, high, nil
}

func (f field) value(text string) (int, error) {
	if i := slices.Index(f.names, strings.ToLower(text)); i >= 0 {
		return f.min + i, nil
	}
	n, err := number(text)
	if err != nil || n < f.min || n > f.max {
		names := ""
		if len(f.names) > 0 {
			names = fmt.Sprintf(", or %s to %s", f.names[0], f.names[len(f.names)-1])
		}
		return 0, fmt.Errorf("the %s %q is none; it must be %d to %d%s, or *", f.name, text, f.min, f.max, names)
	}
	return n, nil
}

// number reads digits alone: no sign, no blank.
func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	return int(n), err
}

// date says whether a day satisfies the expression.
func (c Cron) date(t time.Time) bool {
	if !c.month.has(int(t.Month())) {
		return false
	}
	day, weekday := c.day.has(t.Day()), c.week.has(int(t.Weekday()))
	if c.anyDay || c.anyWeekday {
		return day && weekday
	}
	return day || weekday
}

// wall returns the first minute that satisfies the expression, from the minute
// at or after from and before the minute to. Both are readings of a wall clock,
// written as if they were UTC: a day of it always has 24 hours.
func (c Cron) wall(from, to time.Time) (time.Time, bool) {
	if t := from.Truncate(time.Minute); t.Before(from) {
		from = t.Add(time.Minute)
	}
	for from.Before(to) {
		midnight := from.Truncate(hoursOfDay * time.Hour)
		if c.date(from) {
			first := int(from.Sub(midnight) / time.Minute)
			for n := first; n < hoursOfDay*60; n++ {
				if !c.hour.has(n/60) || !c.minute.has(n%60) {
					continue
				}
				t := midnight.Add(time.Duration(n) * time.Minute)
				return t, t.Before(to)
			}
		}
		from = midnight.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}
