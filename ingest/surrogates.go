package ingest

import (
	"bytes"
	"encoding/json"

	"argosy/schema"
)

// whole returns JSON in which every escape of half a character, such as an
// emoji cut in the middle, is the mark of an unreadable one: databases refuse a
// surrogate without its other half, and with it the whole run. JSON without
// such escapes is returned as it is.
func whole[T ~[]byte](raw T) T {
	if !bytes.Contains(raw, []byte(`\ud`)) && !bytes.Contains(raw, []byte(`\uD`)) {
		return raw
	}
	out := bytes.Clone(raw)
	for i := 0; i+1 < len(out); {
		if out[i] != '\\' {
			i++
			continue
		}
		first, ok := surrogate(out[i:])
		if !ok {
			i += 2
			continue
		}
		if next, ok := surrogate(out[min(i+6, len(out)):]); ok && first < 0xdc00 && next >= 0xdc00 {
			i += 12
			continue
		}
		copy(out[i:], `\ufffd`)
		i += 6
	}
	return out
}

// surrogate reads an escaped surrogate at the beginning of a text.
func surrogate(s []byte) (r rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range s[2:6] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, r >= 0xd800 && r <= 0xdfff
}

// wholeRow makes the JSON of a row whole.
func wholeRow(r *schema.ResourceRow) {
	for _, raw := range []*json.RawMessage{&r.SKU, &r.Plan, &r.Properties, &r.Tags, &r.Identity, &r.Zones, &r.ExtendedLocation} {
		*raw = whole(*raw)
	}
}
