package store

import (
	"context"
	"database/sql"

	"argosy/schema"
)

// Attachments lists the documents about images that the registries of the given
// names hold and that no run has read yet: attestations, reports, and lists of
// components, told by their media types.
func (v *Inventory) Attachments(ctx context.Context, registries []string) ([]schema.Attachment, error) {
	var out []schema.Attachment
	err := v.within(ctx, "reading the inventory", func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, `
			select distinct r.registry, r.repository, r.subject, r.digest, l.layer, coalesce(l.media_type, ''), coalesce(l.size, 0)
			from argosy.referrers r
			join argosy.repository_manifests p on p.registry = r.registry and p.repository = r.repository and p.digest = r.digest and p.gone_at is null
			join argosy.manifests m on m.digest = r.digest and not m.listed and m.kind in ('attestation', 'artifact')
			join argosy.manifest_layers l on l.digest = m.digest
			where list_contains(string_split(?, chr(31)), r.registry)
			  and regexp_matches(lower(concat_ws(' ', l.media_type, m.artifact_type)), 'in-toto|dsse|sigstore.bundle|cyclonedx|spdx|sarif|trivy|grype|vex|csaf|vuln|security')
			  and r.registry || '/' || r.repository || '@' || r.digest || '#' || l.layer not in (select path from argosy.run_files)
			order by all`, joined(registries))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var a schema.Attachment
			if err := rows.Scan(&a.Registry, &a.Repository, &a.Subject, &a.Digest, &a.Layer, &a.MediaType, &a.Size); err != nil {
				return err
			}
			out = append(out, a)
		}
		return rows.Err()
	})
	return out, err
}
