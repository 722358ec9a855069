package keymap

// Bindings lists every binding.
func Bindings() []Binding {
	var out []Binding
	for _, part := range [][]Binding{everywhere(), home(), table(), facets(), detail(), charts(), schedules(), reports(), editor()} {
		out = append(out, part...)
	}
	return out
}

func keys(k ...string) []string { return k }

func everywhere() []Binding {
	c := Everywhere
	return []Binding{
		{c, "open", keys("enter"), "open", "open the row: it joins the scope, and the next lens shows what is in it"},
		{c, "back", keys("esc", "backspace"), "back", "close what is open, clear the find, go one level up"},
		{c, "lens1", keys("1"), "", "Teams of this scope"},
		{c, "lens2", keys("2"), "", "Registries of this scope"},
		{c, "lens3", keys("3"), "", "Repositories of this scope"},
		{c, "lens4", keys("4"), "", "Images of this scope"},
		{c, "lens5", keys("5"), "", "Findings of this scope"},
		{c, "lens6", keys("6"), "", "Vulnerabilities of this scope"},
		{c, "lens7", keys("7"), "", "Packages of this scope"},
		{c, "lens8", keys("8", "f"), "fix list", "Fix list of this scope: what to upgrade"},
		{c, "everywhere", keys("v"), "CVE everywhere", "the row's vulnerability in every repository: team, registry, repository and image leave the scope"},
		{c, "reports", keys("r"), "reports", "saved reports"},
		{c, "editor", keys("E"), "editor", "the editor, as it was left"},
		{c, "ingests", keys("I"), "ingests", "ingest runs, their files, and what was left out"},
		{c, "schedules", keys("C"), "schedules", "schedules, what became of each run, and where it was delivered"},
		{c, "home", keys("0"), "home", "home"},
		{c, "last", keys("`"), "last", "the view before this one"},
		{c, "previous", keys("["), "", "back through the views looked at"},
		{c, "next", keys("]"), "", "forward again"},
		{c, "refresh", keys("R"), "refresh", "ask again, for instance after an ingest"},
		{c, "undo", keys("U"), "", "take back the last change that was written"},
		{c, "cancel", keys("ctrl+c"), "cancel", "cancel the running query; twice quits"},
		{c, "palette", keys(":", "ctrl+k"), "palette", "command palette: every action, report, team, repository, CVE and filter; a number goes to that row"},
		{c, "help", keys("?"), "help", "help for this screen; type to search it"},
		{c, "theme", keys("T"), "theme", "next theme: auto, dark, light, colour-blind, mono"},
		{c, "mouse", keys("M"), "mouse", "mouse on or off"},
		{c, "suspend", keys("ctrl+z"), "", "suspend; fg brings argosy back"},
		{c, "quit", keys("q"), "quit", "quit"},
	}
}

// home adds these to the keys of the table.
func home() []Binding {
	c := Home
	return []Binding{
		{c, "exploited", keys("K"), "exploited", "findings that are known to be exploited"},
		{c, "overdue", keys("D"), "overdue", "findings whose due date has passed"},
		{c, "unscanned", keys("L"), "not scanned", "images that were not scanned for long, or never"},
	}
}

