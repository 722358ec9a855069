package store

import (
	"context"
	"database/sql"
	"time"

	"argosy/schema"
)

type layerRow struct {
	digest   string
	position int
	schema.ManifestLayer
}

type childRow struct {
	index    string
	position int
	schema.ManifestChild
}

type catalogueRow struct{ registry, repository string }

// inventoryFeeds are the ways of a batch into the staging tables. A table
// function is registered once for the life of an engine: registering the name
// again would leave the first one in place.
type inventoryFeeds struct {
	ready      bool
	manifests  feed[schema.Manifest]
	layers     feed[layerRow]
	children   feed[childRow]
	tags       feed[schema.TagSighting]
	present    feed[schema.ManifestSighting]
	referrers  feed[schema.Referrer]
	listed     feed[schema.Place]
	catalogued feed[catalogueRow]
	catalogue  feed[catalogueRow]
	containers feed[schema.Container]
}

// register makes the feeds known to the engine of conn.
func (f *inventoryFeeds) register(conn *sql.Conn) error {
	if f.ready {
		return nil
	}
	f.manifests = feed[schema.Manifest]{table: "inv_manifests", fields: manifestFields()}
	f.layers = feed[layerRow]{table: "inv_layers", fields: layerFields()}
	f.children = feed[childRow]{table: "inv_platforms", fields: childFields()}
	f.tags = feed[schema.TagSighting]{table: "inv_tags", fields: tagFields()}
	f.present = feed[schema.ManifestSighting]{table: "inv_present", fields: presentFields()}
	f.referrers = feed[schema.Referrer]{table: "inv_referrers", fields: referrerFields()}
	f.listed = feed[schema.Place]{table: "inv_listed", fields: placeFields()}
	f.catalogued = feed[catalogueRow]{table: "inv_catalogued", fields: catalogueFields("prefix")}
	f.catalogue = feed[catalogueRow]{table: "inv_catalogue", fields: catalogueFields("repository")}
	f.containers = feed[schema.Container]{table: "inv_containers", fields: containerFields()}
	for _, register := range []func(*sql.Conn) error{f.manifests.register, f.layers.register, f.children.register, f.tags.register,
		f.present.register, f.referrers.register, f.listed.register, f.catalogued.register, f.catalogue.register, f.containers.register} {
		if err := register(conn); err != nil {
			return err
		}
	}
	f.ready = true
	return nil
}

// stage moves a batch into the staging tables.
func (f *inventoryFeeds) stage(ctx context.Context, conn *sql.Conn, b schema.InventoryBatch) error {
	if err := f.register(conn); err != nil {
		return err
	}
	var layers []layerRow
	var children []childRow
	for _, m := range b.Manifests {
		for i, l := range m.Layers {
			layers = append(layers, layerRow{m.Digest, i + 1, l})
		}
		for i, c := range m.Children {
			children = append(children, childRow{m.Digest, i + 1, c})
		}
	}
	var catalogued, catalogue []catalogueRow
	for _, c := range b.Catalogued {
		catalogued = append(catalogued, catalogueRow{c.Registry, c.Prefix})
		for _, r := range c.Repositories {
			catalogue = append(catalogue, catalogueRow{c.Registry, r})
		}
	}
	for _, flush := range []func() error{
		func() error { return f.manifests.flush(ctx, conn, b.Manifests) },
		func() error { return f.layers.flush(ctx, conn, layers) },
		func() error { return f.children.flush(ctx, conn, children) },
		func() error { return f.tags.flush(ctx, conn, b.Tags) },
		func() error { return f.present.flush(ctx, conn, b.Present) },
		func() error { return f.referrers.flush(ctx, conn, b.Referrers) },
		func() error { return f.listed.flush(ctx, conn, b.Listed) },
		func() error { return f.catalogued.flush(ctx, conn, catalogued) },
		func() error { return f.catalogue.flush(ctx, conn, catalogue) },
	} {
		if err := flush(); err != nil {
			return err
		}
	}
	return nil
}

