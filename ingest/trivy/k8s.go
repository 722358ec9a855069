package trivy

import (
	"fmt"

	"argosy/ingest/format"
	"argosy/ingest/jsonread"
	"argosy/schema"
)

// workload is one resource of a cluster's report with the images it runs.
type workload struct {
	p                     *report
	namespace, kind, name string
	failure               string
	metas                 []metadata
	images                []workloadImage
}

// workloadImage is one image of a workload.
type workloadImage struct {
	ref                   format.Ref
	name, family, version string
}

func (p *report) readResources(r *jsonread.Reader, where string) error {
	return r.Array(func(i int) error {
		w := &workload{p: p}
		at := fmt.Sprintf("%s[%d]", where, i)
		err := r.Object(func(key []byte) (err error) {
			switch string(key) {
			case "Namespace":
				w.namespace, err = r.Word()
			case "Kind":
				w.kind, err = r.Word()
			case "Name":
				w.name, err = r.Word()
			case "Error":
				w.failure, err = r.Word()
			case "Metadata":
				// One per image, a single one in older versions.
				if r.Kind() == '[' {
					return r.Array(func(int) error { return w.addMeta(r) })
				}
				return w.addMeta(r)
			case "Results":
				err = r.Array(func(j int) error {
					res := result{scan: w}
					return res.read(r, fmt.Sprintf("%s.Results[%d]", at, j))
				})
			default:
				err = r.Skip()
			}
			return err
		})
		if err != nil {
			return err
		}
		return w.end(at)
	})
}

func (w *workload) addMeta(r *jsonread.Reader) error {
	var m metadata
	if r.Kind() == 'n' {
		return r.Skip()
	}
	err := m.read(r)
	w.metas = append(w.metas, m)
	return err
}

// opened gives a result the scan of its image. The distribution's packages
// come first and name the image; what follows belongs to the same image.
func (w *workload) opened(t *result) format.Ref {
	w.p.results++
	w.p.about++
	name, family, version, ok := splitTarget(t.target)
	if !ok && (t.class == "os-pkgs" || isOS(t.typ)) {
		name, ok = t.target, true
	}
	n := len(w.images)
	if n == 0 || ok && w.images[n-1].name != "" && w.images[n-1].name != name {
		w.images = append(w.images, workloadImage{ref: w.p.d.to.Begin()})
		n++
	}
	if ok {
		w.images[n-1].name, w.images[n-1].family, w.images[n-1].version = name, family, version
	}
	return w.images[n-1].ref
}

func (w *workload) passed(*result) { w.p.results++ }

func (w *workload) decoder() *decoder { return w.p.d }

func (w *workload) extra(b *jsonread.Builder) {
	b.Text("ClusterName", w.p.cluster)
	b.Text("Namespace", w.namespace)
	b.Text("Kind", w.kind)
	b.Text("Name", w.name)
}

func (w *workload) end(where string) error {
	if w.failure != "" && len(w.images) == 0 {
		return w.p.d.to.Skip(where, "Trivy could not scan "+w.fullName()+": "+w.failure)
	}
	for i, img := range w.images {
		scan := schema.Scan{Scanner: name, At: w.p.scan.At, ScannerVersion: w.p.scan.ScannerVersion, Incomplete: w.failure}
		if m := w.metaOf(i, img.name); m != nil {
			m.describe(&scan.Image)
		}
		if scan.Image.Distribution == "" {
			scan.Image.Distribution, scan.Image.DistributionVersion = img.family, img.version
		}
		w.nameImage(&scan.Image, img.name)
		if err := w.p.d.to.End(img.ref, &scan); err != nil {
			return err
		}
	}
	return nil
}

// metaOf finds the metadata of an image by its name, else by its position.
func (w *workload) metaOf(i int, image string) *metadata {
	for m := range w.metas {
		if image != "" && w.metas[m].names(image) {
			return &w.metas[m]
		}
	}
	if len(w.metas) == len(w.images) {
		return &w.metas[i]
	}
	return nil
}

// nameImage names what was scanned: an image by its name, a node as a host,
// and anything else by the resource's own name.
func (w *workload) nameImage(img *schema.Image, name string) {
	switch {
	case w.kind == "Node" || w.kind == "NodeComponents" || w.kind == "NodeInfo":
		img.Kind, img.Name = schema.KindHost, w.name
	case name != "":
		img.Kind, img.Name = schema.KindImage, name
		new(metadata).digest(img)
	case img.Name != "":
		img.Kind = schema.KindImage
	default:
		img.Kind, img.Name = schema.KindOther, w.fullName()
	}
}

func (w *workload) fullName() string {
	s := w.kind + "/" + w.name
	if w.namespace != "" {
		s = w.namespace + "/" + s
	}
	return s
}
