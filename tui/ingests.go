package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"argosy/queries/lens"
	"argosy/schema"
	"argosy/tui/cell"
	"argosy/tui/grid"
)

// ingests is the log of ingest runs; a run opens its files, a file what was
// left out of it and why.
func newIngests() *table {
	t := newResult("Ingest runs", schema.Statement{SQL: `select run_id as run, started, date_diff('millisecond', started, finished) / 1000.0 as seconds, state, files, rows_read as rows, findings, skipped,
	(select count(*) from run_files f where f.run_id = r.run_id and f.state in ('rejected', 'unsupported', 'unrecognised')) as refused, version, source
from runs r order by run_id desc`})
	t.columns = []grid.Column{wide("run", "RUN", 4, 8, 0, ""), wide("started", "STARTED", 19, 19, 0, "UTC"), wide("seconds", "SECONDS", 7, 10, 6, ""), wide("state", "STATE", 8, 12, 0, ""), wide("files", "FILES", 5, 8, 2, "files read"),
		wide("rows", "ROWS", 5, 11, 4, "rows of the reports"), wide("findings", "FINDINGS", 8, 11, 1, "findings stored"), wide("skipped", "SKIPPED", 7, 9, 3, "rows that were left out"), wide("refused", "REFUSED", 7, 8, 0, "files that were not taken"),
		wide("version", "VERSION", 7, 16, 8, "of argosy"), wide("source", "SOURCE", 12, 40, 5, "where the files came from")}
	t.empty = "nothing was ingested yet; see: argosy ingest --help"
	t.into = func(a *App, row []any) tea.Cmd { return a.push(newRunFiles(whole(row[0]))) }
	return t
}

func newRunFiles(run int64) *table {
	t := newResult(fmt.Sprintf("Ingest run %d", run), schema.Statement{SQL: fmt.Sprintf(`select case when state in ('stored', 'empty', 'not-applicable') then '' else '!' end as "!", state, format, path, images, rows_read as rows, findings, skipped, error
from run_files where run_id = %d order by state in ('stored', 'empty', 'not-applicable'), skipped desc, path`, run)})
	file := wide("path", "FILE", 28, 80, 0, "")
	file.Kind = lens.Path
	t.columns = []grid.Column{wide("!", "!", 1, 1, 0, "not taken"), wide("state", "STATE", 6, 14, 0, ""), wide("format", "FORMAT", 6, 12, 3, ""), file, wide("images", "IMAGES", 6, 8, 5, ""),
		wide("rows", "ROWS", 5, 10, 4, "rows of the report"), wide("findings", "FINDINGS", 8, 10, 1, "findings stored"), wide("skipped", "SKIPPED", 7, 9, 2, "rows that were left out"), wide("error", "ERROR", 10, 60, 1, "why it was not taken")}
	t.into = func(a *App, row []any) tea.Cmd {
		return a.push(newSkips(run, cell.Text(row[3]), cell.Text(row[8])))
	}
	return t
}

// newSkips is what became of one file of a run.
func newSkips(run int64, path, failed string) *table {
	text := fmt.Sprintf(`select place, reason from run_skips where run_id = %d and path = %s order by place`, run, sqlText(path))
	if failed != "" {
		text = "select 'the file' as place, " + sqlText(failed) + " as reason union all (" + text + ")"
	}
	return newResult(path, schema.Statement{SQL: text})
}
