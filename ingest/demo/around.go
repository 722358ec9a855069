package demo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// surroundings writes what is known of a fleet beside its scans.
func (f *fleet) surroundings(o Options) error {
	if o.Cluster != "" {
		text, err := json.MarshalIndent(obj{"apiVersion": "v1", "kind": "List", "items": f.pods()}, "", " ")
		if err != nil {
			return err
		}
		if err := put(o.Cluster, append(text, '\n')); err != nil {
			return err
		}
	}
	if o.Owners == "" {
		return nil
	}
	return put(o.Owners, []byte(owners()))
}

func put(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// pods runs two repositories of three in the namespace of their team: most the
// newest image, some the one before it, and a few images that nobody scanned.
func (f *fleet) pods() []obj {
	var out []obj
	for n, r := range f.repos {
		if r.language == "" || n%3 == 2 || len(r.images) == 0 {
			continue
		}
		img := r.images[len(r.images)-1]
		if n%7 == 3 && len(r.images) > 1 {
			img = r.images[len(r.images)-2]
		}
		out = append(out, f.deployment(img, 1+n%3)...)
	}
	for n, img := range f.unscanned {
		if n%3 == 0 {
			out = append(out, f.deployment(img, 1)...)
		}
	}
	return out
}

// deployment is the replica set of a deployment and its pods.
func (f *fleet) deployment(img *image, replicas int) []obj {
	r := img.repo
	service := strings.ReplaceAll(r.name[strings.LastIndexByte(r.name, '/')+1:], r.team+"-", "")
	ref := r.registry + "/" + r.name
	sum := f.digest("replica set", ref, img.tag)[len("sha256:"):]
	set := fmt.Sprintf("%s-%s", service, sum[:9])
	out := []obj{{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": obj{"name": set, "namespace": r.team, "uid": sum[:32],
		"ownerReferences": []obj{{"apiVersion": "apps/v1", "kind": "Deployment", "name": service, "uid": sum[32:], "controller": true}}}}}
	started := img.pushed.AddDate(0, 0, 1)
	for i := range replicas {
		name := fmt.Sprintf("%s-%s", set, f.digest("pod", ref, img.tag, i)[len("sha256:"):][:5])
		out = append(out, obj{"apiVersion": "v1", "kind": "Pod",
			"metadata": obj{"name": name, "namespace": r.team, "uid": f.digest("pod uid", ref, img.tag, i)[len("sha256:"):][:32], "creationTimestamp": started,
				"ownerReferences": []obj{{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": set, "uid": sum[:32], "controller": true}}},
			"spec": obj{"nodeName": fmt.Sprintf("node-%d", i+1), "containers": []obj{{"name": service, "image": ref + ":" + img.tag}}},
			"status": obj{"phase": "Running", "containerStatuses": []obj{{"name": service, "image": ref + ":" + img.tag, "imageID": ref + "@" + img.digest,
				"ready": true, "restartCount": 0, "state": obj{"running": obj{"startedAt": started}}}}}})
	}
	return out
}

// owners gives each team its repositories, and leaves one team's to nobody.
func owners() string {
	var b strings.Builder
	b.WriteString("# Who owns what in the demo fleet. Put it in force with: argosy config apply FILE\nowners:\n")
	for _, t := range teams() {
		if t == "web" {
			continue // so that there is something unowned to see
		}
		due := ""
		if t == "payments" {
			due = ", due: strict"
		}
		fmt.Fprintf(&b, "  - {team: %s, mail: %s@example.com, repository: '*%s/*'%s}\n", t, t, t, due)
	}
	b.WriteString("  - {team: platform, mail: platform@example.com, repository: 'base/*'}\n")
	b.WriteString("due:\n  default: {critical: 7, high: 14, medium: 30, low: 90}\n  strict: {critical: 2, high: 7, medium: 30, low: 90, grace: 1, soon: 3}\n")
	return b.String()
}
