package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"argosy/schema/alias"
)

// saidOfNames are the lists of names in what the run staged; those of a
// database that has none yet are read from what it holds.
const saidOfNames = `
select distinct id, aliases from stage_advisories where aliases is not null and file_no in (select file_no from stage_good)
union
select coalesce(d.reported_id, r.vulnerability), d.aliases
from stage_details d join stage_rows r using (row_no) where d.aliases is not null and r.scan_no in (select scan_no from stage_scans)
union
select vulnerability, aliases from stage_statements where aliases is not null and vulnerability is not null and file_no in (select file_no from stage_good)
union
select id, array_to_string(aliases, chr(31)) from argosy.advisories where aliases is not null and not exists (select 1 from argosy.alias_claims)`

// nameVulnerabilities learns from the run which ids are names of one
// vulnerability, and moves what the database keeps under an id that turns out
// to be a name of another. claims is a query for further claims, or nothing.
func nameVulnerabilities(ctx context.Context, conn *sql.Conn, claims string) error {
	told, err := claimsOfRun(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "create temp table m_claims (id varchar, same_as varchar); create temp table m_names (id varchar, canonical varchar); create temp table m_renamed (id varchar, canonical varchar); create temp table if not exists m_moved (was uuid, canonical varchar, finding uuid, image_id bigint)"); err != nil {
		return err
	}
	moved := false
	if err := insertPairs(ctx, conn, "m_claims", "same_as", told); err != nil {
		return err
	}
	if claims != "" {
		if _, err := conn.ExecContext(ctx, "insert into m_claims "+claims); err != nil {
			return err
		}
	}
	var fresh int64
	const keep = `insert into argosy.alias_claims
		select distinct id, same_as, getvariable('run_id') from m_claims where (id, same_as) not in (select (id, same_as) from argosy.alias_claims)`
	r, err := conn.ExecContext(ctx, keep)
	if err == nil {
		fresh, err = r.RowsAffected()
	}
	if err != nil {
		return err
	}
	if fresh > 0 {
		if moved, err = resolveNames(ctx, conn); err != nil {
			return err
		}
	}
	return inOrder(ctx, conn, mergeStep{"15_rename", moved}, mergeStep{"16_move", moved}, mergeStep{"17_renamed", moved})
}

// bareNames are what the steps ask of a package's name: whether it lacks the type,
// or the group of Maven, and what it ends with in any spelling.
const bareNames = `
create or replace temp macro m_incomplete(package_type, name) as name is not null and (package_type is null or package_type = 'maven' and not contains(name, ':'));
create or replace temp macro m_last(name) as regexp_replace(lower(regexp_extract(name, '[^:/]*$')), '[-_.]+', '-', 'g');
create temp table m_row_types (row_no bigint, package_type varchar, package_name varchar, installed_version varchar)`

// bareTypes tells whether the run, or what is known of its images, has packages
// that are not wholly named, or in a spelling of before.
const bareTypes = `select exists (from stage_rows where m_incomplete(package_type, package_name))
	or exists (from argosy.findings semi join m_ids using (image_id) where m_incomplete(package_type, package_name)
		or package_name <> argosy.canonical_name(package_type, package_name, purl) or installed_version <> argosy.canonical_version(package_type, installed_version))`

// typePackages gives packages without a type the type that other reports tell,
// those of the run and those that are known, and moves what is kept under a name
// that is no longer its own.
func typePackages(ctx context.Context, conn *sql.Conn) error {
	var bare bool
	if _, err := conn.ExecContext(ctx, bareNames); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, bareTypes).Scan(&bare); err != nil {
		return err
	}
	return inOrder(ctx, conn, mergeStep{"18_types", bare}, mergeStep{"16_move", bare})
}

// claimsOfRun reads the lists of the run. What VEX documents say comes with the
// id itself among its aliases.
func claimsOfRun(ctx context.Context, conn *sql.Conn) (map[string]map[string]bool, error) {
	rows, err := conn.QueryContext(ctx, saidOfNames)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]map[string]bool{}
	for rows.Next() {
		var id, list string
		if err := rows.Scan(&id, &list); err != nil {
			return nil, err
		}
		for _, c := range (alias.List{ID: id, Aliases: strings.Split(list, separator)}).Claims() {
			if out[c.ID] == nil {
				out[c.ID] = map[string]bool{}
			}
			out[c.ID][c.Same] = true
		}
	}
	return out, rows.Err()
}

// resolveNames finds out anew what every id is kept under and says whether
// anything that the database holds has to move.
func resolveNames(ctx context.Context, conn *sql.Conn) (bool, error) {
	rows, err := conn.QueryContext(ctx, "select id, same_as from argosy.alias_claims")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var claims []alias.Claim
	for rows.Next() {
		var c alias.Claim
		if err := rows.Scan(&c.ID, &c.Same); err != nil {
			return false, err
		}
		claims = append(claims, c)
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	names := map[string]map[string]bool{}
	for id, canonical := range alias.Resolve(claims) {
		names[id] = map[string]bool{canonical: true}
	}
	if err := insertPairs(ctx, conn, "m_names", "canonical", names); err != nil {
		return false, err
	}
	const put = `
insert into m_renamed
select id, coalesce(n.canonical, id) from m_names n full join argosy.alias_names k using (id)
where coalesce(n.canonical, id) <> coalesce(k.canonical, id);
delete from m_renamed where id not in (select id from argosy.vulnerabilities union all select named from argosy.sightings where named is not null);
delete from argosy.alias_names;
insert into argosy.alias_names select id, canonical from m_names order by id`
	if _, err := conn.ExecContext(ctx, put); err != nil {
		return false, err
	}
	var n int64
	err = conn.QueryRowContext(ctx, "select count(*) from m_renamed").Scan(&n)
	return n > 0, err
}

// insertPairs fills a table of two columns in batches.
func insertPairs(ctx context.Context, conn *sql.Conn, table, second string, pairs map[string]map[string]bool) error {
	var list [][2]string
	for id, others := range pairs {
		for o := range maps.Keys(others) {
			list = append(list, [2]string{id, o})
		}
	}
	slices.SortFunc(list, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) // what the engine gets is the same each time
	feed := feed[[2]string]{table: table, fields: []field[[2]string]{
		textField("id", func(v *[2]string) string { return v[0] }), textField(second, func(v *[2]string) string { return v[1] })}}
	return insertFeed(ctx, conn, &feed, table+"_feed", list, "*")
}
