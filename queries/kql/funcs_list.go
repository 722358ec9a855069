package kql

import (
	"sort"
	"strings"
	"sync"
)

// Functions lists every function, family by family. The order is that of the
// help.
func Functions() []Func {
	var out []Func
	for _, f := range families() {
		for _, fn := range f.funcs {
			fn.Family = f.name
			if fn.Kind == "" {
				fn.Kind = ScalarFunc
			}
			out = append(out, fn)
		}
	}
	return out
}

// family is a heading of the help and what stands below it.
type family struct {
	name  string
	funcs []Func
}

func families() []family {
	return []family{
		{"Texts", joined(stringFuncs(), unicodeFuncs())},
		{"Regular expressions", regexFuncs()},
		{"Conversions", convertFuncs()},
		{"Conditions", conditionalFuncs()},
		{"Arrays and bags", joined(dynamicFuncs(), arrayFuncs(), bagFuncs())},
		{"Numbers", joined(mathFuncs(), bitFuncs())},
		{"Dates and times", joined(datetimeFuncs(), timespanFuncs())},
		{"Parsing and encoding", joined(parseFuncs(), encodeFuncs())},
		{"Network addresses and versions", joined(ipv4Funcs(), ipv6Funcs())},
		{"Series of numbers", joined(seriesFuncs(), seriesMoreFuncs())},
		{"Aggregates", joined(aggregateFuncs(), spreadFuncs(), pairFuncs())},
		{"Windows", windowFuncs()},
	}
}

func joined(lists ...[]Func) []Func {
	var out []Func
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// Find looks a function up by its name or an alias, nil when there is none. The
// second result is then advice for a message: the nearest name, or why argosy
// does not have what Kusto has; it may be empty.
func Find(name string) (*Func, string) {
	funcs := functionsByName()
	if f := funcs[name]; f != nil {
		return f, ""
	}
	if f := funcs[strings.ToLower(name)]; f != nil {
		return f, ""
	}
	if why := absent(name); why != "" {
		return nil, "Kusto has it, argosy has not: " + why + "."
	}
	names := make([]string, 0, len(funcs))
	for n := range funcs {
		names = append(names, n)
	}
	sort.Strings(names)
	return nil, suggest(name, names)
}

// functionsByName finds functions by name and alias. The table is built once:
// building it takes longer than translating most queries. Nobody changes it.
var functionsByName = sync.OnceValue(func() map[string]*Func {
	list := Functions()
	out := map[string]*Func{}
	for i := range list {
		f := &list[i]
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			out[n] = f
		}
	}
	return out
})
