package kql

import "strings"

// guids lists the GUIDs that stand in s, in lower case.
func guids(s string) []string {
	const pattern = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	var out []string
	for i := 0; i+len(pattern) <= len(s); i++ {
		if (i == 0 || !hex(s[i-1])) && guidAt(s[i:i+len(pattern)], pattern) {
			out = append(out, strings.ToLower(s[i:i+len(pattern)]))
			i += len(pattern) - 1
		}
	}
	return out
}

func guidAt(s, pattern string) bool {
	for i := range pattern {
		if pattern[i] == '-' && s[i] != '-' || pattern[i] == 'x' && !hex(s[i]) {
			return false
		}
	}
	return true
}

func hex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
