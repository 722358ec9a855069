package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"argosy/ingest"
	"argosy/ingest/ignore"
	"argosy/ingest/registry"
	"argosy/schema"
	"argosy/schema/store"
)

func (a *app) exemptCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "exempt",
		Short: "Say which findings do not count, why, and until when",
		Long: `An exemption takes findings out of the open ones: they stay visible as
NotApplicable with cause Exempt, its reason beside them. It ends by itself when
it expires, and nothing of it is lost when it is removed. Statements of VEX
documents do the same; they come in with argosy ingest.`,
	}
	g := given{noun: "exemption", list: "argosy exempt list", report: "exemptions", remove: store.Unexempt}
	c.AddCommand(a.exemptAddCommand(), a.exemptImportCommand(),
		a.givenListCommand(g, "Show exemptions, what they match and when they end", "Shows every exemption and VEX statement",
			"  argosy exempt list\n  argosy exempt list -p state=expired -o csv"),
		a.givenRemoveCommand(g, "Let exemptions hold no longer", "  argosy exempt remove 3"))
	return c
}

func (a *app) exemptAddCommand() *cobra.Command {
	var e schema.Exemption
	var image, expires string
	c := &cobra.Command{
		Use:   "add",
		Short: "Exempt findings",
		Long: `Exempts the findings that all the given conditions hold for; at least one is
needed. --registry, --repository, --tag, --team, --package and --path are patterns
with * and ?. A vulnerability is matched through its aliases, and a package in
any spelling of its name: Jinja2 is jinja2, and log4j-core is that of every group.

--expires takes a date (from the beginning of which in UTC the exemption no
longer holds), a time, or days or weeks from now: 2027-01-31, 90d, 4w.`,
		Example: `  argosy exempt add --vulnerability CVE-2023-4911 --repository 'payments/*' --reason "loader not reachable" --expires 90d
  argosy exempt add --team payments --package 'linux-libc-dev' --reason "headers only" --expires 2027-06-30
  argosy exempt add --package tar --package-type deb --reason "only used at build time" --who sec@example.com`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if e.Expires, err = ignore.Expiry(expires, a.clock()); err != nil {
				return usage(fmt.Errorf("reading --expires: %w", err), "for instance --expires 90d")
			}
			return a.exemptAdd(c.Context(), e, image)
		},
	}
	f := c.Flags()
	f.StringVar(&e.Vulnerability, "vulnerability", "", "id of the vulnerability or one of its aliases")
	f.StringVar(&e.Package, "package", "", "name of the package, a pattern")
	f.StringVar(&e.PackageType, "package-type", "", "type of the package as in package URLs: deb, rpm, npm, golang")
	f.StringVar(&e.Version, "package-version", "", "installed version of the package")
	f.StringVar(&e.PURL, "purl", "", "package URL, with or without version")
	f.StringVar(&image, "image", "", "image: a reference or a digest")
	f.StringVar(&e.Registry, "registry", "", "host of the registry, a pattern")
	f.StringVar(&e.Repository, "repository", "", "repository, a pattern")
	f.StringVar(&e.Tag, "tag", "", "tag, a pattern")
	f.StringVar(&e.Team, "team", "", "team that owns the image, a pattern; unowned is nobody's")
	f.StringVar(&e.Path, "path", "", "place of every copy of the package in the image, a pattern: * within a folder, ** through folders")
	f.StringVar(&e.Reason, "reason", "", "why (required)")
	f.StringVar(&e.Who, "who", currentUser(), "who decided")
	f.StringVar(&expires, "expires", "", "date, time, or days or weeks from now; empty is never")
	return c
}

func currentUser() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

