package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"argosy/schema/version"
)

// fix is a row of fixed_versions.
type fix struct {
	packageType, name, installed, fixed string
	version.Upgrade
	rank int64
	gaps string
}

// unranked are the packages with a fixed version that has no place yet.
const unranked = `create or replace temp table m_fixes as
with told as (
    select distinct coalesce(package_type, '') as package_type, package_name, coalesce(installed_version, '') as installed_version, fixed_version
    from argosy.findings where fixed_version is not null and package_name is not null
    union
    select t.package_type, f.package_name, coalesce(f.installed_version, ''), f.fixed_version
    from argosy.findings f join argosy.locations l on l.image_id = f.image_id
    join argosy.told_package_types t on t.location_id = l.location_id and t.package_name = f.package_name
    where f.fixed_version is not null and f.package_type is null and f.fixed_at is null
    union
    select k.package_type, f.package_name, f.installed_version, f.fixed_version
    from argosy.findings f join argosy.known_package_types k on k.package_name = f.package_name and k.installed_version = f.installed_version
    where f.fixed_version is not null and f.package_type is null and f.fixed_at is null
)
select * from told semi join (
    select package_type, package_name from told anti join argosy.fixed_versions using (package_type, package_name, installed_version, fixed_version)
) using (package_type, package_name)`

// partFixes is how many fixed versions are put in order at once; those of a
// package stay together.
const partFixes = 50_000

// rankFixes gives the fixed versions of every package that got a new one their
// order, which the engine cannot tell.
func rankFixes(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, unranked); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "delete from argosy.fixed_versions using m_fixes m where fixed_versions.package_type = m.package_type and fixed_versions.package_name = m.package_name"); err != nil {
		return err
	}
	var n int64
	if err := conn.QueryRowContext(ctx, "select count(*) from m_fixes").Scan(&n); err != nil {
		return err
	}
	return eachPart(ctx, conn, n/partFixes+1, func(*part) error {
		list, err := unrankedPart(ctx, conn)
		if err != nil {
			return err
		}
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && list[to].packageType == list[from].packageType && list[to].name == list[from].name {
				to++
			}
			rank(list[from:to])
			from = to
		}
		feed := feed[fix]{table: "argosy.fixed_versions", fields: fixFields()}
		return insertFeed(ctx, conn, &feed, "fix_feed", list, fixColumns)
	})
}

// unrankedPart reads the packages of a part, each with all its versions.
func unrankedPart(ctx context.Context, conn *sql.Conn) ([]fix, error) {
	rows, err := conn.QueryContext(ctx, `select package_type, package_name, installed_version, fixed_version from m_fixes
		where hash(package_type, package_name) % getvariable('parts') = getvariable('part') order by all`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []fix
	for rows.Next() {
		var f fix
		if err := rows.Scan(&f.packageType, &f.name, &f.installed, &f.fixed); err != nil {
			return nil, err
		}
		f.Upgrade = version.Fix(f.packageType, f.installed, f.fixed)
		list = append(list, f)
	}
	return list, rows.Err()
}

// rank numbers the targets of one package that can be ordered, among the fixed
// versions of all branches.
func rank(list []fix) {
	var versions []string
	for _, f := range list {
		if f.Ordered {
			versions = append(versions, version.Branches(f.fixed)...)
		}
	}
	l := newLadder(list[0].packageType, versions)
	gaps := map[string]string{}
	for i := range list {
		if list[i].Ordered {
			text, done := gaps[list[i].fixed]
			if !done {
				text = l.gaps(list[i].fixed)
				gaps[list[i].fixed] = text
			}
			list[i].rank, list[i].gaps = l.places[list[i].To], text
		}
	}
	slices.SortStableFunc(list, func(a, b fix) int {
		return cmp.Or(cmp.Compare(truth(b.Ordered), truth(a.Ordered)), cmp.Compare(a.rank, b.rank))
	})
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fixColumns takes the gaps apart, of which the driver writes the text.
const fixColumns = `* replace (list_transform(string_split(gaps, chr(10)),
	lambda g: {'low': split_part(g, ' ', 1)::integer, 'high': split_part(g, ' ', 2)::integer, 'target': split_part(g, ' ', 3)}) as gaps)`

func fixFields() []field[fix] {
	full := func(name string, get func(*fix) string) field[fix] {
		return field[fix]{name: name, typ: duckdb.TYPE_VARCHAR, put: func(c duckdb.DataChunk, col, row int, v *fix) error { return c.SetValue(col, row, get(v)) }}
	}
	return []field[fix]{
		full("package_type", func(v *fix) string { return v.packageType }),
		full("package_name", func(v *fix) string { return v.name }),
		full("installed_version", func(v *fix) string { return v.installed }),
		full("fixed_version", func(v *fix) string { return v.fixed }),
		full("target", func(v *fix) string { return v.To }),
		{name: "rank", typ: duckdb.TYPE_BIGINT, put: func(c duckdb.DataChunk, col, row int, v *fix) error {
			if !v.Ordered {
				return c.SetValue(col, row, nil)
			}
			return c.SetValue(col, row, v.rank)
		}},
		{name: "above", typ: duckdb.TYPE_BOOLEAN, put: func(c duckdb.DataChunk, col, row int, v *fix) error {
			if v.Above == nil {
				return c.SetValue(col, row, nil)
			}
			return c.SetValue(col, row, *v.Above)
		}},
		{name: "gaps", typ: duckdb.TYPE_VARCHAR, put: func(c duckdb.DataChunk, col, row int, v *fix) error {
			if v.gaps == "" {
				return c.SetValue(col, row, nil)
			}
			return c.SetValue(col, row, v.gaps)
		}},
	}
}
