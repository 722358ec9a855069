package syntax

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// stringLit reads a string, and adjacent strings as one.
func (p *parser) stringLit() Expr {
	t := p.advance()
	lit := &StringLit{Pos: t.span()}
	lit.Value, lit.Form, lit.Hidden = p.decode(t)
	if p.kind() != kString {
		return lit
	}
	var b strings.Builder
	b.WriteString(lit.Value)
	for p.kind() == kString {
		t := p.advance()
		value, form, hidden := p.decode(t)
		b.WriteString(value)
		lit.Form = max(lit.Form, form)
		lit.Hidden = lit.Hidden || hidden
		lit.Pos.End = int(t.end)
	}
	lit.Value = b.String()
	return lit
}

// decode gives the value of a string token.
func (p *parser) decode(t token) (value string, form StringForm, hidden bool) {
	text := p.src[t.start:t.end]
	if text[0] == 'h' || text[0] == 'H' {
		text, hidden = text[1:], true
	}
	switch {
	case text[0] == '@':
		quote := text[1:2]
		body := strings.TrimSuffix(text[2:], quote)
		return strings.ReplaceAll(body, quote+quote, quote), StringVerbatim, hidden
	case text[0] == '`' || text[0] == '~':
		body := strings.TrimSuffix(text[3:], text[:3])
		return body, StringMultiline, hidden
	}
	body := text[1:]
	if n := len(body); n > 0 && body[n-1] == text[0] {
		body = body[:n-1]
	}
	if strings.IndexByte(body, '\\') < 0 {
		return body, StringPlain, hidden
	}
	return p.unescape(body, int(t.start)+len(p.src[t.start:t.end])-len(text)+1), StringPlain, hidden
}

// unescape resolves backslashes; at is where body stands in the source.
func (p *parser) unescape(body string, at int) string {
	b := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c != '\\' || i+1 == len(body) {
			b = append(b, c)
			continue
		}
		i++
		switch c = body[i]; c {
		case 'n':
			b = append(b, '\n')
		case 't':
			b = append(b, '\t')
		case 'r':
			b = append(b, '\r')
		case 'a':
			b = append(b, '\a')
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'v':
			b = append(b, '\v')
		case '\\', '\'', '"', '/':
			b = append(b, c)
		case 'x', 'u', 'U':
			r, n := hexEscape(body[i:])
			if n == 0 {
				p.escapeError(at+i-1, at+i+1)
				continue
			}
			b = utf8.AppendRune(b, r)
			i += n - 1
		case '0', '1', '2', '3', '4', '5', '6', '7':
			r, n := rune(0), 0
			for n < 3 && i+n < len(body) && body[i+n] >= '0' && body[i+n] <= '7' {
				r, n = r*8+rune(body[i+n]-'0'), n+1
			}
			b = utf8.AppendRune(b, r)
			i += n - 1
		default:
			_, n := utf8.DecodeRuneInString(body[i:])
			p.escapeError(at+i-1, at+i+n)
			b = append(b, '\\')
			b = append(b, body[i:i+n]...)
			i += n - 1
		}
	}
	return string(b)
}

func (p *parser) escapeError(start, end int) {
	end = min(end, len(p.src))
	p.report(Span{start, end}, `write \\ for a backslash, or put @ before the string`,
		"unknown escape %s in a string", p.src[start:end])
}

// hexEscape reads x41, u0041 and U00000041 and gives the number of bytes read.
func hexEscape(s string) (rune, int) {
	n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]
	if len(s) < n+1 {
		return 0, 0
	}
	v, err := strconv.ParseUint(s[1:n+1], 16, 32)
	if err != nil || v > utf8.MaxRune {
		return 0, 0
	}
	if hi := rune(v); hi >= 0xd800 && hi < 0xdc00 && len(s) >= 11 && s[5:7] == `\u` {
		lo, err := strconv.ParseUint(s[7:11], 16, 32)
		if err == nil && lo >= 0xdc00 && lo < 0xe000 {
			return (hi-0xd800)<<10 + rune(lo) - 0xdc00 + 0x10000, 11
		}
	}
	return rune(v), n + 1
}

// number makes a literal of a number token; start includes a minus.
func (p *parser) number(t token, start int, negative bool) Expr {
	text := p.src[t.start:t.end]
	s := Span{start, int(t.end)}
	signed := text
	if negative {
		signed = "-" + text
	}
	switch t.kind {
	case kTimespan:
		ticks, ok := suffixTicks(text)
		if !ok {
			p.report(s, "", "%q is too long for a timespan", text)
		}
		if negative {
			ticks = -ticks
		}
		return &TimespanLit{Pos: s, Ticks: ticks, Text: signed}
	case kReal:
		f, err := strconv.ParseFloat(signed, 64)
		if err != nil && math.IsInf(f, 0) {
			p.report(s, "", "%q is too large for a real", text)
		}
		return &RealLit{Pos: s, Value: f}
	}
	hex := len(text) > 1 && (text[1] == 'x' || text[1] == 'X')
	n, ok := parseInt(signed)
	if !ok {
		p.report(s, "write it as real(...) or decimal(...)", "%q is too large for a long", text)
	}
	return &IntLit{Pos: s, Value: n, Hex: hex}
}

// parseInt reads a decimal or hexadecimal number with an optional sign. Leading
// zeros do not mean octal.
func parseInt(text string) (int64, bool) {
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = text[:1], text[1:]
	}
	if len(text) > 2 && (text[:2] == "0x" || text[:2] == "0X") {
		// A hexadecimal literal gives the bits: 0xffffffffffffffff is -1.
		u, err := strconv.ParseUint(text[2:], 16, 64)
		if sign == "-" {
			return -int64(u), err == nil
		}
		return int64(u), err == nil
	}
	n, err := strconv.ParseInt(sign+text, 10, 64)
	return n, err == nil
}