func (a *app) exemptAdd(ctx context.Context, e schema.Exemption, image string) error {
	if strings.TrimSpace(e.Reason) == "" {
		return usage(errors.New("adding an exemption: no reason is given"), `say why with --reason "..."`)
	}
	if image != "" {
		ref, ok := registry.Parse(image)
		if !ok {
			return usage(fmt.Errorf("reading --image %q: that is no image reference", image), "for instance registry.example.com/team/app:1.0, or with @sha256:...")
		}
		if ref.Digest != "" {
			e.Digest = ref.Digest
		} else {
			e.Registry, e.Repository = registry.Canonical(ref.Registry, ref.Repository)
			e.Tag = ref.Tag
		}
	}
	if !e.Scoped() {
		return usage(errors.New("adding an exemption: nothing says what it is about"), "give at least one of --vulnerability, --package, --purl, --image, --registry, --repository, --tag, --team, --path")
	}
	if !e.Expires.IsZero() && !e.Expires.After(a.clock()) {
		return usage(fmt.Errorf("adding an exemption: it would have expired on %s", e.Expires.Format(time.DateOnly)), "give a later --expires")
	}
	if err := ingest.ScopePackage(&e); err != nil {
		return usage(err, "for instance --purl pkg:deb/debian/tar")
	}
	e.Source, e.Origin = schema.ExemptCommand, "argosy exempt add"
	opt, err := a.options()
	if err != nil {
		return err
	}
	res, err := store.Exempt(ctx, a.db, opt, []schema.Exemption{e})
	if err != nil {
		return err
	}
	word := "stored"
	if res[0].Known {
		word = "known already"
	}
	fmt.Fprintf(a.Out, "%d\n", res[0].ID)
	a.say("exemption %d %s: it matches %s", res[0].ID, word, plural(res[0].Matched, "open finding"))
	return nil
}

func (a *app) exemptImportCommand() *cobra.Command {
	var who string
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Keep the exemptions of files",
		Long: `Reads exemption files and keeps the database in step with them: what a file no
longer says is removed. Understood are argosy's own files (YAML, shown below),
Trivy's .trivyignore and .trivyignore.yaml, and the ignore rules of Grype's
.grype.yaml. Rules that cannot be kept exactly are skipped and told.

  exemptions:
    - vulnerability: CVE-2023-4911
      repository: payments/*
      reason: the loader is not reachable
      who: sec@example.com
      expires: 2027-01-31

The other conditions are purl, package_type, package, version, digest, registry,
tag, team and path. Who owns what is settled by: argosy config apply.`,
		Example: `  argosy exempt import exemptions.yaml
  argosy exempt import .trivyignore .grype.yaml --who sec@example.com`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.exemptImport(c.Context(), args, who) },
	}
	c.Flags().StringVar(&who, "who", currentUser(), "who decided, where a file does not say")
	return c
}

func (a *app) exemptImport(ctx context.Context, files []string, who string) error {
	opt, err := a.options()
	if err != nil {
		return err
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return usage(fmt.Errorf("reading exemptions: %w", err), "check the path")
		}
		f, err := ignore.Read(name, data)
		if err != nil {
			return usage(fmt.Errorf("reading exemptions: %w", err), "see: argosy exempt import --help")
		}
		origin, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		for i := range f.Exemptions {
			e := &f.Exemptions[i]
			if err := ingest.ScopePackage(e); err != nil {
				return usage(fmt.Errorf("reading exemptions from %q, %s: %w", name, e.Place, err), "for instance pkg:deb/debian/tar")
			}
			e.Source, e.Origin = schema.ExemptFile, origin
			if e.Who == "" {
				e.Who = who
			}
		}
		for _, s := range f.Skips {
			fmt.Fprintf(a.Err, "argosy: skipped: %q %s: %s\n", name, s.Place, s.Reason)
		}
		res, removed, err := store.ImportExemptions(ctx, a.db, opt, origin, f.Exemptions)
		if err != nil {
			return err
		}
		a.exemptSummary(name, f, res, removed)
	}
	return nil
}

func (a *app) exemptSummary(name string, f *ignore.File, res []schema.ExemptionResult, removed int64) {
	var fresh, idle, over int
	for _, e := range f.Exemptions {
		if !e.Expires.IsZero() && !e.Expires.After(a.clock()) {
			over++
		}
	}
	for _, r := range res {
		if !r.Known {
			fresh++
		}
		if r.Matched == 0 {
			idle++
		}
	}
	a.say("%s %q: %s, %d of them new, %d removed, %d skipped; %d match no open finding",
		f.Kind, name, plural(len(res), "exemption"), fresh, removed, len(f.Skips), idle)
	if over > 0 {
		fmt.Fprintf(a.Err, "argosy: %s of %q %s no longer: renew or remove %s\n", plural(over, "exemption"), name,
			agree(over, "has expired and holds", "have expired and hold"), agree(over, "it", "them"))
	}
	if idle > 0 {
		a.say("which match nothing: argosy report run exemptions-unused")
	}
}
