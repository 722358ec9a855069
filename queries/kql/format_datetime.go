package kql

import (
	"fmt"
	"strings"

	"argosy/queries/kql/duck"
)

// formatDatetime translates a .NET pattern piece by piece.
func formatDatetime(c *call) value {
	pieces, err := formatPieces(c.text(1))
	if err != nil {
		return c.fail(1, "%v", err)
	}
	st, tick := stamp(c.args[0]), duck.Op(c.x(0), "%", duck.Int(ticksSecond))
	var args []duck.Expr
	for _, p := range pieces {
		switch {
		case p.literal:
			args = append(args, duck.Str(p.text))
		case p.text[0] == 'f' || p.text[0] == 'F':
			digits := duck.Fn("left", duck.Fn("format", duck.Str("{:07d}"), tick), duck.Int(len(p.text)))
			if p.text[0] == 'F' {
				digits = duck.Fn("rtrim", digits, duck.Str("0"))
			}
			args = append(args, digits)
		default:
			args = append(args, duck.Fn("strftime", st, duck.Str(strftimeOf(p.text))))
		}
	}
	text := duck.Fn("concat", args...)
	if !c.args[0].maybe {
		return sure(String, text)
	}
	return of(String, duck.Case{Whens: []duck.When{{If: duck.IsNull{X: c.x(0), Not: true}, Then: text}}})
}

// formatPiece is a run of one format letter, or literal text.
type formatPiece struct {
	text    string
	literal bool
}

// formatPieces splits a pattern. Kusto allows the letters d f F h H m M s t y
// and a few separators.
func formatPieces(pattern string) ([]formatPiece, error) {
	var out []formatPiece
	for i := 0; i < len(pattern); {
		ch := pattern[i]
		n := 1
		for i+n < len(pattern) && pattern[i+n] == ch {
			n++
		}
		run := pattern[i : i+n]
		switch {
		case strings.IndexByte("dfFhHmMsty", ch) >= 0:
			if ch != 'f' && ch != 'F' && strftimeOf(run) == "" || n > 7 {
				return nil, fmt.Errorf("the format %q is not supported", run)
			}
			if ch == 'F' && i > 0 && pattern[i-1] == '.' {
				// .NET takes the point away with the zeros; whether Kusto does is not
				// documented.
				return nil, fmt.Errorf("the letter F behind a point is not supported; use f")
			}
			out = append(out, formatPiece{text: run})
		case strings.IndexByte(" /-:,.[]_", ch) >= 0:
			out = append(out, formatPiece{text: run, literal: true})
		default:
			return nil, fmt.Errorf("%q cannot stand in a format: there are d, f, F, h, H, m, M, s, t, y and the separators / - : , . _ [ ] and space", string(ch))
		}
		i += n
	}
	return out, nil
}

// strftimeOf is the strftime specifier of a run of one letter, "" for none.
func strftimeOf(run string) string {
	switch run {
	case "yyyy":
		return "%Y"
	case "yy":
		return "%y"
	case "y":
		return "%-y"
	case "MM":
		return "%m"
	case "M":
		return "%-m"
	case "dd":
		return "%d"
	case "d":
		return "%-d"
	case "HH":
		return "%H"
	case "H":
		return "%-H"
	case "hh":
		return "%I"
	case "h":
		return "%-I"
	case "mm":
		return "%M"
	case "m":
		return "%-M"
	case "ss":
		return "%S"
	case "s":
		return "%-S"
	case "tt":
		return "%p"
	}
	return ""
}
