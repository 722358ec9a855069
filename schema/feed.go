package schema

import "time"

// FeedEntry is what a public feed says of one vulnerability.
type FeedEntry struct {
	// Feed is FeedKEV or FeedEPSS.
	Feed string
	// Version is the feed's own, At the day that it speaks of.
	Version string
	At      time.Time
	ID      string

	// EPSS is the probability of exploitation within 30 days and Percentile its
	// rank, both from 0 to 1.
	EPSS, Percentile float64

	// Added is when the vulnerability was listed as exploited, Due when federal
	// agencies of the United States must have it mended.
	Added, Due time.Time
	Ransomware bool
	Name       string
	Action     string
}

// The feeds.
const (
	// FeedKEV is CISA's catalogue of known exploited vulnerabilities.
	FeedKEV = "cisa-kev"
	// FeedEPSS is FIRST's Exploit Prediction Scoring System.
	FeedEPSS = "first-epss"
)
