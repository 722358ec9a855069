// Package feeds reads the public feeds about vulnerabilities: which ones are
// known to be exploited, and how likely each is to be.
package feeds

import (
	"context"
	"fmt"
	"time"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// KEV is CISA's catalogue of known exploited vulnerabilities as JSON
// (https://www.cisa.gov/known-exploited-vulnerabilities-catalog).
var KEV = format.Format{
	Name:  "kev",
	Title: "CISA KEV catalogue",
	Detect: func(o *format.Outline) format.Match {
		if o.Syntax != format.JSON || o.Root != '{' && o.Root != '[' {
			return format.Match{Reason: "a KEV catalogue is a JSON object"}
		}
		at := ""
		if o.Root == '[' {
			at = "[]."
		}
		m := format.Match{Reason: "catalogVersion and vulnerabilities[].cveID are missing",
			Score: o.Count(at+"catalogVersion", at+"dateReleased", at+"vulnerabilities[].cveID", at+"vulnerabilities[].dateAdded")}
		if o.HasAll(at+"catalogVersion", at+"vulnerabilities") {
			m.Verdict, m.Reason = format.Yes, ""
		}
		return m
	},
	Decode: decodeKEV,
}

type kevRow struct {
	CVE        string `json:"cveID"`
	Name       string `json:"vulnerabilityName"`
	Added      string `json:"dateAdded"`
	Action     string `json:"requiredAction"`
	Due        string `json:"dueDate"`
	Ransomware string `json:"knownRansomwareCampaignUse"`
}

func decodeKEV(_ context.Context, in *format.Input, to format.Sink) error {
	r := jsonread.New(in)
	return r.Documents(func(where string) error { return catalogue(r, where, to) })
}

// catalogue reads one catalogue, which may stand in an array as jq -s makes it.
func catalogue(r *jsonread.Reader, where string, to format.Sink) error {
	var version string
	var released time.Time
	var stated float64
	var counted bool
	var rows []schema.FeedEntry
	err := r.Object(func(key []byte) (err error) {
		switch string(key) {
		case "catalogVersion":
			version, err = r.Text()
		case "dateReleased":
			var text string
			if text, err = r.Text(); err == nil {
				released = jsonread.ParseTime(text)
			}
		case "count":
			stated, counted, err = r.Number()
		case "vulnerabilities":
			err = r.Array(func(i int) error {
				var row kevRow
				if err := r.Into(&row); err != nil {
					return err
				}
				if row.CVE == "" {
					return to.Skip(fmt.Sprintf("%svulnerabilities[%d]", where, i), "the row names no CVE")
				}
				rows = append(rows, schema.FeedEntry{Feed: schema.FeedKEV, ID: row.CVE, Name: row.Name, Action: row.Action,
					Added: jsonread.ParseTime(row.Added), Due: jsonread.ParseTime(row.Due), Ransomware: row.Ransomware == "Known"})
				return nil
			})
		default:
			err = r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if counted && int(stated) != len(rows) {
		return &format.Error{Where: where + "count", Msg: fmt.Sprintf("the catalogue states %d vulnerabilities and holds %d", int(stated), len(rows))}
	}
	for i := range rows {
		rows[i].Version, rows[i].At = version, released
		if err := to.Feed(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}
