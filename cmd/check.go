package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"argosy/ingest/registry"
	"argosy/queries/gate"
	"argosy/queries/policy"
)

type gateFlags struct {
	policy, severity, severitySource, olderThan, platform, output string
	fixable, allowUnscanned, failStale                            bool
}

func (f *gateFlags) register(c *cobra.Command, outputs string) {
	fl := c.Flags()
	fl.StringVar(&f.policy, "policy", policy.Default, "policy file, or the name of a scan policy (argosy policy list)")
	fl.StringVar(&f.severity, "severity", "", "least severity that breaks the policy: Critical, High, Medium, Low, Unknown or none (default: the policy's, else High)")
	fl.StringVar(&f.severitySource, "severity-source", "", severitySourceUsage())
	fl.BoolVar(&f.fixable, "fixable", false, "count only findings that an update fixes")
	fl.StringVar(&f.olderThan, "older-than", "", "count only findings first seen longer ago, for instance 30d")
	fl.BoolVar(&f.allowUnscanned, "allow-unscanned", false, "let images pass that were never scanned")
	fl.BoolVar(&f.failStale, "fail-stale", false, "let images fail whose scan is stale")
	fl.StringVarP(&f.output, "output", "o", "", "form of the output: "+outputs)
}

// request reads the policy and what the flags change of it.
func (a *app) request(f gateFlags) (gate.Request, error) {
	r := gate.Request{Name: f.policy, Policy: f.policy, Gate: policy.NewGate(), Now: a.clock(), Platform: f.platform}
	if strings.ContainsAny(f.policy, "./\\") {
		p, err := readPolicy(f.policy)
		if err != nil {
			return r, err
		}
		r.Name, r.Policy, r.Gate = p.Name, policy.Default, p.Gate
		if p.Scan != nil {
			own := p.Stored()
			r.Policy, r.Own = p.Name, &own
		}
	}
	if f.severity != "" {
		r.Gate.Severity = f.severity
	}
	r.Gate.FixableOnly = r.Gate.FixableOnly || f.fixable
	if f.olderThan != "" {
		var err error
		if r.Gate.OlderThan, err = policy.ParseSpan(f.olderThan); err != nil {
			return r, usage(fmt.Errorf("reading --older-than: %w", err), "for instance --older-than 30d")
		}
	}
	if f.allowUnscanned {
		r.Gate.Unscanned = policy.Pass
	}
	if f.failStale {
		r.Gate.Stale = policy.Fail
	}
	if err := r.Gate.Check(); err != nil {
		return r, usage(err, "see --help")
	}
	return r, nil
}

func readPolicy(path string) (*policy.Policy, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usage(fmt.Errorf("reading the policy %q: %w", path, err), "name a file, or a scan policy of: argosy policy list")
	}
	defer f.Close()
	p, err := policy.Parse(path, f)
	if err != nil {
		return nil, usage(fmt.Errorf("reading the policy %q: %w", path, err), "see: argosy policy show")
	}
	return p, nil
}

func (a *app) checkCommand() *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use:   "check IMAGE",
		Short: "Hold an image against a policy: a gate for pipelines",
		Long: `Answers whether an image may pass, from what the database knows of it: its
findings and whether it was scanned at all. An image that is not known or was
never scanned does not pass. Every platform of a multi-platform image is checked.

Without a policy file, findings of severity High or Critical and those that are
known to be exploited break the gate; exempt findings do not.

Exit codes: 0 the image passes, 10 it does not, 2 the reference, the policy or
the database is wrong.`,
		Example: `  argosy check registry.example.com/payments/api:1.4.0
  argosy check --severity Critical --fixable registry.example.com/payments/api:1.4.0
  argosy check --policy policy.yaml -o sarif registry.example.com/payments/api@sha256:0123... > gate.sarif
  argosy check --platform linux/amd64 -o json registry.example.com/payments/api:1.4.0`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.check(c.Context(), args[0], f) },
	}
	f.register(c, "table, json or sarif")
	c.Flags().StringVar(&f.platform, "platform", "", "check this platform only, as os/architecture")
	return c
}

func (a *app) check(ctx context.Context, image string, f gateFlags) error {
	switch f.output {
	case "", "table", "json", "sarif":
	default:
		return usage(fmt.Errorf("output format %q is not known here", f.output), "use table, json or sarif")
	}
	r, err := a.request(f)
	if err != nil {
		return err
	}
	ref, err := checkReference(image)
	if err != nil {
		return err
	}
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := configured(ctx, db, f.severitySource)
	if err != nil {
		return err
	}
	r.SeveritySource = s.SeveritySource
	res, err := gate.Check(ctx, db, ref, image, r)
	if err != nil {
		return err
	}
	switch f.output {
	case "json":
		err = a.printJSON(res)
	case "sarif":
		err = gate.WriteSARIF(a.Out, res, version())
	default:
		err = a.printCheck(res)
	}
	if err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	if !res.Pass {
		return silent{exitMatched}
	}
	return nil
}