func table() []Binding {
	c := Table
	return []Binding{
		{c, "move", keys("j", "k", "down", "up"), "", "row down, row up"},
		{c, "sideways", keys("h", "l", "left", "right"), "", "column left, column right"},
		{c, "page", keys("ctrl+d", "ctrl+u", "pgdown", "pgup"), "", "half a page, a page"},
		{c, "ends", keys("g", "G", "home", "end"), "", "first row, last row"},
		{c, "mark", keys("space"), "mark", "mark the row"},
		{c, "marks", keys("V", "a", "u"), "", "mark from the last mark to here; mark all; mark none"},
		{c, "find", keys("/"), "find", "find as you type in all columns; col:text in one, !text for rows without, >0.5 in the column of the cursor"},
		{c, "again", keys("n", "N"), "", "next match, the one before"},
		{c, "keep", keys("="), "keep", "keep the rows that are equal to this cell"},
		{c, "drop", keys("!"), "drop", "drop the rows that are equal to this cell"},
		{c, "chips", keys("X"), "chips", "take filters off"},
		{c, "sort", keys("s"), "sort", "sort by this column: descending, ascending, as before"},
		{c, "sortmore", keys("+"), "", "add this column to the sort"},
		{c, "facets", keys("F"), "facet", "facets: values with their counts; again for every value of this column"},
		{c, "hide", keys("-"), "hide", "hide the column"},
		{c, "columns", keys("ctrl+o"), "columns", "choose columns"},
		{c, "width", keys("<", ">", "_"), "", "narrower, wider, as wide as the content"},
		{c, "freeze", keys("z"), "", "freeze the columns up to this one"},
		{c, "shift", keys("{", "}"), "", "move the column to the left, to the right"},
		{c, "wrap", keys("w"), "wrap", "show the cells of this row whole"},
		{c, "edit", keys("e"), "SQL/KQL", "this view's query in the editor"},
		{c, "export", keys("x"), "export", "all rows into a file of any format"},
		{c, "save", keys("S"), "save report", "save this view as a report"},
		{c, "chart", keys("b"), "chart", "charts: severity, age, trend and burn-down of the scope; of a result what its query asks for"},
		{c, "copycell", keys("y"), "copy", "copy the cell; the cells of marked rows, if any (OSC 52)"},
		{c, "copyrow", keys("Y"), "", "copy the row, or the marked rows, tab-separated"},
		{c, "copymd", keys("ctrl+y"), "", "copy as a Markdown table"},
		{c, "pane", keys("p"), "pane", "pane with what is behind the row: right, below, off"},
		{c, "info", keys("i"), "info", "what this is: rows, SQL, time taken, freshness; and the statistics of this column"},
		{c, "exempt", keys("m"), "exempt", "exempt what the row names, with a reason and an end"},
		{c, "assign", keys("O"), "assign", "give the row's repository or image to a team"},
		{c, "url", keys("o"), "URL", "open the advisory of the row; over SSH its address is copied"},
		{c, "status", keys("A"), "", "open findings only, or those that are set aside too"},
	}
}

func facets() []Binding {
	c := Facets
	return []Binding{
		{c, "nextfacet", keys("tab"), "next facet", "next facet"},
		{c, "prevfacet", keys("shift+tab"), "", "facet before"},
		{c, "include", keys("enter"), "include", "keep the rows with this value"},
		{c, "exclude", keys("-"), "exclude", "drop the rows with this value"},
		{c, "or", keys("space"), "or", "mark the value, to include several"},
		{c, "order", keys("n"), "sort by count or name", "sort by count or by name"},
		{c, "move", keys("j", "k", "down", "up"), "", "next value, the one before"},
		{c, "find", keys("/"), "find value", "find a value in all facets"},
		{c, "close", keys("esc", "F"), "close", "close the facets"},
	}
}

func detail() []Binding {
	c := Detail
	return []Binding{
		{c, "nextrow", keys("n", "N"), "next, before", "next finding, the one before"},
		{c, "scroll", keys("j", "k", "down", "up"), "scroll", "scroll"},
		{c, "layer", keys("l"), "layer", "the findings of the same layer of the image"},
		{c, "edit", keys("e"), "", "the query of the rows in the editor"},
		{c, "export", keys("x"), "", "all rows into a file of any format"},
		{c, "save", keys("S"), "", "save the rows' view as a report"},
		{c, "copyrow", keys("Y"), "copy JSON", "copy the record as JSON"},
		{c, "copycell", keys("y"), "copy fix", "copy the command that upgrades the package"},
		{c, "exempt", keys("m"), "exempt", "exempt it: where, why, until when"},
		{c, "assign", keys("O"), "assign", "give the repository or the image to a team"},
		{c, "url", keys("o"), "URL", "open the advisory; over SSH its address is copied"},
	}
}

