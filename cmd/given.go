package cmd

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"argosy/schema/store"
)

// given is a kind of decision that people give, see in a list and take back by
// its number: exemptions, and owners by hand.
type given struct {
	noun   string
	list   string // the command that shows them
	report string // the report that it runs
	remove func(ctx context.Context, path string, opt store.Options, ids []int64, who string) error
}

func (a *app) givenListCommand(g given, short, long, example string) *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:     "list",
		Short:   short,
		Long:    long + ", the same as: argosy report run " + g.report + ".",
		Example: example,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.runReport(c.Context(), g.report, f) },
	}
	f.register(c)
	return c
}

func (a *app) givenRemoveCommand(g given, short, example string) *cobra.Command {
	var who string
	c := &cobra.Command{
		Use:     "remove ID...",
		Short:   short,
		Example: example,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var ids []int64
			for _, s := range args {
				id, err := strconv.ParseInt(s, 10, 64)
				if err != nil {
					return usage(fmt.Errorf("removing %s %q: that is no number", g.noun, s), "see the numbers with: "+g.list)
				}
				ids = append(ids, id)
			}
			opt, err := a.options()
			if err != nil {
				return err
			}
			if err := g.remove(c.Context(), a.db, opt, ids, who); err != nil {
				return err
			}
			a.say("removed %s", plural(len(ids), g.noun))
			return nil
		},
	}
	c.Flags().StringVar(&who, "who", currentUser(), "who decided")
	return c
}
