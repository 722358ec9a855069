package store

import (
	"encoding/json"
	"time"

	"argosy/schema"
)

func scanFields() []field[schema.StagedScan] {
	type s = schema.StagedScan
	return []field[s]{
		longField("scan_no", func(v *s) int64 { return int64(v.No) }),
		longField("file_no", func(v *s) int64 { return int64(v.File) }),
		textField("path", func(v *s) string { return v.Path }),
		textField("kind", func(v *s) string { return string(v.Image.Kind) }),
		textField("image_key", func(v *s) string { return v.Key }),
		textField("name", func(v *s) string { return v.Image.Name }),
		textField("registry", func(v *s) string { return orWord(v.Image.Registry, "local") }),
		textField("repository", func(v *s) string { return orWord(v.Image.Repository, orWord(v.Image.Name, v.Key)) }),
		textField("tag", func(v *s) string { return v.Image.Tag }),
		textField("digest", func(v *s) string { return v.Image.Digest }),
		textField("config_digest", func(v *s) string { return v.Image.ConfigDigest }),
		textField("index_digests", func(v *s) string { return joined(v.Image.IndexDigests) }),
		textField("refs", func(v *s) string { return joined(v.Image.References) }),
		textField("os", func(v *s) string { return v.Image.OS }),
		textField("architecture", func(v *s) string { return v.Image.Architecture }),
		textField("variant", func(v *s) string { return v.Image.Variant }),
		textField("distribution", func(v *s) string { return v.Image.Distribution }),
		textField("distribution_version", func(v *s) string { return v.Image.DistributionVersion }),
		textField("end_of_life", func(v *s) string {
			switch {
			case v.Image.EndOfLife == nil:
				return ""
			case *v.Image.EndOfLife:
				return "true"
			}
			return "false"
		}),
		realField("size", func(v *s) *float64 {
			if v.Image.Size <= 0 {
				return nil
			}
			f := float64(v.Image.Size)
			return &f
		}),
		textField("layers", func(v *s) string { return joined(v.Image.Layers) }),
		textField("diff_ids", func(v *s) string { return joined(v.Image.DiffIDs) }),
		textField("labels", func(v *s) string {
			if len(v.Image.Labels) == 0 {
				return ""
			}
			b, err := json.Marshal(v.Image.Labels)
			if err != nil {
				return "" // a map of texts always marshals
			}
			return string(b)
		}),
		timeField("created", func(v *s) time.Time { return v.Image.Created }),
		timeField("pushed", func(v *s) time.Time { return v.Image.Pushed }),
		timeField("pulled", func(v *s) time.Time { return v.Image.Pulled }),
		textField("registry_id", func(v *s) string { return v.Image.RegistryResourceID }),
		textField("subscription_id", func(v *s) string { return v.Image.SubscriptionID }),
		textField("resource_group", func(v *s) string { return v.Image.ResourceGroup }),
		textField("tenant_id", func(v *s) string { return v.Image.TenantID }),
		textField("scanner", func(v *s) string { return v.Scanner }),
		textField("scanner_version", func(v *s) string { return v.ScannerVersion }),
		textField("database_version", func(v *s) string { return v.DatabaseVersion }),
		timeField("scanned_at", func(v *s) time.Time { return v.At }),
		textField("time_source", func(v *s) string { return string(v.TimeSource) }),
		boolField("partial", func(v *s) bool { return v.Partial }),
		textField("incomplete", func(v *s) string { return v.Incomplete }),
		longField("row_count", func(v *s) int64 { return v.Rows }),
		longField("finding_count", func(v *s) int64 { return v.Findings }),
	}
}

func resourceFields() []field[stagedResource] {
	type r = stagedResource
	return []field[r]{
		longField("seq", func(v *r) int64 { return v.seq }),
		longField("file_no", func(v *r) int64 { return int64(v.File) }),
		textField("row_key", func(v *r) string { return v.key }),
		textField("table_name", func(v *r) string { return orWord(v.Table, "securityresources") }),
		textField("id", func(v *r) string { return v.ID }),
		textField("name", func(v *r) string { return v.Name }),
		textField("type", func(v *r) string { return v.Type }),
		textField("tenant_id", func(v *r) string { return v.TenantID }),
		textField("kind", func(v *r) string { return v.Kind }),
		textField("location", func(v *r) string { return v.Location }),
		textField("resource_group", func(v *r) string { return v.ResourceGroup }),
		textField("subscription_id", func(v *r) string { return v.SubscriptionID }),
		textField("managed_by", func(v *r) string { return v.ManagedBy }),
		textField("sku", func(v *r) string { return jsonText(v.SKU) }),
		textField("plan", func(v *r) string { return jsonText(v.Plan) }),
		textField("properties", func(v *r) string { return jsonText(v.Properties) }),
		textField("tags", func(v *r) string { return jsonText(v.Tags) }),
		textField("identity", func(v *r) string { return jsonText(v.Identity) }),
		textField("zones", func(v *r) string { return jsonText(v.Zones) }),
		textField("extended_location", func(v *r) string { return jsonText(v.ExtendedLocation) }),
		timeField("seen_at", func(v *r) time.Time { return v.At }),
		boolField("gone", func(v *r) bool { return v.Gone }),
		boolField("has_findings", func(v *r) bool { return v.HasFindings }),
	}
}

// jsonText stores a JSON null as no value.
func jsonText(j json.RawMessage) string {
	if s := string(j); s != "null" {
		return s
	}
	return ""
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}
