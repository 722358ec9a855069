package grid

import "github.com/charmbracelet/x/ansi"

// strip removes the colours of a line.
func strip(s string) string { return ansi.Strip(s) }
