package kql

import (
	"argosy/queries/kql/duck"
)

// ipv4Funcs read IPv4 addresses, with and without a prefix, and versions.
func ipv4Funcs() []Func {
	ip := []Param{{Name: "ip", Type: "string"}}
	pair := []Param{{Name: "a", Type: "string"}, {Name: "b", Type: "string"}, {Name: "prefix", Type: "long", Optional: true}}
	return []Func{
		{Name: "parse_ipv4", Params: ip, Returns: "long", Doc: "An IPv4 address as a number, cut to its prefix if it has one; null when it is none.",
			Example: `parse_ipv4("127.0.0.1")`, lower: func(c *call) value {
				return of(Long, once(c.x(0), func(x duck.Expr) duck.Expr { return masked(ipNumber(x), ipPrefix(x)) }))
			}},
		{Name: "parse_ipv4_mask", Params: []Param{{Name: "ip", Type: "string"}, {Name: "prefix", Type: "long"}}, Returns: "long",
			Doc: "An IPv4 address as a number, cut to a prefix; null when it is none.", Example: `parse_ipv4_mask("127.0.0.1", 24)`, lower: func(c *call) value {
				return of(Long, once(c.x(0), func(x duck.Expr) duck.Expr {
					return masked(ipNumber(x), shorter(ipPrefix(x), prefixArg(c.x(1))))
				}))
			}},
		{Name: "ipv4_compare", Params: pair, Returns: "long", Doc: "-1, 0 or 1: how two IPv4 addresses compare, cut to the shortest prefix; null when one is none.",
			Example: `ipv4_compare("192.168.1.1/24", "192.168.1.255/24")`, lower: func(c *call) value {
				v := of(Long, c.pairOfIPs(func(a, b duck.Expr) duck.Expr { return duck.As(duck.Fn("sign", duck.Op(a, "-", b)), "BIGINT") }))
				v.bits = 2
				return v
			}},
		{Name: "ipv4_is_match", Params: pair, Returns: "bool", Doc: "Whether two IPv4 addresses are the same, cut to the shortest prefix; null when one is none.",
			Example: `ipv4_is_match("192.168.1.1", "192.168.1.0/24")`, lower: func(c *call) value {
				return of(Bool, c.pairOfIPs(func(a, b duck.Expr) duck.Expr { return duck.Op(a, "=", b) }))
			}},
		{Name: "ipv4_is_in_range", Params: []Param{{Name: "ip", Type: "string"}, {Name: "range", Type: "string"}}, Returns: "bool",
			Doc: "Whether an IPv4 address lies in a range written with a prefix; null when one is none.", Example: `ipv4_is_in_range("192.168.1.6", "192.168.1.1/24")`, lower: func(c *call) value {
				return of(Bool, c.pairOfIPs(func(a, b duck.Expr) duck.Expr { return duck.Op(a, "=", b) }))
			}},
		{Name: "ipv4_is_in_any_range", Params: []Param{{Name: "ip", Type: "string"}, {Name: "range", Type: "any", Repeat: true}}, Returns: "bool",
			Doc: "Whether an IPv4 address lies in one of several ranges, given one by one or as an array.", Example: `ipv4_is_in_any_range("192.168.1.6", "10.0.0.0/8", "192.168.1.1/24")`,
			lower: func(c *call) value {
				return inAnyRange(c, func(x, y duck.Expr) duck.Expr {
					return ipPair(x, y, func(p duck.Expr) duck.Expr { return p }, func(a, b duck.Expr) duck.Expr { return duck.Op(a, "=", b) })
				})
			}},
		hasIP("has_ipv4", "Whether an IPv4 address stands in a text, apart from letters and digits.", `has_ipv4("05:04:54 127.0.0.1 GET", "127.0.0.1")`, false, false),
		hasIP("has_any_ipv4", "Whether one of several IPv4 addresses, given one by one or as an array, stands in a text.", `has_any_ipv4("05:04:54 127.0.0.1 GET", "10.0.0.1", "127.0.0.1")`, false, true),
		hasIP("has_ipv4_prefix", "Whether an IPv4 address with a prefix such as 127.0. stands in a text.", `has_ipv4_prefix("05:04:54 127.0.0.1 GET", "127.0.")`, true, false),
		hasIP("has_any_ipv4_prefix", "Whether an IPv4 address with one of several prefixes, given one by one or as an array, stands in a text.", `has_any_ipv4_prefix("05:04:54 127.0.0.1 GET", "10.", "127.0.")`, true, true),
		{Name: "ipv4_is_private", Params: ip, Returns: "bool", Doc: "Whether an IPv4 address belongs to a private network; null when it is none.",
			Example: `ipv4_is_private("10.1.2.3")`, lower: func(c *call) value {
				return of(Bool, once(c.x(0), func(x duck.Expr) duck.Expr {
					return once(masked(ipNumber(x), ipPrefix(x)), func(n duck.Expr) duck.Expr {
						net := func(first, shift int64) duck.Expr {
							return duck.Op(duck.Op(n, ">>", duck.Int(shift)), "=", duck.Int(first))
						}
						return duck.Or{net(10, 24), net(172<<4|1, 20), net(192<<8|168, 16)}
					})
				}))
			}},
		{Name: "ipv4_netmask_suffix", Params: ip, Returns: "long", Doc: "The prefix of an IPv4 address, 32 when it has none; null when it is none.",
			Example: `ipv4_netmask_suffix("10.1.2.3/24")`, lower: func(c *call) value {
				v := of(Long, once(c.x(0), func(x duck.Expr) duck.Expr {
					return duck.Case{Whens: []duck.When{{If: duck.IsNull{X: ipNumber(x), Not: true}, Then: ipPrefix(x)}}}
				}))
				v.bits = 7
				return v
			}},
		{Name: "format_ipv4", Params: []Param{{Name: "ip", Type: "any"}, {Name: "prefix", Type: "long", Optional: true}}, Returns: "string",
			Doc: "An IPv4 address, given as a number or text, cut to a prefix; '' when it is none.", Example: `format_ipv4("192.168.1.255", 24)`, lower: func(c *call) value { return formatIP(c, false) }},
		{Name: "format_ipv4_mask", Params: []Param{{Name: "ip", Type: "any"}, {Name: "prefix", Type: "long", Optional: true}}, Returns: "string",
			Doc: "An IPv4 address cut to a prefix, with the prefix behind it; '' when it is none.", Example: `format_ipv4_mask("192.168.1.255", 24)`, lower: func(c *call) value { return formatIP(c, true) }},
		{Name: "parse_version", Params: []Param{{Name: "version", Type: "string"}}, Returns: "decimal",
			Doc: "A version of up to four numbers as one number that sorts like it; null when it is none.", Example: `parse_version("1.2.3.40")`, lower: parseVersion},
	}
}

