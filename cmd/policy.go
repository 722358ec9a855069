package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"argosy/queries"
	"argosy/schema/store"
)

func (a *app) policyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "List, show and keep scan policies",
		Long: `A policy says which images must be scanned how often, and which findings break a
gate. Four scan policies come with argosy; a team's own is a YAML file that check
and deny-list read, and whose scan part the reports can use once it was added.`,
	}
	c.AddCommand(a.policyList(), a.policyShow(), a.policyAdd(), a.policyRemove())
	return c
}

func (a *app) policyList() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the scan policies",
		Example: "  argosy policy list\n  argosy policy list -o json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			list := *a
			db, err := openOrMemory(c.Context(), a)
			if err != nil {
				return err
			}
			list.db = db
			return list.run(c.Context(), question{
				request: queries.Request{Language: queries.SQL, Params: []queries.Param{}, Text: `select policy, description, pushed_within_days, pulled_within_days, running, rescan_hours,
	first_scan_hours, array_to_string(operating_systems, ', ') as operating_systems, own from scan_policies order by own, policy`},
				title: "Scan policies",
			}, f)
		},
	}
	f.register(c)
	return c
}

// openOrMemory is the database to ask for what comes with argosy: the file
// where there is one, else none.
func openOrMemory(ctx context.Context, a *app) (string, error) {
	db, err := a.open(ctx)
	if store.KindOf(err) == store.Missing {
		return store.Memory, nil
	}
	if err != nil {
		return "", err
	}
	return a.db, db.Close()
}

// policyTemplate is a file with every word that a policy can have.
const policyTemplate = `name: team                    # a name of its own
description: what we agreed on
scan:                         # which images must be scanned; left out: mdvm-current
  pushed-within: 30d          # rescan images that were pushed so lately
  pulled-within: 30d          # or pulled
  running: true               # or that run in a cluster
  rescan-every: 24h           # how often; left out: one scan is enough
  first-scan-within: 24h      # after the push
  operating-systems: [linux]  # others count as unsupported; left out: all
gate:                         # what breaks argosy check and argosy deny-list
  severity: High              # findings of at least this severity; none for no finding
  fixable-only: false         # count only what an update fixes
  older-than: 0d              # count only what was first seen longer ago
  known-exploited: true       # count what is known to be exploited, whatever its severity
  epss: 0                     # count what is at least so probable to be exploited, 0 to 1; 0 for none
  exempt: pass                # findings that are set aside: pass or fail
  unscanned: fail             # images that were never scanned
  stale: pass                 # images whose scan is too old
  unknown: pass               # images of which that cannot be told
  unsupported: fail           # images that cannot be scanned
`

func (a *app) policyShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "Print a policy file with every setting and its default",
		Example: "  argosy policy show > policy.yaml",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.Out, policyTemplate)
			return err
		},
	}
}

func (a *app) policyAdd() *cobra.Command {
	return &cobra.Command{
		Use:   "add FILE",
		Short: "Keep the scan part of a policy file, so that reports can name it",
		Example: `  argosy policy add policy.yaml
  argosy report run coverage -p policy=team`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, err := readPolicy(args[0])
			if err != nil {
				return err
			}
			if p.Scan == nil {
				return usage(fmt.Errorf("the policy %q has no part scan", args[0]), "its part gate is for argosy check --policy "+args[0])
			}
			inv, err := a.inventory(c.Context(), true)
			if err != nil {
				return err
			}
			defer inv.Close()
			if err := inv.PutScanPolicy(c.Context(), p.Stored(), a.clock()); err != nil {
				return policyError(err)
			}
			a.say("policy %s is kept", p.Name)
			return nil
		},
	}
}

func (a *app) policyRemove() *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME",
		Short:   "Forget a scan policy that was added",
		Example: "  argosy policy remove team",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			inv, err := a.inventory(c.Context(), false)
			if err != nil {
				return err
			}
			defer inv.Close()
			if err := inv.RemoveScanPolicy(c.Context(), args[0]); err != nil {
				return policyError(err)
			}
			a.say("policy %s is forgotten", args[0])
			return nil
		},
	}
}

func policyError(err error) error {
	if errors.Is(err, store.ErrPolicy) {
		return usage(err, "list them with: argosy policy list")
	}
	return err
}
