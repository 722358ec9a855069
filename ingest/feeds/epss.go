package feeds

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// EPSS is FIRST's daily table of exploit prediction scores as CSV: a comment
// with the model and the day, a header, and a row for each CVE
// (https://www.first.org/epss/data_stats).
var EPSS = format.Format{
	Name:  "epss",
	Title: "FIRST EPSS scores",
	Detect: func(o *format.Outline) format.Match {
		if o.Syntax != format.CSV || len(o.Header) < 2 {
			return format.Match{Reason: "EPSS scores are a CSV table"}
		}
		header := strings.Join(o.Header, ",")
		if strings.HasPrefix(header, "#model_version:") || header == "cve,epss,percentile" {
			return format.Match{Verdict: format.Yes, Score: 3}
		}
		return format.Match{Reason: "the header is not cve,epss,percentile"}
	},
	Decode: decodeEPSS,
}

func decodeEPSS(_ context.Context, in *format.Input, to format.Sink) error {
	r := bufio.NewReaderSize(in, 64<<10)
	entry := schema.FeedEntry{Feed: schema.FeedEPSS}
	header := false
	for no := 1; ; no++ {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			if line != "" {
				return &format.Error{Where: fmt.Sprintf("line %d", no), Msg: "the table ends within a line"}
			}
			break
		}
		if err != nil {
			return err
		}
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "#"):
			entry.Version, entry.At = modelAndDay(line)
		case !header:
			if line != "cve,epss,percentile" {
				return &format.Error{Where: fmt.Sprintf("line %d", no), Msg: fmt.Sprintf("the header is %q, not cve,epss,percentile", line)}
			}
			header = true
		default:
			if err := epssRow(line, &entry); err != nil {
				return &format.Error{Where: fmt.Sprintf("line %d", no), Msg: err.Error()}
			}
			if err := to.Feed(&entry); err != nil {
				return err
			}
		}
	}
	if !header {
		return &format.Error{Msg: "the table has no header"}
	}
	return nil
}

// modelAndDay reads "#model_version:v2025.03.14,score_date:2026-01-01T00:00:00+0000".
func modelAndDay(line string) (model string, day time.Time) {
	for part := range strings.SplitSeq(strings.TrimPrefix(line, "#"), ",") {
		word, value, _ := strings.Cut(part, ":")
		switch word {
		case "model_version":
			model = value
		case "score_date":
			if t, err := time.Parse("2006-01-02T15:04:05-0700", value); err == nil {
				day = t.UTC()
			} else {
				day = jsonread.ParseTime(value)
			}
		}
	}
	return model, day
}

func epssRow(line string, e *schema.FeedEntry) error {
	parts := strings.Split(line, ",")
	if len(parts) != 3 || parts[0] == "" {
		return fmt.Errorf("the row %q has not the three fields cve, epss and percentile", line)
	}
	e.ID = parts[0]
	for i, to := range []*float64{&e.EPSS, &e.Percentile} {
		v, err := strconv.ParseFloat(parts[i+1], 64)
		if err != nil || v < 0 || v > 1 {
			return fmt.Errorf("%q is no number from 0 to 1", parts[i+1])
		}
		*to = v
	}
	return nil
}
