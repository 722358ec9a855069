package syntax

import (
	"math"
	"strconv"
	"strings"
)

// typedLit reads type(literal), which the lexer found as one token.
func (p *parser) typedLit() Expr {
	t := p.advance()
	text := p.src[t.start:t.end]
	word, inner, _ := strings.Cut(text, "(")
	return p.typedExpr(strings.TrimSpace(word), strings.TrimSpace(inner[:len(inner)-1]), t.span())
}

// typedCall reads type(literal) that the lexer left in pieces because a line
// break or a comment is in it; nil when it is a call.
func (p *parser) typedCall() Expr {
	word := p.word()
	m := int(p.toks[p.pos+1].match)
	if !isTypeWord(word) || m < 0 || m-p.pos > 16 {
		return nil
	}
	var inner strings.Builder
	for i := p.pos + 2; i < m; i++ {
		t := p.toks[i]
		// A sign belongs to its number, whatever stands between them.
		sign := inner.String() == "+" || inner.String() == "-"
		if inner.Len() > 0 && t.start > p.toks[i-1].end && !sign {
			inner.WriteByte(' ')
		}
		inner.WriteString(p.src[t.start:t.end])
	}
	if !literalLike(word, inner.String()) || strings.ContainsAny(inner.String(), "(),;|") {
		return nil
	}
	start := p.start()
	p.pos = m + 1
	return p.typedExpr(word, inner.String(), p.since(start))
}

func (p *parser) typedExpr(word, inner string, s Span) Expr {
	name, _ := typeName(word)
	if inner == "null" {
		return &NullLit{Pos: s, Type: name}
	}
	if lit := typedValue(name, inner, s); lit != nil {
		return lit
	}
	p.report(s, typedHint(name), "%q is not a valid %s", inner, name)
	return &NullLit{Pos: s, Type: name}
}

func typedHint(name string) string {
	switch name {
	case "datetime":
		return "write it as datetime(2024-05-31) or datetime(2024-05-31 13:45:00)"
	case "timespan":
		return "write it as 1d, 90m, or timespan(1.02:30:00)"
	case "guid":
		return "a guid has 32 hexadecimal digits"
	}
	return ""
}

// typedValue makes the literal, nil when the text does not fit the type.
func typedValue(name, inner string, s Span) Expr {
	switch name {
	case "bool":
		return &BoolLit{Pos: s, Value: strings.EqualFold(inner, "true") || inner == "1"}
	case "int", "long":
		n, ok := parseInt(inner)
		if name == "int" && (n < math.MinInt32 || n > math.MaxUint32) || !ok {
			return nil
		}
		if name == "int" {
			n = int64(int32(n))
		}
		return &IntLit{Pos: s, Value: n, Int32: name == "int", Hex: strings.ContainsAny(inner, "xX")}
	case "real":
		f, err := strconv.ParseFloat(inner, 64)
		if err != nil {
			return nil
		}
		return &RealLit{Pos: s, Value: f}
	case "decimal":
		if _, err := strconv.ParseFloat(inner, 64); err != nil || !isDigit(firstDigit(inner)) {
			return nil
		}
		return &DecimalLit{Pos: s, Text: inner}
	case "datetime":
		if v, ok := datetimeValue(inner); ok {
			return &DatetimeLit{Pos: s, Value: v, Text: unquote(inner)}
		}
	case "timespan":
		if n, ok := timespanTicks(inner); ok {
			return &TimespanLit{Pos: s, Ticks: n, Text: "timespan(" + unquote(inner) + ")"}
		}
	case "guid":
		if g, ok := canonicalGuid(unquote(inner)); ok {
			return &GuidLit{Pos: s, Text: g}
		}
	}
	return nil
}

// canonicalGuid is the text in lower case with dashes at their places.
func canonicalGuid(text string) (string, bool) {
	hex := strings.ToLower(strings.ReplaceAll(text, "-", ""))
	if len(hex) != 32 {
		return "", false
	}
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:], true
}

// dynamic reads dynamic(...), whose inside is JSON with typed literals.
func (p *parser) dynamic() Expr {
	start := p.start()
	p.pos += 2
	if p.word() == "null" && p.ahead(1) == kRParen {
		p.pos += 2
		return &NullLit{Pos: p.since(start), Type: "dynamic"}
	}
	d := &DynamicLit{Value: p.json()}
	p.expect(kRParen, ") after the value of dynamic")
	d.Pos = p.since(start)
	if n, ok := d.Value.(*NullLit); ok && n.Type == "dynamic" {
		n.Pos = d.Pos
		return n
	}
	return d
}

// json reads one value inside dynamic().
func (p *parser) json() Expr {
	start := p.start()
	if !p.enter() {
		return p.bad(start)
	}
	defer p.leave()
	switch p.kind() {
	case kLBracket:
		return p.jsonArray()
	case kLBrace:
		return p.jsonObject()
	case kString:
		return p.stringLit()
	case kMinus, kPlus:
		if k := p.ahead(1); k == kLong || k == kReal || k == kTimespan {
			negative := p.kind() == kMinus
			p.advance()
			return p.number(p.advance(), start, negative)
		}
	case kLong, kReal, kTimespan:
		return p.number(p.advance(), start, false)
	case kTyped:
		return p.typedLit()
	case kIdent:
		switch w := p.word(); {
		case isBool(w):
			return p.wordExpr()
		case w == "null":
			t := p.advance()
			return &NullLit{Pos: t.span(), Type: "dynamic"}
		case w == "dynamic" && p.ahead(1) == kLParen:
			return p.dynamic()
		}
	}
	p.missingHint("a JSON value in dynamic()", "dynamic() takes literals only; use pack(), pack_array() or bag_pack() for columns")
	return p.bad(start)
}

func (p *parser) jsonArray() Expr {
	start := p.start()
	p.advance()
	a := &DynamicArray{}
	for p.kind() != kRBracket && p.kind() != kEOF {
		a.Elems = append(a.Elems, p.json())
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRBracket, "a comma or ] in the array")
	a.Pos = p.since(start)
	return a
}

func (p *parser) jsonObject() Expr {
	start := p.start()
	p.advance()
	o := &DynamicObject{}
	for p.kind() != kRBrace && p.kind() != kEOF {
		at := p.start()
		if p.kind() != kString {
			p.missingHint("a key in quotes", `write: dynamic({"key": "value"})`)
			break
		}
		f := &DynamicField{Key: p.stringLit().(*StringLit)}
		p.expect(kColon, ": after the key")
		f.Value = p.json()
		f.Pos = p.since(at)
		o.Fields = append(o.Fields, f)
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRBrace, "a comma or } in the object")
	o.Pos = p.since(start)
	return o
}
