package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"argosy/queries"
	"argosy/queries/lens"
)

func (a *app) viewCommand() *cobra.Command {
	var f runFlags
	var scope, beside []string
	var all bool
	c := &cobra.Command{
		Use:   "view LENS",
		Short: "Look at findings as teams, repositories, images, packages or fixes",
		Long: `Answers with what the screens show: the findings under some filters (--scope),
seen through a lens: ` + strings.Join(lensNames(), ", ") + `.

A filter compares a field with a value: team=payments, severity>=High,
package~ssl (contains), vulnerability=CVE-1,CVE-2 (any of), type!=deb,
fixable, !kev. Fields: ` + strings.Join(fieldNames(), ", ") + `.`,
		Example: `  argosy view teams
  argosy view fixes --scope team=payments --scope 'severity>=High'
  argosy view findings --scope kev --export kev.xlsx
  argosy view fixes --with findings --export fixes.xlsx`,
		Args:      cobra.ExactArgs(1),
		ValidArgs: lensNames(),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := lens.Find(args[0])
			if err != nil {
				return usage(err, "for instance: argosy view teams")
			}
			v := lens.View{Lens: l, AllStatus: all}
			for _, s := range scope {
				chip, err := lens.ParseChip(s)
				if err != nil {
					return usage(err, "for instance: --scope team=payments")
				}
				v.Chips = append(v.Chips, chip)
			}
			text, err := v.Filed().Ordered()
			if err != nil {
				return usage(err, "see: argosy view --help")
			}
			q := question{request: queries.Request{Text: text, Language: queries.SQL}, lenses: map[string]lens.Lens{"": l}}
			if len(beside) > 0 {
				if q.sections, err = besides(v, text, beside); err != nil {
					return usage(err, "for instance: argosy view fixes --with findings --export fixes.xlsx")
				}
				q.lenses = lensesOf(q.sections)
			}
			title := l.Title
			if len(scope) > 0 {
				title = fmt.Sprintf("%s of %s", l.Title, strings.Join(scope, ", "))
			}
			q.title = title
			return a.run(c.Context(), q, f)
		},
	}
	c.Flags().StringArrayVar(&beside, "with", nil, "another lens of the same scope, as a further sheet; may be repeated")
	c.Flags().StringArrayVar(&scope, "scope", nil, "a filter; may be repeated, all must hold")
	c.Flags().BoolVar(&all, "all-status", false, "findings that are set aside too")
	f.register(c)
	return c
}

// besides are the sheets of a view and of others of its scope.
func besides(v lens.View, text string, names []string) ([]queries.Section, error) {
	out := []queries.Section{{Name: v.Lens.Name, Title: v.Lens.Title, Text: text}}
	for _, name := range names {
		l, err := lens.Find(name)
		if err != nil {
			return nil, err
		}
		text, err := v.Through(l).Filed().Ordered()
		if err != nil {
			return nil, err
		}
		out = append(out, queries.Section{Name: l.Name, Title: l.Title, Text: text})
	}
	return out, nil
}

// lensesOf are the lenses of sections that are called like them.
func lensesOf(list []queries.Section) map[string]lens.Lens {
	out := map[string]lens.Lens{}
	for _, s := range list {
		if l, err := lens.Find(s.Name); err == nil {
			out[s.Name] = l
		}
	}
	return out
}

func lensNames() []string {
	var out []string
	for _, l := range lens.Lenses() {
		out = append(out, l.Name)
	}
	return out
}

func fieldNames() []string {
	var out []string
	for _, f := range lens.Fields() {
		out = append(out, f.Name)
	}
	return out
}
