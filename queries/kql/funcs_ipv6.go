package kql

import (
	"argosy/queries/kql/duck"
)

// ipv6Funcs read IPv6 addresses, and IPv4 addresses as the part of IPv6 that
// stands for them.
func ipv6Funcs() []Func {
	pair := []Param{{Name: "a", Type: "string"}, {Name: "b", Type: "string"}, {Name: "prefix", Type: "long", Optional: true}}
	return []Func{
		{Name: "parse_ipv6", Params: []Param{{Name: "ip", Type: "string"}}, Returns: "string", Doc: "An IPv6 or IPv4 address in the long form of IPv6, cut to its prefix; '' when it is none.",
			Example: `parse_ipv6("192.168.255.255/24")`, lower: func(c *call) value {
				return of(String, once(ip6(c.x(0)), func(s duck.Expr) duck.Expr { return ip6Text(ip6Masked(s, duck.Get{X: s, Field: "p"})) }))
			}},
		{Name: "parse_ipv6_mask", Params: []Param{{Name: "ip", Type: "string"}, {Name: "prefix", Type: "long"}}, Returns: "string",
			Doc: "An IPv6 or IPv4 address in the long form of IPv6, cut to a prefix of 0 to 128 bits; '' when it is none.", Example: `parse_ipv6_mask("fe80::85d:e82c:9446:7994", 120)`,
			lower: func(c *call) value {
				return of(String, once(ip6(c.x(0)), func(s duck.Expr) duck.Expr {
					return ip6Text(ip6Masked(s, shorter(duck.Get{X: s, Field: "p"}, ip6PrefixArg(c.x(1)))))
				}))
			}},
		{Name: "ipv6_compare", Params: pair, Returns: "long", Doc: "-1, 0 or 1: how two IPv6 or IPv4 addresses compare, cut to the shortest prefix; null when one is none.",
			Example: `ipv6_compare("192.168.1.1", "::ffff:c0a8:0101")`, lower: func(c *call) value {
				v := of(Long, c.pairOfIP6s(func(a, b duck.Expr) duck.Expr {
					return duck.Case{Whens: []duck.When{{If: duck.Op(a, "<", b), Then: duck.Int(-1)}, {If: duck.Op(a, ">", b), Then: duck.Int(1)}, {If: duck.Op(a, "=", b), Then: duck.Int(0)}}}
				}))
				v.bits = 2
				return v
			}},
		{Name: "ipv6_is_match", Params: pair, Returns: "bool", Doc: "Whether two IPv6 or IPv4 addresses are the same, cut to the shortest prefix; null when one is none.",
			Example: `ipv6_is_match("192.168.1.1/24", "::ffff:c0a8:01ff")`, lower: func(c *call) value {
				return of(Bool, c.pairOfIP6s(func(a, b duck.Expr) duck.Expr { return duck.Op(a, "=", b) }))
			}},
		{Name: "ipv6_is_in_range", Params: []Param{{Name: "ip", Type: "string"}, {Name: "range", Type: "string"}}, Returns: "bool",
			Doc: "Whether an IPv6 address lies in a range written with a prefix; null when one is none.", Example: `ipv6_is_in_range("fe80::85d:e82c:9446:7994", "fe80::/10")`,
			lower: func(c *call) value {
				return of(Bool, c.pairOfIP6s(func(a, b duck.Expr) duck.Expr { return duck.Op(a, "=", b) }))
			}},
		{Name: "ipv6_is_in_any_range", Params: []Param{{Name: "ip", Type: "string"}, {Name: "range", Type: "any", Repeat: true}}, Returns: "bool",
			Doc: "Whether an IPv6 address lies in one of several ranges, given one by one or as an array.", Example: `ipv6_is_in_any_range("fe80::1", "2001:db8::/32", "fe80::/10")`,
			lower: func(c *call) value {
				return inAnyRange(c, func(x, y duck.Expr) duck.Expr {
					return ip6Pair(x, y, nil, func(a, b duck.Expr) duck.Expr { return duck.Op(a, "=", b) })
				})
			}},
	}
}