func charts() []Binding {
	c := Charts
	return []Binding{
		{c, "nextchart", keys("tab", "shift+tab"), "next chart", "next chart, the one before"},
		{c, "scroll", keys("j", "k", "down", "up"), "scroll", "scroll"},
	}
}

// schedules adds these to the keys of the table.
func schedules() []Binding {
	c := Schedules
	return []Binding{
		{c, "dryrun", keys("d"), "dry run", "what a run of the schedule would send; nothing is sent or recorded"},
		{c, "runnow", keys("t"), "run now", "run the schedule now, after a question"},
		{c, "resend", keys("c"), "send again", "deliver the files of the run once more, after a question"},
	}
}

func reports() []Binding {
	c := Reports
	return []Binding{
		{c, "run", keys("enter"), "run", "run; parameters are asked for"},
		{c, "edit", keys("ctrl+e"), "edit", "the report's query in the editor"},
		{c, "duplicate", keys("ctrl+d"), "duplicate", "make a copy that is yours"},
		{c, "rename", keys("ctrl+r"), "rename", "rename a report of yours"},
		{c, "delete", keys("ctrl+x", "delete"), "delete", "delete a report of yours"},
		{c, "schedule", keys("ctrl+t"), "schedule", "what to put into a file of schedules, so that the report is made and sent by itself"},
		{c, "copycommand", keys("ctrl+y"), "copy command", "copy the command line that runs it"},
	}
}

func editor() []Binding {
	c := Editor
	return []Binding{
		{c, "run", keys("ctrl+r", "f5", "ctrl+enter"), "run", "run the statement under the cursor; in KQL a blank line ends it, in SQL a semicolon"},
		{c, "runall", keys("f6", "alt+r"), "", "run the whole text"},
		{c, "accept", keys("tab"), "complete", "take the completion; where none is offered, indent"},
		{c, "complete", keys("ctrl+space", "ctrl+@"), "", "offer completions"},
		{c, "fix", keys("ctrl+f"), "fix", "put the suggested name in the place of the mistake"},
		{c, "older", keys("ctrl+up", "alt+up"), "history", "the query run before"},
		{c, "newer", keys("ctrl+down", "alt+down"), "", "the query run after"},
		{c, "history", keys("ctrl+p"), "", "every query run, also in earlier sessions"},
		{c, "external", keys("ctrl+g"), "$EDITOR", "edit the text in $VISUAL or $EDITOR"},
		{c, "savetext", keys("ctrl+s"), "save", "save as a report"},
		{c, "translate", keys("ctrl+l"), "", "the SQL behind a KQL text"},
		{c, "explain", keys("ctrl+x"), "explain", "how the engine goes about it"},
		{c, "language", keys("ctrl+t"), "", "change the text's language between SQL and KQL"},
		{c, "schema", keys("ctrl+b"), "", "tables and columns beside the text"},
		{c, "limit", keys("ctrl+o"), "", "limit of the rows that a run brings: none, 1,000, 10,000, 100,000"},
		{c, "new", keys("ctrl+n"), "", "a new text"},
		{c, "closetext", keys("ctrl+w"), "", "close the text"},
		{c, "buffer", keys("alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "alt+6", "alt+7", "alt+8", "alt+9"), "", "go to a text"},
		{c, "comment", keys("ctrl+/", "ctrl+_"), "", "comment the line out or in"},
		{c, "undo", keys("ctrl+u"), "", "undo"},
		{c, "redo", keys("ctrl+y"), "", "redo"},
		{c, "deleteline", keys("alt+k"), "", "delete the line"},
		{c, "palette", keys("ctrl+k"), "", "command palette"},
		{c, "leave", keys("esc"), "results", "to the results; from there e comes back and esc leaves"},
	}
}
