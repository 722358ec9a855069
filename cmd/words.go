package cmd

import (
	"fmt"
	"strings"
)

// agree is the word that goes with a number of things.
func agree[N int | int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// plural is a number of things: "1 schedule", "2 policies".
func plural[N int | int64](n N, noun string) string {
	if n != 1 {
		if stem, ok := strings.CutSuffix(noun, "cy"); ok {
			noun = stem + "cie"
		}
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
