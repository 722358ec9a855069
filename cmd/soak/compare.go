package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	lensTab = regexp.MustCompile(`\[(\d) [A-Z][A-Za-z ]+\]`)
	rowOf   = regexp.MustCompile(`(?m)^ row [\d,]+ of ([\d,]+) `)
	findOf  = regexp.MustCompile(`([\d,]+) findings?(?: \([\d,]+ without copies\))? *$`)
)

// compare holds the counts of the screen, if it shows a lens, to SQL written
// here, without argosy's own lenses.
func (s *soak) compare() error {
	screen := s.term.screen()
	lines := strings.Split(screen, "\n")
	if len(lines) < 4 {
		return nil
	}
	tab, rows := lensTab.FindStringSubmatch(lines[1]), rowOf.FindStringSubmatch(screen)
	if tab == nil || rows == nil || strings.Contains(screen, "┌") || strings.Contains(screen, "new data") {
		s.passed++
		return nil
	}
	chips, setAside, ok := s.chips(lines[2])
	if !ok {
		s.passed++
		return nil
	}
	lens := tab[1]
	text, ok := countSQL(lens, chips, setAside)
	if !ok {
		s.passed++
		return nil
	}
	out, err := exec.Command(s.argosy, "query", "--db", s.db, "--threads", "1", "-q", "-o", "csv", "--no-header", text).CombinedOutput()
	if err != nil {
		return fmt.Errorf("asking %s: %w: %s", text, err, out)
	}
	want := strings.Split(strings.TrimSpace(string(out)), ",")
	if got := plain(rows[1]); len(want) != 2 || got != want[0] {
		return fmt.Errorf("the screen says %s rows, SQL says %s: %s", got, want, text)
	}
	if m := findOf.FindStringSubmatch(strings.TrimSpace(lines[2])); m != nil && lens != "8" && plain(m[1]) != want[1] {
		return fmt.Errorf("the screen says %s findings, SQL says %s: %s", plain(m[1]), want, text)
	}
	s.checks[lens]++
	return nil
}

func plain(s string) string { return strings.ReplaceAll(s, ",", "") }

// chips reads the scope from the list of filters that can be taken off, where
// they stand whole.
func (s *soak) chips(line string) (list []string, setAside, ok bool) {
	if !strings.Contains(line, " ×]") {
		return nil, false, true
	}
	s.press("X")
	defer func() {
		s.press("esc")
		time.Sleep(100 * time.Millisecond)
	}()
	time.Sleep(400 * time.Millisecond)
	screen := s.term.screen()
	_, box, found := strings.Cut(screen, "┌ Take off ")
	if !found {
		return nil, false, false
	}
	for _, l := range strings.Split(box, "\n")[2:] {
		_, l, _ = strings.Cut(l, "│")
		l, _, _ = strings.Cut(l, "│")
		l = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(l), "▌"))
		switch {
		case l == "all of them":
			return list, setAside, true
		case strings.HasPrefix(l, "set aside too"):
			setAside = true
		case strings.Contains(l, "…"):
			return nil, false, false
		case l != "":
			list = append(list, l)
		}
	}
	return nil, false, false
}

// countSQL counts rows and findings of a lens under filters; not ok where a
// filter is none of a finding.
func countSQL(lens string, chips []string, setAside bool) (string, bool) {
	keys := map[string]string{"1": team, "2": "registry", "3": "(registry, repository)", "4": "(registry, repository, image_key)", "5": "", "6": "vulnerability", "7": "(package_name, package_type)", "8": "(package_name, package_type)"}
	key := keys[lens]
	cond := []string{"true"}
	if !setAside {
		cond = append(cond, "status = 'Unhealthy'")
	}
	if lens == "8" {
		cond = append(cond, "fixed_version is not null")
	}
	for _, c := range chips {
		text, ok := condition(c)
		if !ok {
			return "", false
		}
		cond = append(cond, text)
	}
	rows := "count(*)"
	if key != "" {
		rows = "count(distinct coalesce(" + key + "::varchar, '\x01'))"
	}
	return "select " + rows + ", count(*) from typed_subassessments where " + strings.Join(cond, " and "), true
}

const team = "(case when team <> 'unowned' or (select count(*) from owner_rules) > 0 then team when repository like '%/%' then regexp_extract(repository, '([^/]*)/[^/]*$', 1) else '(none)' end)"

// condition writes a filter in SQL.
func condition(chip string) (string, bool) {
	flags := map[string]string{"fixable": "fixed_version is not null", "!fixable": "fixed_version is null", "kev": "kev", "!kev": "not kev"}
	if f, ok := flags[chip]; ok {
		return f, true
	}
	m := regexp.MustCompile(`^([a-z_]+)(!=|>=|<=|=|~)(.*)$`).FindStringSubmatch(chip)
	if m == nil {
		return "", false
	}
	columns := map[string]string{"team": team, "registry": "registry", "repository": "repository", "image": "image_key", "vulnerability": "vulnerability", "package": "package_name", "type": "package_type",
		"installed": "installed_version", "fixed": "fixed_version", "severity": "severity::varchar", "status": "status", "distribution": "distribution", "os": "os", "architecture": "architecture", "due": "due_state"}
	column, ok := columns[m[1]]
	if !ok {
		return "", false
	}
	ranks := map[string]int{"Unknown": 0, "Low": 1, "Medium": 2, "High": 3, "Critical": 4}
	switch m[2] {
	case "~":
		return "lower(" + column + ") like '%" + strings.ToLower(quote(m[3])) + "%'", !strings.ContainsAny(m[3], "%_")
	case ">=", "<=":
		n, ok := ranks[m[3]]
		if !ok || m[1] != "severity" {
			return "", false
		}
		return "case severity::varchar when 'Low' then 1 when 'Medium' then 2 when 'High' then 3 when 'Critical' then 4 else 0 end " + m[2] + " " + strconv.Itoa(n), true
	}
	var any []string
	for _, v := range strings.Split(m[3], ",") {
		if v == "(null)" {
			any = append(any, column+" is null")
		} else {
			any = append(any, "coalesce("+column+" = '"+quote(v)+"', false)")
		}
	}
	text := "(" + strings.Join(any, " or ") + ")"
	if m[2] == "!=" {
		text = "not " + text
	}
	return text, true
}

func quote(s string) string { return strings.ReplaceAll(s, "'", "''") }