func checkReference(image string) (gate.Reference, error) {
	if strings.HasPrefix(image, "sha256:") {
		return gate.Reference{Digest: image}, nil
	}
	ref, ok := registry.Parse(image)
	if !ok {
		return gate.Reference{}, usage(fmt.Errorf("reading the image %q: it is no reference", image), "write it like registry.example.com/team/app:1.0")
	}
	if ref.Tag == "" && ref.Digest == "" {
		return gate.Reference{}, usage(fmt.Errorf("reading the image %q: %w", image, gate.ErrNoImage), "add the tag or the digest: "+image+":TAG")
	}
	return gate.Reference{Registry: ref.Registry, Repository: ref.Repository, Tag: ref.Tag, Digest: ref.Digest}, nil
}

// printCheck writes the answer for people.
func (a *app) printCheck(r *gate.Result) error {
	broken, violations := 0, 0
	for _, img := range r.Images {
		state := "pass"
		if len(img.Violations) > 0 {
			state, broken, violations = "FAIL", broken+1, violations+len(img.Violations)
		}
		name := img.Registry + "/" + img.Repository
		if img.Digest != "" {
			name += "@" + img.Digest
		}
		fmt.Fprintf(a.Out, "%s  %s  %s\n", state, name, strings.Trim(img.OS+"/"+img.Architecture, "/"))
		fmt.Fprintf(a.Out, "      %s: %s", img.Verdict, img.Reason)
		if img.LastScanned != nil {
			fmt.Fprintf(a.Out, "; last scan %s %s", img.LastScanned.Format("2006-01-02 15:04"), img.Scanners)
		}
		fmt.Fprintln(a.Out)
		w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
		for _, v := range img.Violations {
			fix := ""
			if v.FixedVersion != "" {
				fix = "-> " + v.FixedVersion
			}
			fmt.Fprintf(w, "      %s\t%s\t%s\t%s %s\t%s\t%s\n", v.Rule, v.Vulnerability, v.Severity, v.Package, v.InstalledVersion, fix, v.Reason)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if r.Pass {
		a.say("%s passes policy %s; severity: %s", r.Image, r.Policy, r.SeveritySource)
		return nil
	}
	a.say("%s breaks policy %s: violations: %d, in %d of its images of %d; severity: %s", r.Image, r.Policy, violations, broken, len(r.Images), r.SeveritySource)
	return nil
}

func (a *app) denyListCommand() *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use:   "deny-list",
		Short: "List the digests that break a policy, for admission controllers",
		Long: `Holds every image that is known and still there against a policy, as argosy
check does, and lists the digests of those that break it, with the indexes that
lead to them: a pod may name either.`,
		Example: `  argosy deny-list > denied.txt
  argosy deny-list --severity Critical --fixable -o json
  argosy deny-list --policy policy.yaml --allow-unscanned`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.denyList(c.Context(), f) },
	}
	f.register(c, "text for one digest a line, table or json")
	return c
}

func (a *app) denyList(ctx context.Context, f gateFlags) error {
	r, err := a.request(f)
	if err != nil {
		return err
	}
	switch f.output {
	case "", "text", "table", "json":
	default:
		return usage(fmt.Errorf("output format %q is not known here", f.output), "use text, table or json")
	}
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := configured(ctx, db, f.severitySource)
	if err != nil {
		return err
	}
	r.SeveritySource = s.SeveritySource
	denied, err := gate.DenyList(ctx, db, r)
	if err != nil {
		return err
	}
	switch f.output {
	case "json":
		err = a.printJSON(denied)
	case "table":
		w := tabwriter.NewWriter(a.Out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "DIGEST\tIMAGE\tTAGS\tFINDINGS\tREASON")
		for _, d := range denied {
			fmt.Fprintf(w, "%s\t%s/%s\t%s\t%d\t%s\n", d.Digest, d.Registry, d.Repository, d.Tags, d.Findings, d.Reason)
		}
		err = w.Flush()
	default:
		seen := map[string]bool{}
		for _, d := range denied {
			if !seen[d.Digest] && err == nil {
				seen[d.Digest] = true
				_, err = fmt.Fprintln(a.Out, d.Digest)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}
