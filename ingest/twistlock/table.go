package twistlock

import (
	"context"
	"strings"

	"argosy/ingest/csvread"
	"argosy/ingest/format"
	"argosy/ingest/rows"
	"argosy/schema"
)

// decodeTable reads the CSV of twistcli and of the Console: rows of images,
// hosts and compliance checks in any order.
func decodeTable(ctx context.Context, in *format.Input, to format.Sink) error {
	images := rows.NewImages(to)
	typeColumn := -2
	err := rows.Table(ctx, in, to, scanner, func(d *rows.Delivery, t *csvread.Reader, w *csvread.Row) error {
		if typeColumn == -2 {
			typeColumn = packageTypeColumn(t)
		}
		o := images.Open(scanner, tableImage(w))
		o.Seen(w.Time("Scan Time"))
		typ := w.Cell(typeColumn)
		if w.Text("CVE ID") == "" {
			if w.Text("Compliance ID") == "" {
				return to.Skip(w.Where(), "the row names no vulnerability")
			}
			return to.Skip(w.Where(), "the row is about compliance, not about a vulnerability")
		}
		w.Drop("Compliance ID")
		f, v := finding(w, w.Text("CVE ID"))
		f.PackageType = packageType(typ, o.Scan.Image.Distribution)
		f.PackageName = javaName(f.PackageType, f.PackageName)
		f.Layer = rows.Digest(w.Text("Layer"))
		if f.Layer == "" {
			w.Keep("Layer")
		}
		return d.Finding(o.Ref, w.Where(), f, v, w)
	})
	if err != nil {
		return err
	}
	return images.Close()
}

// packageTypeColumn finds the column Type that stands with the finding; twistcli
// has another one that says what was scanned.
func packageTypeColumn(t *csvread.Reader) int {
	last := -1
	for i, h := range t.Header() {
		if strings.EqualFold(strings.TrimSpace(h), "Type") {
			last = i
		}
	}
	return last
}

func tableImage(w *csvread.Row) schema.Image {
	i := schema.Image{ConfigDigest: rows.Digest(w.Text("Id", "Image ID")), Digest: rows.Digest(w.Text("Digest", "Image digest")),
		Distribution: w.Text("Distro", "OS distribution")}
	i.Name = rows.Name(w.Text("Registry"), w.Text("Repository"), w.Text("Tag"))
	if i.Name == "" {
		i.Name = w.Text("Image name", "Image")
	}
	if i.Name != "" || i.ConfigDigest != "" || i.Digest != "" {
		return i
	}
	if i.Name = w.Text("Hostname"); i.Name != "" {
		i.Kind = schema.KindHost
	}
	return i
}
