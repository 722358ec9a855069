package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// strict makes mistakes in the names and numbers of arguments errors that say
// what was typed. Left to the library, a group such as argosy report prints its
// help for a name that it does not have and succeeds, so that a misspelt line
// in a script does nothing and nobody learns of it.
func strict(root *cobra.Command) {
	// Made before the first run, they are held to the same.
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.Args = noSuchCommand
	for _, c := range root.Commands() {
		strictBelow(c)
	}
}

func strictBelow(c *cobra.Command) {
	switch {
	case c.Name() == "help":
		c.Args = helpTopic
	case c.HasSubCommands():
		c.Args = noSuchCommand
		c.DisableFlagsInUseLine = true
		c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	default:
		c.Args = counted(c.Args)
	}
	for _, sub := range c.Commands() {
		strictBelow(sub)
	}
}

// noSuchCommand takes what follows a group and is none of its commands for a
// mistake.
func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see: " + c.CommandPath() + " --help"
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %s %s? see: %[1]s --help", c.CommandPath(), strings.Join(near, " or "))
	}
	return usage(fmt.Errorf("unknown command %q for %q", args[0], c.CommandPath()), hint)
}

// helpTopic holds what help is asked about to the commands that there are.
func helpTopic(c *cobra.Command, args []string) error {
	about, rest, err := c.Root().Find(args)
	if about != nil && (err != nil || about.HasSubCommands()) && len(rest) > 0 {
		return noSuchCommand(about, rest)
	}
	return nil
}

// counted words the errors about the number of arguments by what the command's
// line of usage calls them.
func counted(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if check == nil || check(c, args) == nil {
			return nil
		}
		hint := "see: " + c.CommandPath() + " --help"
		takes := operands(c)
		needed := takes
		for i, name := range takes {
			if strings.HasPrefix(name, "[") {
				needed = takes[:i]
				break
			}
		}
		if len(args) < len(needed) {
			return usage(fmt.Errorf("%s: %s is missing", c.CommandPath(), strings.Join(needed[len(args):], " ")), hint)
		}
		if len(takes) == 0 {
			return usage(fmt.Errorf("%s: %q is not understood: the command takes flags only", c.CommandPath(), args[0]), hint)
		}
		return usage(fmt.Errorf("%s: %q is one argument too many behind %s", c.CommandPath(), args[len(takes)], strings.Join(takes, " ")), hint)
	}
}

// operands are what the line of usage has besides the name and the flags.
func operands(c *cobra.Command) []string {
	var out []string
	flag := false
	for _, w := range strings.Fields(c.Use)[1:] {
		if !flag && !strings.HasPrefix(w, "-") {
			out = append(out, strings.TrimSuffix(w, "..."))
		}
		flag = strings.HasPrefix(w, "-")
	}
	return out
}
