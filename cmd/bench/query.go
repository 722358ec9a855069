package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"argosy/ingest/demo"
	"argosy/queries"
	"argosy/schema/store"
)

// byHand is what an expert would write over the typed tables for the reference
// query.
const byHand = `select l.repository, l.registry_name, i.digest, coalesce(f.display_name, v.id) as vulnerability, f.severity::varchar as severity,
	coalesce(f.published, v.published) as published, coalesce(f.cvss, v.cvss_v3)::varchar as cvss, f.package_name, f.installed_version, f.fixed_version,
	l.tenant_id, l.resource_group, l.subscription_id
from findings f join locations l using (image_id) join images i using (image_id) join vulnerabilities v using (vulnerability_id)
where f.fixed_at is null and f.running is null`

// overJSON is the same over the text of properties, as it would be without
// typed columns.
const overJSON = `select properties->>'$.additionalData.repositoryName', string_split(id, '/')[9], properties->>'$.additionalData.imageDigest',
	properties->>'$.displayName', properties->>'$.status.severity', properties->>'$.additionalData.publishedTime',
	properties->>'$.additionalData.cvssV30Score', properties->>'$.additionalData.packageInformation[0].name',
	properties->>'$.additionalData.packageInformation[0].installedVersion', properties->>'$.additionalData.packageInformation[0].fixedVersion',
	tenant_id, resource_group, subscription_id
from bench_json where id like '%/providers/Microsoft.Security/assessments/c0b7cfc6-3172-465a-b378-53c7ff2cc0d5/%'`

// querying compares the reference query with the query written by hand and
// with one over JSON text. Each fills a table in memory, so that every cell is
// made and the time is the engine's. The best of five runs counts.
func querying(ctx context.Context, dir string) error {
	path := filepath.Join(dir, "query.db")
	reports := filepath.Join(dir, "million")
	sum, err := demo.GenerateTrivy(ctx, reports, 2000, 1_000_000)
	if err != nil {
		return err
	}
	fmt.Printf("the reference query over %d findings\n", sum.Trivy)
	if _, _, err := ingest(path, reports); err != nil {
		return err
	}
	if err := os.RemoveAll(reports); err != nil {
		return err
	}
	json := filepath.Join(dir, "json.db")
	if err := writeJSON(ctx, path, json); err != nil {
		return err
	}
	db, err := store.Open(ctx, path, store.Options{})
	if err != nil {
		return err
	}
	lib, err := queries.LoadLibrary()
	if err != nil {
		return err
	}
	report, err := lib.Find("arg-custom-vulnerability-assessment")
	if err != nil {
		return err
	}
	prepared, err := queries.Prepare(ctx, db, queries.Request{Text: report.Text, Language: report.Language, Now: time.Now()})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	var reference, hand time.Duration
	for range 5 {
		d, err := timedFile(ctx, path, prepared.SQL, prepared.Args...)
		if err != nil {
			return err
		}
		reference = better(reference, d)
		if d, err = timedFile(ctx, path, byHand); err != nil {
			return err
		}
		hand = better(hand, d)
	}
	text, err := timedFile(ctx, json, overJSON)
	if err != nil {
		return err
	}
	fmt.Printf("  argosy %.3f s, by hand %.3f s, over JSON text %.3f s\n", reference.Seconds(), hand.Seconds(), text.Seconds())
	fmt.Printf("  ratio to the query by hand %.2f (promised: at most 1.50), JSON text costs %.1f times as much (promised: at least 10)\n",
		reference.Seconds()/hand.Seconds(), text.Seconds()/reference.Seconds())
	return nil
}
