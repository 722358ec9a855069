package tui

import (
	"strconv"
	"strings"
	"time"

	"argosy/queries/lens"
)

// history is every finding with what conditions can ask of it, also those that
// are fixed, which the view subassessments does not hold. Those that ask for the
// type of a package find it as in lens.Source.
func history(cond []string) string {
	packageType := "f.package_type"
	if lens.Source(cond...) != lens.Source() {
		packageType = `coalesce(f.package_type, (select k.package_type from known_package_types k
		where k.package_name = f.package_name and k.installed_version = f.installed_version))`
	}
	return `(select f.finding, f.image_id, severity_of(f.severity, f.severity_vendor, f.severity_nvd, f.severity_highest) as severity,
		case when x.finding is not null and f.status = 'Unhealthy' then 'NotApplicable' else f.status end as status, f.status_cause, ` + packageType + ` as package_type, f.package_name, f.installed_version, f.fixed_version, f.fix_status, f.cvss, f.scanners,
		f.first_seen, f.fixed_at, coalesce(l.team, 'unowned') as team, f.fixed_version is not null as fixable, v.id as vulnerability, v.epss, v.kev, l.registry, l.repository, l.tags,
		i.image_key, i.os, i.architecture, i.distribution, i.last_scanned
	from findings f join locations l on l.image_id = f.image_id join images i on i.image_id = f.image_id join vulnerabilities v on v.vulnerability_id = f.vulnerability_id
	left join exempted x on x.finding = f.finding and x.location_id = l.location_id and (x.until is null or x.until > argosy_now())
	where l.gone_at is null or f.running is not null)` + shared
}

// shared joins what images lie in several repositories: their findings stand
// there once for each.
const shared = ` left join (select image_id as copies from images_with_copies) on copies = image_id`

// once counts each finding that a condition holds for once, however many
// repositories hold its image, as the reports do. Only the few that can come
// twice are told apart by their ids: to do that with all takes much memory.
func once(cond string) string {
	return "(count(*) filter (where " + cond + " and copies is null) + count(distinct finding) filter (where " + cond + " and copies is not null))::bigint"
}

// weekEnds are the ends of the last weeks, the last one now.
func weekEnds(now time.Time, weeks int) []time.Time {
	now = now.UTC().Truncate(time.Second)
	var out []time.Time
	for i := weeks - 1; i >= 0; i-- {
		out = append(out, now.AddDate(0, 0, -7*i))
	}
	return out
}

func sqlTimes(list []time.Time) string {
	var out []string
	for _, t := range list {
		out = append(out, "timestamp '"+t.Format("2006-01-02 15:04:05")+"'")
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// openSQL counts what was open at each of some moments: what had been found and
// not yet fixed. Findings come and go at few moments, so these are counted
// first. key is what is counted apart.
func openSQL(cond []string, key string, ends []time.Time) string {
	return `with moments as (
	select ` + key + ` as k, date_trunc('hour', first_seen) as came, date_trunc('hour', fixed_at) as went, ` + once("true") + ` as n
	from ` + history(cond) + whereOf(cond) + ` group by all)
select i, k, sum(n)::bigint from (select unnest(range(` + itoa(len(ends)) + `)) as i, unnest(` + sqlTimes(ends) + `) as w)
	join moments on came <= w and (went is null or went > w) group by all`
}

// flowSQL counts what came and what was fixed between moments.
func flowSQL(cond []string, ends []time.Time) string {
	return `with h as (select date_trunc('hour', first_seen) as came, date_trunc('hour', fixed_at) as went, ` + once("true") + ` as n
	from ` + history(cond) + whereOf(cond) + ` group by all),
	weeks as (select unnest(range(` + itoa(len(ends)) + `)) as i, unnest(` + sqlTimes(ends) + `) as w)
select i, (select coalesce(sum(n), 0) from h where came > w - interval 7 day and came <= w)::bigint,
	(select coalesce(sum(n), 0) from h where went > w - interval 7 day and went <= w)::bigint from weeks order by 1`
}

// scopeConditions are the conditions of a view without those of its lens.
func scopeConditions(v lens.View) ([]string, error) {
	v.Lens = lens.Lens{}
	return v.Conditions()
}

func itoa(n int) string { return strconv.Itoa(n) }
