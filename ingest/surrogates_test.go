package ingest

import "testing"

func TestWhole(t *testing.T) {
	for in, want := range map[string]string{
		`{"a":"plain"}`:                     `{"a":"plain"}`,
		`{"a":"\ud83d\ude00"}`:              `{"a":"\ud83d\ude00"}`,
		`{"a":"\uD83D\uDE00 \ud83d\ude00"}`: `{"a":"\uD83D\uDE00 \ud83d\ude00"}`,
		`{"a":"\ud83d"}`:                    `{"a":"\ufffd"}`,
		`{"a":"\ude00\ud83d"}`:              `{"a":"\ufffd\ufffd"}`,
		`{"a":"\ud83d\ud83d\ude00"}`:        `{"a":"\ufffd\ud83d\ude00"}`,
		`{"a":"\\ud83d"}`:                   `{"a":"\\ud83d"}`,
		`{"a":"\\\ud83d\n"}`:                `{"a":"\\\ufffd\n"}`,
		`{"\udc00":"\ud8"}`:                 `{"\ufffd":"\ud8"}`,
		`"\ud83d`:                           `"\ufffd`,
	} {
		if got := string(whole([]byte(in))); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}
