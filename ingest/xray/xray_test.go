package xray

import (
	"strings"
	"testing"

	"argosy/ingest/formattest"
)

func TestCases(t *testing.T)     { formattest.Cases(t, Format) }
func TestTruncated(t *testing.T) { formattest.Truncated(t, Format) }
func FuzzDecode(f *testing.F)    { formattest.Fuzz(f, Format) }

func TestCorpus(t *testing.T) {
	formattest.Corpus(t, Format, func(file, detected string) bool {
		return strings.HasPrefix(detected, "xray") || strings.Contains(file, "/jfrogxray/")
	})
}

func TestComponents(t *testing.T) {
	for id, want := range map[string]component{
		"rpm://7:java-11-openjdk-headless:0:11.0.6.10-1.el7_7": {"rpm", "java-11-openjdk-headless", "0:11.0.6.10-1.el7_7"},
		"rpm://expat:0:2.1.0":                            {"rpm", "expat", "0:2.1.0"},
		"deb://debian:stretch:libx11:2:1.6.4-3":          {"deb", "libx11", "2:1.6.4-3"},
		"deb://ubuntu:bionic:linux:4.15":                 {"deb", "linux", "4.15"},
		"alpine://3.18:libcrypto3:3.1.1-r1":              {"apk", "libcrypto3", "3.1.1-r1"},
		"gav://org.apache.logging.log4j:log4j-core:2.14": {"maven", "org.apache.logging.log4j:log4j-core", "2.14"},
		"gav://test":                 {"maven", "test", ""},
		"npm://@babel/traverse:7.22": {"npm", "@babel/traverse", "7.22"},
		"pypi://Jinja2:2.11.2":       {"pypi", "Jinja2", "2.11.2"},
		"go://github.com/x/y:1.2.3":  {"golang", "github.com/x/y", "1.2.3"},
		"generic://sha256:" + strings.Repeat("a", 64) + "/app.zip": {"generic", "app.zip", ""},
		"3.12:openssl:1.1.1k-r0":                                   {"", "openssl", "1.1.1k-r0"},
		"debian:stretch:libx11":                                    {"deb", "libx11", ""},
		"lodash":                                                   {"", "lodash", ""},
		"":                                                         {"", "", ""},
	} {
		if got := parseComponent(id); got != want {
			t.Errorf("%q: got %+v, want %+v", id, got, want)
		}
	}
}