const (
	ipOctet = `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	// ipBare is an address without a prefix, in no groups.
	ipBare    = ipOctet + `\.` + ipOctet + `\.` + ipOctet + `\.` + ipOctet
	ipPattern = `(` + ipOctet + `)\.(` + ipOctet + `)\.(` + ipOctet + `)\.(` + ipOctet + `)(?:/(3[0-2]|[12]?[0-9]))?`
)

// ipNumber is the address in a text, whatever its prefix; NULL when there is
// none.
func ipNumber(x duck.Expr) duck.Expr {
	var sum duck.Expr = duck.Long(0)
	for i := int64(1); i <= 4; i++ {
		octet := duck.As(duck.Fn("regexp_extract", x, duck.Str("^"+ipPattern+"$"), duck.Int(i)), "BIGINT")
		sum = duck.Op(duck.Op(sum, "*", duck.Int(256)), "+", octet)
	}
	return duck.Case{Whens: []duck.When{{If: duck.Fn("regexp_full_match", x, duck.Str(ipPattern)), Then: sum}}}
}

// ipPrefix is the length behind the slash, or 32.
func ipPrefix(x duck.Expr) duck.Expr {
	return duck.Coalesce(duck.TryAs(duck.Fn("regexp_extract", x, duck.Str(`/(\d+)$`), duck.Int(1)), "BIGINT"), duck.Long(32))
}

// prefixArg is a prefix given as a number; NULL when it is out of range.
func prefixArg(x duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{{If: duck.And{duck.Op(x, ">=", duck.Int(0)), duck.Op(x, "<=", duck.Int(32))}, Then: x}}}
}

// shorter is the lesser of two prefixes, NULL when one is; least() skips NULL.
func shorter(a, b duck.Expr) duck.Expr {
	return duck.Case{Whens: []duck.When{{If: duck.Op(a, "<=", b), Then: a}, {If: duck.Op(a, ">", b), Then: b}}}
}

// masked cuts an address to a prefix: NULL where either is.
func masked(ip, prefix duck.Expr) duck.Expr {
	host := duck.Op(duck.Long(1), "<<", duck.Op(duck.Int(32), "-", prefix))
	return duck.Op(ip, "-", duck.Op(ip, "%", duck.Fn("", host)))
}

// pairOfIPs compares arguments 0 and 1, both cut to the shortest of their
// prefixes and argument 2.
func (c *call) pairOfIPs(compare func(a, b duck.Expr) duck.Expr) duck.Expr {
	return ipPair(c.x(0), c.x(1), func(prefix duck.Expr) duck.Expr {
		if c.has(2) {
			return shorter(prefix, prefixArg(c.x(2)))
		}
		return prefix
	}, compare)
}

func ipPair(x, y duck.Expr, limit func(duck.Expr) duck.Expr, compare func(a, b duck.Expr) duck.Expr) duck.Expr {
	parts := duck.Struct{{Name: "a", X: ipNumber(x)}, {Name: "b", X: ipNumber(y)}, {Name: "p", X: limit(shorter(ipPrefix(x), ipPrefix(y)))}}
	return once(parts, func(s duck.Expr) duck.Expr {
		get := func(name string) duck.Expr { return duck.Get{X: s, Field: name} }
		return compare(masked(get("a"), get("p")), masked(get("b"), get("p")))
	})
}

// inAnyRange is true when one range fits, whatever the others are.
func inAnyRange(c *call, in func(ip, ip2 duck.Expr) duck.Expr) value {
	var any duck.Or
	for i, v := range c.args[1:] {
		switch v.typ {
		case String:
			any = append(any, in(c.x(0), c.x(i+1)))
		case Dynamic:
			e := &duck.Var{}
			text := duck.Fn("json_extract_string", duck.Local{Var: e}, duck.Str("$"))
			any = append(any, duck.Fn("list_bool_or", duck.Fn("list_transform", elementsOf(v), duck.Lambda{Vars: []*duck.Var{e}, Body: in(c.x(0), text)})))
		default:
			return c.fail(i+1, "a range must be a string or an array, not %s", v.typ.with())
		}
	}
	return of(Bool, any)
}

func formatIP(c *call, withPrefix bool) value {
	v := c.args[0]
	var ip, prefix duck.Expr
	switch {
	case v.typ.integer():
		ip = duck.Case{Whens: []duck.When{{If: duck.And{duck.Op(v.sql, ">=", duck.Int(0)), duck.Op(v.sql, "<", duck.Long(1<<32))}, Then: v.sql}}}
		prefix = duck.Long(32)
	case v.typ == String || v.typ == Dynamic:
		x := naturalText(v)
		ip, prefix = ipNumber(x), ipPrefix(x)
	default:
		return c.fail(0, "an address must be a string or a whole number, not %s", v.typ.with())
	}
	if c.has(1) {
		prefix = shorter(prefix, prefixArg(c.x(1)))
	}
	return of(String, once(duck.Struct{{Name: "n", X: masked(ip, prefix)}, {Name: "p", X: prefix}}, func(s duck.Expr) duck.Expr {
		n := duck.Get{X: s, Field: "n"}
		octet := func(shift int64) duck.Expr {
			return duck.Op(duck.Op(n, ">>", duck.Int(shift)), "&", duck.Int(255))
		}
		args := []duck.Expr{octet(24), duck.Str("."), octet(16), duck.Str("."), octet(8), duck.Str("."), octet(0)}
		if withPrefix {
			args = append(args, duck.Str("/"), duck.Get{X: s, Field: "p"})
		}
		return duck.Case{Whens: []duck.When{{If: duck.IsNull{X: n, Not: true}, Then: duck.Fn("concat", args...)}}}
	}))
}

// parseVersion gives each of the four numbers eight digits. That is more than
// the usual decimal holds in front of the point, so it has one digit behind.
func parseVersion(c *call) value {
	const pattern = `^(\d{1,8})(?:\.(\d{1,8}))?(?:\.(\d{1,8}))?(?:\.(\d{1,8}))?$`
	return of(Decimal, once(c.x(0), func(x duck.Expr) duck.Expr {
		var args []duck.Expr
		for i := int64(1); i <= 4; i++ {
			args = append(args, duck.Fn("lpad", duck.Fn("regexp_extract", x, duck.Str(pattern), duck.Int(i)), duck.Int(8), duck.Str("0")))
		}
		return duck.Case{Whens: []duck.When{{If: duck.Fn("regexp_matches", x, duck.Str(pattern)), Then: duck.As(duck.Fn("concat", args...), "DECIMAL(38,1)")}}}
	}))
}

// hasIP declares a search for addresses. What is no address, or no beginning of
// one that ends with a dot, is never found.
func hasIP(name, doc, example string, prefix, many bool) Func {
	sought := Param{Name: "ip", Type: "string"}
	if many {
		sought = Param{Name: "ip", Type: "any", Repeat: true}
	}
	return Func{Name: name, Params: []Param{{Name: "text", Type: "string"}, sought}, Returns: "bool", Doc: doc, Example: example,
		lower: func(c *call) value {
			word := &duck.Var{}
			found := duck.Fn("list_filter", duck.Fn("list_transform", duck.Fn("regexp_extract_all", c.x(0), duck.Str(`[0-9A-Za-z.]+`)),
				duck.Lambda{Vars: []*duck.Var{word}, Body: duck.Fn("trim", duck.Local{Var: word}, duck.Str("."))}),
				duck.Lambda{Vars: []*duck.Var{word}, Body: duck.Fn("regexp_full_match", duck.Local{Var: word}, duck.Str(ipBare))})
			e := &duck.Var{}
			match := func(what duck.Expr) duck.Expr {
				if !prefix {
					return duck.And{duck.Fn("regexp_full_match", what, duck.Str(ipBare)), duck.Fn("list_contains", found, what)}
				}
				ip := duck.Local{Var: e}
				return duck.And{duck.Fn("regexp_full_match", what, duck.Str(ipBare+`|(?:`+ipOctet+`\.){1,3}`)),
					duck.Op(duck.Fn("len", duck.Fn("list_filter", found, duck.Lambda{Vars: []*duck.Var{e},
						Body: duck.If(duck.Fn("ends_with", what, duck.Str(".")), duck.Fn("starts_with", ip, what), duck.Op(ip, "=", what))})), ">", duck.Int(0))}
			}
			var any duck.Or
			for i, v := range c.args[1:] {
				switch v.typ {
				case String:
					any = append(any, match(c.x(i+1)))
				case Dynamic:
					one := &duck.Var{}
					text := duck.Coalesce(duck.Fn("json_extract_string", duck.Local{Var: one}, duck.Str("$")), duck.Str(""))
					any = append(any, duck.Fn("list_bool_or", duck.Fn("list_transform", elementsOf(v), duck.Lambda{Vars: []*duck.Var{one}, Body: match(text)})))
				default:
					return c.fail(i+1, "it must be a string or an array, not %s", v.typ.with())
				}
			}
			return twoValued(any, true)
		}}
}
