package trivy

import (
	"context"

	"argosy/schema"
)

// cluster reads "trivy k8s": one scan for each workload's image.
func (d *decoder) cluster(ctx context.Context) error {
	var name string
	return d.r.Object(func(key []byte) error {
		var err error
		switch string(key) {
		case "ClusterName":
			name, err = d.r.Text()
		case "Resources", "Findings", "Vulnerabilities":
			err = d.r.Array(func(int) error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return d.workload(&name)
			})
		default:
			err = d.r.Skip()
		}
		return err
	})
}

func (d *decoder) workload(cluster *string) error {
	ref := d.to.Begin()
	var meta metadata
	var namespace, kind, name, target string
	err := d.r.Object(func(key []byte) error {
		var err error
		switch string(key) {
		case "Namespace":
			namespace, err = d.r.Text()
		case "Kind":
			kind, err = d.r.Text()
		case "Name":
			name, err = d.r.Text()
		case "Metadata":
			if d.r.Kind() == '[' {
				err = d.r.Array(func(i int) error {
					if i == 0 {
						return d.r.Into(&meta)
					}
					return d.r.Skip()
				})
			} else {
				err = d.r.Into(&meta)
			}
		case "Results":
			err = d.r.Array(func(int) error {
				t, err := d.result(ref)
				if target == "" {
					target = t
				}
				return err
			})
		default:
			err = d.r.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	s := schema.Scan{Scanner: scanner}
	if target != "" {
		imageOfTarget(&s.Image, target)
	}
	artifact := s.Image.Name
	if artifact == "" || len(meta.RepoTags) > 0 {
		artifact = namespace + "/" + kind + "/" + name
		if len(meta.RepoTags) > 0 {
			artifact = meta.RepoTags[0]
		} else {
			s.Image.Kind = schema.KindOther
		}
	}
	dist, version := s.Image.Distribution, s.Image.DistributionVersion
	kindOf := s.Image.Kind
	meta.image(&s.Image, artifact)
	if kindOf != "" {
		s.Image.Kind, s.Image.Name = kindOf, *cluster+"/"+artifact
	}
	if s.Image.Distribution == "" {
		s.Image.Distribution, s.Image.DistributionVersion = dist, version
	}
	return d.to.End(ref, &s)
}
