package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"argosy/ingest/registry"
	"argosy/schema"
	"argosy/schema/settings"
	"argosy/schema/store"
)

func (a *app) ownCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "own",
		Short: "Give images to a team by hand",
		Long: `An assignment gives images to a team and goes before every owner rule of the
configuration (argosy config): for the exceptions, and for a start without rules.
One of an image goes before one of a repository, a newer one before an older.
Nothing of it is lost when it is removed.`,
	}
	g := given{noun: "assignment", list: "argosy own list", report: "owner-rules", remove: store.Unassign}
	c.AddCommand(a.ownAddCommand(),
		a.givenListCommand(g, "Show assignments and owner rules in the order in which they decide", "Shows every assignment and owner rule",
			"  argosy own list\n  argosy own list -o csv"),
		a.givenRemoveCommand(g, "Take assignments back: what would own the images without them owns them again", "  argosy own remove 3"))
	return c
}

func (a *app) ownAddCommand() *cobra.Command {
	var s schema.Assignment
	var image string
	c := &cobra.Command{
		Use:   "add TEAM",
		Short: "Give images to a team",
		Long: `Gives the images that all the given conditions hold for to a team, also those
that are ingested later; at least one condition is needed. --registry,
--repository and --tag are patterns with * and ?. Prints the assignment's
number.

Without --mail and --due they are those of the team's first owner rule, if it
has one.`,
		Example: `  argosy own add payments --repository 'shared/ledger*' --reason "moved in October"
  argosy own add platform --image registry.example.com/payments/base@sha256:6b2e...
  argosy own add payments --registry ghcr.io --repository org/app --mail pay@example.com --due strict`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			s.Team = args[0]
			return a.ownAdd(c.Context(), s, image)
		},
	}
	f := c.Flags()
	f.StringVar(&image, "image", "", "image: a reference, best with a digest")
	f.StringVar(&s.Digest, "digest", "", "digest of the image")
	f.StringVar(&s.Registry, "registry", "", "host of the registry, a pattern")
	f.StringVar(&s.Repository, "repository", "", "repository, a pattern")
	f.StringVar(&s.Tag, "tag", "", "tag, a pattern")
	f.StringVar(&s.Mail, "mail", "", "where the team's reports go")
	f.StringVar(&s.Due, "due", "", "name of a due policy of the configuration")
	f.StringVar(&s.Reason, "reason", "", "why")
	f.StringVar(&s.Who, "who", currentUser(), "who decided")
	return c
}

func (a *app) ownAdd(ctx context.Context, s schema.Assignment, image string) error {
	switch {
	case strings.TrimSpace(s.Team) == "":
		return usage(errors.New("assigning an owner: no team is named"), "for instance: argosy own add payments --repository 'payments/*'")
	case strings.TrimSpace(s.Team) != s.Team:
		return usage(fmt.Errorf("assigning an owner: the team %q has spaces around its name", s.Team), "remove them")
	case settings.Reserved(s.Team):
		return usage(fmt.Errorf("assigning an owner: the team %q is the one of what nobody owns", s.Team), "take an assignment back with: argosy own remove ID")
	}
	if image != "" {
		ref, ok := registry.Parse(image)
		if !ok {
			return usage(fmt.Errorf("reading --image %q: that is no image reference", image), "for instance registry.example.com/team/app:1.0, or with @sha256:...")
		}
		s.Registry, s.Repository = registry.Canonical(ref.Registry, ref.Repository)
		if s.Digest = ref.Digest; s.Digest == "" {
			s.Tag = ref.Tag
		}
	}
	if !s.Scoped() {
		return usage(errors.New("assigning an owner: nothing says what is to be theirs"), "give at least one of --image, --digest, --registry, --repository, --tag")
	}
	opt, err := a.options()
	if err != nil {
		return err
	}
	res, err := store.Assign(ctx, a.db, opt, s)
	if err != nil {
		return err
	}
	word := "stored"
	if res.Known {
		word = "known already"
	}
	fmt.Fprintf(a.Out, "%d\n", res.ID)
	if res.Locations == 0 {
		a.say("assignment %d %s: it decides nothing yet; no image matches, or another goes before it", res.ID, word)
		return nil
	}
	a.say("assignment %d %s: %s owns %s by it", res.ID, word, s.Team, plural(res.Locations, "image"))
	return nil
}
