package chart

import (
	"math"
	"strings"
)

// Bar draws a length of a whole in blocks of an eighth.
func Bar(value, whole float64, w int) string {
	if whole <= 0 || value <= 0 {
		return ""
	}
	eighths := int(math.Round(value / whole * float64(w) * 8))
	if eighths == 0 {
		eighths = 1 // what is there is seen
	}
	out := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		out += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return out
}

// Spark draws values as a row of blocks, each between the least and the most.
func Spark(values []float64) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	marks := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, v := range values {
		i := 3
		if high > low {
			i = int((v - low) / (high - low) * 7)
		}
		b.WriteRune(marks[i])
	}
	return b.String()
}
