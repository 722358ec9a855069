// Package keymap lists every key of the screens: the one list that keys are
// looked up in, that the help screen shows and that docs/tui.md is made from.
// Every binding works without the Kitty keyboard protocol.
package keymap

import "strings"

// Context is where a binding holds.
type Context string

// The contexts. Everywhere holds wherever nothing is typed.
const (
	Everywhere Context = "everywhere"
	Home       Context = "home"
	Table      Context = "table"
	Facets     Context = "facets"
	Detail     Context = "detail"
	Charts     Context = "charts"
	Schedules  Context = "schedules"
	Reports    Context = "reports"
	Editor     Context = "editor"
)

// Contexts lists the contexts in the order in which help shows them.
func Contexts() []Context {
	return []Context{Everywhere, Home, Table, Facets, Detail, Charts, Schedules, Reports, Editor}
}

// Binding is one action with its keys.
type Binding struct {
	Context Context
	// Action is the name that the screens act on.
	Action string
	// Keys are as Bubble Tea names them.
	Keys []string
	// Short is for the line of hints, Help for the help screen.
	Short, Help string
}

// Show writes the keys as people read them.
func (b Binding) Show() string {
	list := make([]string, len(b.Keys))
	for i, k := range b.Keys {
		list[i] = Name(k)
	}
	return strings.Join(list, " ")
}

// Name writes one key as people read it.
func Name(key string) string {
	switch key {
	case "enter":
		return "⏎"
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "pgdown":
		return "pgdn"
	case "ctrl+up":
		return "ctrl+↑"
	case "ctrl+down":
		return "ctrl+↓"
	}
	return key
}

// Find returns the action of a key, looking through contexts in order; empty
// for none.
func Find(key string, contexts ...Context) string {
	for _, c := range contexts {
		for _, b := range Bindings() {
			if b.Context != c {
				continue
			}
			for _, k := range b.Keys {
				if k == key {
					return b.Action
				}
			}
		}
	}
	return ""
}

// Of returns the binding of an action in a context.
func Of(c Context, action string) (Binding, bool) {
	for _, b := range Bindings() {
		if b.Context == c && b.Action == action {
			return b, true
		}
	}
	return Binding{}, false
}

// Markdown writes every binding as tables, one for each context.
func Markdown() string {
	var b strings.Builder
	for _, c := range Contexts() {
		rows := ""
		for _, k := range Bindings() {
			if k.Context != c {
				continue
			}
			var keys []string
			for _, n := range k.Keys {
				keys = append(keys, code(Name(n)))
			}
			rows += "| " + strings.Join(keys, " ") + " | " + strings.ReplaceAll(k.Help, "|", `\|`) + " |\n"
		}
		if rows != "" {
			b.WriteString("### " + strings.ToUpper(string(c[:1])) + string(c[1:]) + "\n\n| keys | what |\n|---|---|\n" + rows + "\n")
		}
	}
	return b.String()
}

func code(s string) string {
	if strings.Contains(s, "`") {
		return "`` " + s + " ``"
	}
	return "`" + strings.ReplaceAll(s, "|", `\|`) + "`"
}
