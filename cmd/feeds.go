package cmd

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"argosy/ingest"
	"argosy/ingest/feeds"
	"argosy/ingest/format"
	"argosy/schema"
	"argosy/schema/store"
)

// Where the feeds are published.
const (
	kevURL  = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
	epssURL = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
)

// feedWait bounds a download.
const feedWait = 5 * time.Minute

func (a *app) feedsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "feeds",
		Short: "Keep what is known of exploitation: CISA KEV and FIRST EPSS",
		Long: `Feeds tell which vulnerabilities are known to be exploited (CISA KEV) and how
likely each is to be (FIRST EPSS). They reach findings by the id of the
vulnerability and its aliases. argosy ingest takes the same files.`,
	}
	c.AddCommand(a.feedsUpdateCommand(), a.feedsListCommand())
	return c
}

func (a *app) feedsUpdateCommand() *cobra.Command {
	var kev, epss string
	c := &cobra.Command{
		Use:   "update",
		Short: "Read the newest issue of the feeds",
		Long: `Reads the feeds from files or addresses. With neither flag both are read from
where they are published. An issue that is older than the one stored changes
nothing.

Exit codes: 0 read, 1 a feed is broken, 3 a feed cannot be reached now.`,
		Example: `  argosy feeds update
  argosy feeds update --kev known_exploited_vulnerabilities.json --epss epss_scores-2026-11-02.csv.gz`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if kev == "" && epss == "" {
				kev, epss = kevURL, epssURL
			}
			return a.feedsUpdate(c.Context(), kev, epss)
		},
	}
	c.Flags().StringVar(&kev, "kev", "", "file or address of the KEV catalogue as JSON")
	c.Flags().StringVar(&epss, "epss", "", "file or address of the EPSS scores as CSV, gzip or not")
	return c
}

func (a *app) feedsListCommand() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:     "list",
		Short:   "Show which issue of each feed is stored",
		Long:    `Shows the stored feeds, the same as: argosy report run feeds.`,
		Example: "  argosy feeds list",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.runReport(c.Context(), "feeds", f) },
	}
	f.register(c)
	return c
}

func (a *app) feedsUpdate(ctx context.Context, kev, epss string) error {
	opt, err := a.options()
	if err != nil {
		return err
	}
	if a.db != store.Memory {
		if err := os.MkdirAll(filepath.Dir(a.db), 0o755); err != nil {
			return usage(fmt.Errorf("making the folder of the database %q: %w", a.db, err), "name another file with --db")
		}
	}
	loader, err := store.NewLoader(ctx, a.db, opt)
	if err != nil {
		return err
	}
	defer loader.Close()
	started := a.clock()
	var files []schema.FileResult
	for _, f := range []struct {
		where  string
		format format.Format
	}{{kev, feeds.KEV}, {epss, feeds.EPSS}} {
		if f.where == "" {
			continue
		}
		res, err := readFeed(ctx, f.where, f.format, loader, started, len(files))
		if err != nil {
			return err
		}
		files = append(files, res)
	}
	res, err := loader.Commit(ctx, schema.Run{Started: started, Version: version(), Source: "feeds " + strings.Join(strings.Fields(kev+" "+epss), " "), Files: files})
	if err != nil {
		return err
	}
	for _, f := range res.Files {
		if f.State != schema.FileStored {
			return fmt.Errorf("storing the feed %s from %q: %s", f.Format, f.Path, f.Error)
		}
		a.say("run %d: %s: %d vulnerabilities read from %q", res.RunID, f.Format, f.Rows, f.Path)
	}
	return nil
}

// readFeed reads one feed into the loader; one that is no such feed is an
// error, so that nothing is stored.
func readFeed(ctx context.Context, where string, f format.Format, to ingest.Loader, now time.Time, no int) (schema.FileResult, error) {
	op := "reading the feed " + f.Title
	body, err := openFeed(ctx, op, where)
	if err != nil {
		return schema.FileResult{}, err
	}
	defer body.Close()
	res, err := ingest.Load(ctx, []string{ingest.Stdin}, to, ingest.Options{Name: where, Stdin: body, Now: now, Formats: []format.Format{f}, First: no})
	if err != nil {
		return schema.FileResult{}, err
	}
	if res[0].State != schema.FileStored {
		return schema.FileResult{}, fmt.Errorf("%s from %q: %s", op, where, res[0].Error)
	}
	return res[0], nil
}

// openFeed opens a file or an address.
func openFeed(ctx context.Context, op, where string) (io.ReadCloser, error) {
	if !strings.HasPrefix(where, "http://") && !strings.HasPrefix(where, "https://") {
		f, err := os.Open(where)
		if err != nil {
			return nil, usage(fmt.Errorf("%s: %w", op, err), "name a file or an address that begins with https://")
		}
		return f, nil
	}
	ctx, cancel := context.WithTimeout(ctx, feedWait)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		cancel()
		return nil, usage(fmt.Errorf("%s from %q: %w", op, where, err), "check the address")
	}
	req.Header.Set("User-Agent", "argosy/"+version())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		cancel()
		return nil, &retryError{fmt.Errorf("%s: %w", op, err), "try again later, or download the file and name it instead"}
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		cancel()
		return nil, &retryError{fmt.Errorf("%s from %q: the server answers %s", op, where, resp.Status), "check the address and try again later"}
	}
	return &download{resp.Body, cancel}, nil
}

// download ends its request when it is closed.
type download struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (d *download) Close() error {
	defer d.cancel()
	return d.ReadCloser.Close()
}
