package keymap

import "testing"

// TestBindings holds the list to itself: in one context a key does one thing,
// every binding says what it does, and every context has keys.
func TestBindings(t *testing.T) {
	used := map[Context]map[string]string{}
	for _, b := range Bindings() {
		if b.Help == "" || b.Action == "" || len(b.Keys) == 0 {
			t.Errorf("the binding %+v is not whole", b)
		}
		if used[b.Context] == nil {
			used[b.Context] = map[string]string{}
		}
		for _, k := range b.Keys {
			if was, twice := used[b.Context][k]; twice {
				t.Errorf("%s: %q does %s and %s", b.Context, k, was, b.Action)
			}
			used[b.Context][k] = b.Action
			// These arrive as other keys in most terminals.
			switch k {
			case "ctrl+m", "ctrl+i", "ctrl+h", "ctrl+[", "shift+enter", "ctrl+enter":
				if len(b.Keys) == 1 {
					t.Errorf("%s: %q is the only key of %s and does not reach the program everywhere", b.Context, k, b.Action)
				}
			}
		}
	}
	for _, c := range Contexts() {
		if len(used[c]) == 0 {
			t.Errorf("the context %s has no keys", c)
		}
	}
	if got := Find("f", Table, Everywhere); got != "lens8" {
		t.Errorf("f is %q", got)
	}
}