// ip6 reads an address: n is its 32 hexadecimal digits, NULL when it is none, p
// its prefix. Digits compare as the numbers do.
func ip6(x duck.Expr) duck.Expr {
	get := func(field string, of duck.Expr) duck.Expr { return duck.Get{X: of, Field: field} }
	const groups = `(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?`
	cut := duck.Struct{
		{Name: "ip", X: duck.Fn("regexp_extract", x, duck.Str(`^([^/]*)`), duck.Int(1))},
		{Name: "p", X: duck.TryAs(duck.Fn("regexp_extract", x, duck.Str(`/(\d{1,3})$`), duck.Int(1)), "BIGINT")},
		{Name: "odd", X: duck.And{duck.Fn("contains", x, duck.Str("/")), duck.Not{X: duck.Fn("regexp_matches", x, duck.Str(`/\d{1,3}$`))}}},
	}
	return once(cut, func(s duck.Expr) duck.Expr {
		v4tail := duck.Fn("regexp_extract", get("ip", s), duck.Str(`^(?:::(?:[fF]{4}:)?)?(\d+\.\d+\.\d+\.\d+)$`), duck.Int(1))
		// Only the mapped form and the bare address are IPv4: their prefix counts
		// from the 32 bits of IPv4.
		whole := once(duck.Struct{{Name: "v4", X: ipNumber(v4tail)}, {Name: "ip", X: get("ip", s)}}, func(t duck.Expr) duck.Expr {
			colons := duck.Fn("string_split", get("ip", t), duck.Str("::"))
			left := duck.Fn("list_extract", colons, duck.Int(1))
			right := duck.Fn("list_extract", colons, duck.Int(2))
			return duck.Case{Whens: []duck.When{
				{If: duck.IsNull{X: get("v4", t), Not: true}, Then: duck.Fn("concat", duck.Str("00000000000000000000ffff"), duck.Fn("lpad", duck.Fn("lower", duck.Fn("to_hex", get("v4", t))), duck.Int(8), duck.Str("0")))},
				{If: duck.Fn("regexp_full_match", get("ip", t), duck.Str(`[0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4}){7}`)), Then: hexGroups(get("ip", t))},
				{If: duck.And{duck.Fn("regexp_full_match", get("ip", t), duck.Str(groups+"::"+groups)),
					duck.Op(duck.Op(duck.Fn("length", hexGroups(left)), "+", duck.Fn("length", hexGroups(right))), "<=", duck.Int(28))},
					Then: duck.Fn("concat", hexGroups(left), duck.Fn("repeat", duck.Str("0"), duck.Op(duck.Op(duck.Int(32), "-", duck.Fn("length", hexGroups(left))), "-", duck.Fn("length", hexGroups(right)))), hexGroups(right))},
			}}
		})
		bits := duck.Case{Whens: []duck.When{
			{If: get("odd", s), Then: duck.Null{Type: "BIGINT"}},
			{If: duck.IsNull{X: get("p", s)}, Then: duck.Long(128)},
			{If: duck.And{duck.Fn("contains", get("ip", s), duck.Str(".")), duck.Op(get("p", s), "<=", duck.Int(32))}, Then: duck.Op(get("p", s), "+", duck.Int(96))},
			{If: duck.And{duck.Not{X: duck.Fn("contains", get("ip", s), duck.Str("."))}, duck.Op(get("p", s), "<=", duck.Int(128))}, Then: get("p", s)},
		}}
		return duck.Struct{{Name: "n", X: whole}, {Name: "p", X: bits}}
	})
}

// hexGroups writes each group between colons with four digits.
func hexGroups(x duck.Expr) duck.Expr {
	e := &duck.Var{}
	group := duck.Local{Var: e}
	padded := duck.Fn("list_transform", duck.Fn("string_split", x, duck.Str(":")), duck.Lambda{Vars: []*duck.Var{e},
		Body: duck.If(duck.Op(group, "=", duck.Str("")), duck.Str(""), duck.Fn("lpad", duck.Fn("lower", group), duck.Int(4), duck.Str("0")))})
	return duck.Coalesce(duck.Fn("array_to_string", padded, duck.Str("")), duck.Str(""))
}

// ip6PrefixArg is a prefix given as a number; NULL when it is out of range.
func ip6PrefixArg(x duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{{If: duck.And{duck.Op(x, ">=", duck.Int(0)), duck.Op(x, "<=", duck.Int(128))}, Then: x}}}
}

// ip6Masked cuts the digits of s to some bits; NULL where there is no address
// or no prefix.
func ip6Masked(s, prefix duck.Expr) duck.Expr {
	return once(duck.Struct{{Name: "n", X: duck.Get{X: s, Field: "n"}}, {Name: "p", X: prefix}}, func(t duck.Expr) duck.Expr {
		n, p := duck.Get{X: t, Field: "n"}, duck.Get{X: t, Field: "p"}
		full, rest := duck.Op(p, "//", duck.Int(4)), duck.Op(p, "%", duck.Int(4))
		// The digit the prefix ends in keeps its upper bits.
		digit := duck.Op(duck.Fn("strpos", duck.Str("0123456789abcdef"), duck.Fn("substr", n, duck.Op(full, "+", duck.Int(1)), duck.Int(1))), "-", duck.Int(1))
		low := duck.Op(duck.Int(1), "<<", duck.Op(duck.Int(4), "-", rest))
		kept := duck.If(duck.Op(rest, "=", duck.Int(0)), duck.Str(""),
			duck.Fn("substr", duck.Str("0123456789abcdef"), duck.Op(duck.Op(digit, "-", duck.Op(digit, "%", duck.Fn("", low))), "+", duck.Int(1)), duck.Int(1)))
		return duck.Case{Whens: []duck.When{{If: duck.And{duck.IsNull{X: n, Not: true}, duck.IsNull{X: p, Not: true}},
			Then: duck.Fn("rpad", duck.Fn("concat", duck.Fn("substr", n, duck.Int(1), full), kept), duck.Int(32), duck.Str("0"))}}}
	})
}

// ip6Text puts colons between groups of four digits.
func ip6Text(digits duck.Expr) duck.Expr {
	return duck.Fn("array_to_string", duck.Fn("regexp_extract_all", digits, duck.Str("....")), duck.Str(":"))
}

// pairOfIP6s compares arguments 0 and 1, both cut to the shortest of their
// prefixes and argument 2.
func (c *call) pairOfIP6s(compare func(a, b duck.Expr) duck.Expr) duck.Expr {
	var prefix duck.Expr
	if c.has(2) {
		prefix = ip6PrefixArg(c.x(2))
	}
	return ip6Pair(c.x(0), c.x(1), prefix, compare)
}

func ip6Pair(x, y, prefix duck.Expr, compare func(a, b duck.Expr) duck.Expr) duck.Expr {
	return once(duck.Struct{{Name: "a", X: ip6(x)}, {Name: "b", X: ip6(y)}}, func(s duck.Expr) duck.Expr {
		a, b := duck.Get{X: s, Field: "a"}, duck.Get{X: s, Field: "b"}
		p := shorter(duck.Get{X: a, Field: "p"}, duck.Get{X: b, Field: "p"})
		if prefix != nil {
			p = shorter(p, prefix)
		}
		return compare(ip6Masked(a, p), ip6Masked(b, p))
	})
}
