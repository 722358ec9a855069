package store

import (
	"context"
	"fmt"
	"time"
)

// Freshness says how old the data is and how much of it there is.
type Freshness struct {
	Scanners []ScannerFreshness
	// Images known, and those that any scanner looked at.
	Images, Scanned int64
	// Partial says why the last run is not whole; empty when it is.
	Partial string
}

// ScannerFreshness is the age of one scanner's data: the newest and the oldest
// of the last scans of its images.
type ScannerFreshness struct {
	Scanner        string
	Newest, Oldest time.Time
	Images         int64
}

// Freshness reads how fresh the data is.
func (db *DB) Freshness(ctx context.Context) (Freshness, error) { return freshness(ctx, db.sql) }

func freshness(ctx context.Context, q querier) (Freshness, error) {
	var f Freshness
	rows, err := q.QueryContext(ctx, `select scanner, max(last), min(last), count(*) from
		(select scanner, image_id, max(scanned_at) as last from argosy.scans where state <> 'late' group by all) group by 1 order by 1`)
	if err != nil {
		return f, err
	}
	defer rows.Close()
	for rows.Next() {
		var s ScannerFreshness
		if err := rows.Scan(&s.Scanner, &s.Newest, &s.Oldest, &s.Images); err != nil {
			return f, err
		}
		f.Scanners = append(f.Scanners, s)
	}
	if err := rows.Err(); err != nil {
		return f, err
	}
	var refused int64
	// An image that Defender lists without having assessed it counts as known.
	err = q.QueryRowContext(ctx, `select (select count(*) from argosy.images where kind = 'image' and deleted is null) +
		(select count(distinct r.row_key) from argosy.resource_rows r
			where r.type = 'microsoft.security/assessments' and not r.gone and r.brief.code = 'NotApplicable'
			and lower(coalesce(r.brief.resource_type, '')) like '%containerimage%'
			and regexp_extract(r.id, 'sha256:[0-9a-f]{64}') not in (select digest from argosy.images where digest is not null)),
		(select count(*) from argosy.images where kind = 'image' and deleted is null and (last_scanned is not null
			-- scanned under another name: of its index, its configuration or a tag
			or digest in (select x.digest from argosy.manifest_images x join argosy.images s on s.image_id = x.image_id
				where x.how <> 'digest' and s.last_scanned is not null))),
		(select count(*) from argosy.run_files where run_id = (select max(run_id) from argosy.runs)
			and state in ('rejected', 'unsupported', 'unrecognised'))`).Scan(&f.Images, &f.Scanned, &refused)
	if refused > 0 {
		f.Partial = fmt.Sprintf("%d files of the last run were refused", refused)
	}
	return f, err
}