func manifestFields() []field[schema.Manifest] {
	type m = schema.Manifest
	return []field[m]{
		textField("digest", func(v *m) string { return v.Digest }),
		textField("media_type", func(v *m) string { return v.MediaType }),
		textField("artifact_type", func(v *m) string { return v.ArtifactType }),
		textField("kind", func(v *m) string { return string(v.Kind) }),
		longField("size", func(v *m) int64 { return v.Size }),
		textField("config_digest", func(v *m) string { return v.ConfigDigest }),
		textField("config_media_type", func(v *m) string { return v.ConfigMediaType }),
		textField("os", func(v *m) string { return v.OS }),
		textField("architecture", func(v *m) string { return v.Architecture }),
		textField("variant", func(v *m) string { return v.Variant }),
		textField("os_version", func(v *m) string { return v.OSVersion }),
		timeField("created", func(v *m) time.Time { return v.Created }),
		textField("labels", func(v *m) string { return object(v.Labels) }),
		textField("annotations", func(v *m) string { return object(v.Annotations) }),
		textField("subject", func(v *m) string { return v.Subject }),
		longField("layer_count", func(v *m) int64 { return int64(len(v.Layers)) }),
		longField("layer_bytes", func(v *m) int64 {
			n := v.LayerBytes
			for _, l := range v.Layers {
				n += l.Size
			}
			return n
		}),
		boolField("listed", func(v *m) bool { return v.Listed }),
	}
}

func layerFields() []field[layerRow] {
	type l = layerRow
	return []field[l]{
		textField("digest", func(v *l) string { return v.digest }),
		longField("position", func(v *l) int64 { return int64(v.position) }),
		textField("layer", func(v *l) string { return v.Digest }),
		textField("diff_id", func(v *l) string { return v.DiffID }),
		textField("media_type", func(v *l) string { return v.MediaType }),
		longField("size", func(v *l) int64 { return v.Size }),
	}
}

func childFields() []field[childRow] {
	type c = childRow
	return []field[c]{
		textField("index_digest", func(v *c) string { return v.index }),
		longField("position", func(v *c) int64 { return int64(v.position) }),
		textField("digest", func(v *c) string { return v.Digest }),
		textField("media_type", func(v *c) string { return v.MediaType }),
		longField("size", func(v *c) int64 { return v.Size }),
		textField("os", func(v *c) string { return v.OS }),
		textField("architecture", func(v *c) string { return v.Architecture }),
		textField("variant", func(v *c) string { return v.Variant }),
		textField("os_version", func(v *c) string { return v.OSVersion }),
		textField("annotations", func(v *c) string { return object(v.Annotations) }),
	}
}

func tagFields() []field[schema.TagSighting] {
	type t = schema.TagSighting
	return []field[t]{
		textField("registry", func(v *t) string { return v.Registry }),
		textField("repository", func(v *t) string { return v.Repository }),
		textField("tag", func(v *t) string { return v.Tag }),
		textField("digest", func(v *t) string { return v.Digest }),
		timeField("pushed", func(v *t) time.Time { return v.Pushed }),
		timeField("pulled", func(v *t) time.Time { return v.Pulled }),
	}
}

func presentFields() []field[schema.ManifestSighting] {
	type p = schema.ManifestSighting
	return []field[p]{
		textField("registry", func(v *p) string { return v.Registry }),
		textField("repository", func(v *p) string { return v.Repository }),
		textField("digest", func(v *p) string { return v.Digest }),
		boolField("gone", func(v *p) bool { return v.Gone }),
		boolField("checked", func(v *p) bool { return v.Checked }),
		timeField("pushed", func(v *p) time.Time { return v.Pushed }),
		timeField("pulled", func(v *p) time.Time { return v.Pulled }),
	}
}

func referrerFields() []field[schema.Referrer] {
	type r = schema.Referrer
	return []field[r]{
		textField("registry", func(v *r) string { return v.Registry }),
		textField("repository", func(v *r) string { return v.Repository }),
		textField("subject", func(v *r) string { return v.Subject }),
		textField("digest", func(v *r) string { return v.Digest }),
		textField("artifact_type", func(v *r) string { return v.ArtifactType }),
		textField("via", func(v *r) string { return v.Via }),
	}
}

func placeFields() []field[schema.Place] {
	return []field[schema.Place]{
		textField("registry", func(v *schema.Place) string { return v.Registry }),
		textField("repository", func(v *schema.Place) string { return v.Repository }),
	}
}

func catalogueFields(second string) []field[catalogueRow] {
	return []field[catalogueRow]{
		textField("registry", func(v *catalogueRow) string { return v.registry }),
		textField(second, func(v *catalogueRow) string { return v.repository }),
	}
}
