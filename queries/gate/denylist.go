package gate

import (
	"context"
	"strings"

	"argosy/queries/policy"
)

// Denied is a digest that breaks the policy.
type Denied struct {
	Digest     string `json:"digest"`
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Tags       string `json:"tags"`
	Findings   int64  `json:"findings"`
	Reason     string `json:"reason"`
}

// DenyList holds every known image against the policy and returns those that
// break it, and the indexes that lead to them.
func DenyList(ctx context.Context, q Querier, r Request) ([]Denied, error) {
	args := gateArgs(r)
	args["policy"] = r.Policy
	var verdicts []string
	for word, v := range map[string]policy.Verdict{"never scanned": r.Gate.Unscanned, "stale": r.Gate.Stale, "unknown": r.Gate.Unknown, "unsupported": r.Gate.Unsupported} {
		if v == policy.Fail {
			verdicts = append(verdicts, word)
		}
	}
	args["verdicts"] = strings.Join(verdicts, ",")
	out := []Denied{}
	err := each(ctx, q, r, denyListSQL, args, func(v []any) {
		n, _ := v[4].(int64)
		out = append(out, Denied{Digest: text(v[0]), Registry: text(v[1]), Repository: text(v[2]), Tags: text(v[3]), Findings: n, Reason: text(v[5])})
	})
	return out, err
}
