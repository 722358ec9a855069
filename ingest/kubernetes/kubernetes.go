// Package kubernetes reads which containers run in a cluster from what
// `kubectl get pods,replicasets,jobs,nodes -A -o json` writes, for any
// distribution. It reads the lists of Kubernetes' API as a stream and keeps
// the few fields that lead from a container to its image and to its owner.
package kubernetes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"argosy/ingest/registry"
	"argosy/schema"
)

// Snapshot is what the documents of one cluster say.
type Snapshot struct {
	// Containers of every pod, with their owners resolved.
	Containers []schema.Container
	// Pods, Nodes and Owners count what was read; Other counts objects of kinds
	// that say nothing of containers.
	Pods, Nodes, Owners, Other int
	// Namespaces that the pods are in.
	Namespaces []string
}

// Reader gathers documents about one cluster.
type Reader struct {
	pods   []object
	owners map[ref]*ref
	nodes  map[string]node
	other  int
}

// ref names an object within a cluster.
type ref struct{ kind, namespace, name string }

type node struct{ os, arch string }

// object is the part of an object of Kubernetes' API that is read.
type object struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name            string            `json:"name"`
		Namespace       string            `json:"namespace"`
		UID             string            `json:"uid"`
		Labels          map[string]string `json:"labels"`
		OwnerReferences []struct {
			Kind       string `json:"kind"`
			Name       string `json:"name"`
			Controller *bool  `json:"controller"`
		} `json:"ownerReferences"`
	} `json:"metadata"`
	Spec struct {
		NodeName            string            `json:"nodeName"`
		NodeSelector        map[string]string `json:"nodeSelector"`
		Containers          []container       `json:"containers"`
		InitContainers      []container       `json:"initContainers"`
		EphemeralContainers []container       `json:"ephemeralContainers"`
	} `json:"spec"`
	Status struct {
		ContainerStatuses          []status `json:"containerStatuses"`
		InitContainerStatuses      []status `json:"initContainerStatuses"`
		EphemeralContainerStatuses []status `json:"ephemeralContainerStatuses"`
		NodeInfo                   struct {
			OS   string `json:"operatingSystem"`
			Arch string `json:"architecture"`
		} `json:"nodeInfo"`
	} `json:"status"`
}

type container struct {
	Name  string `json:"name"`
	Image string `json:"image"`
}

type status struct {
	Name    string `json:"name"`
	Image   string `json:"image"`
	ImageID string `json:"imageID"`
	State   struct {
		Running *struct {
			StartedAt time.Time `json:"startedAt"`
		} `json:"running"`
		Waiting    *struct{} `json:"waiting"`
		Terminated *struct{} `json:"terminated"`
	} `json:"state"`
}

// NewReader returns an empty reader.
func NewReader() *Reader {
	return &Reader{owners: map[ref]*ref{}, nodes: map[string]node{}}
}

// Read takes one or more JSON documents: lists, or single objects.
func (r *Reader) Read(in io.Reader) error {
	dec := json.NewDecoder(in)
	for n := 0; ; n++ {
		err := r.document(dec)
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("the input is empty")
		}
		if err != nil {
			return fmt.Errorf("reading the list, at byte %d: %w", dec.InputOffset(), err)
		}
	}
}

// document reads one document. Its keys may stand in any order: kubectl sorts
// them, so that the kind comes after the items.
func (r *Reader) document(dec *json.Decoder) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return fmt.Errorf("a JSON object is needed, not %v; write the list with kubectl get pods -A -o json", t)
	}
	rest := map[string]json.RawMessage{}
	isList := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return unexpected(err)
		}
		if key == "items" {
			isList = true
			if err := r.items(dec, rest["kind"]); err != nil {
				return unexpected(err)
			}
			continue
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return unexpected(err)
		}
		rest[key.(string)] = raw
	}
	if _, err := dec.Token(); err != nil {
		return unexpected(err)
	}
	if isList {
		return nil
	}
	whole, err := json.Marshal(rest)
	if err != nil {
		return err
	}
	var o object
	if err := json.Unmarshal(whole, &o); err != nil {
		return err
	}
	if o.Kind == "" {
		return errors.New("the document is no object of Kubernetes: it has no kind")
	}
	r.object(&o)
	return nil
}

// unexpected tells an end within a document from the end of all documents.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *Reader) items(dec *json.Decoder, listKind json.RawMessage) error {
	var kind string
	if listKind != nil {
		if err := json.Unmarshal(listKind, &kind); err != nil {
			return err
		}
	}
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if t == nil {
		return nil // "items": null is an empty list
	}
	if t != json.Delim('[') {
		return fmt.Errorf("items must be an array, not %v", t)
	}
	for dec.More() {
		var o object
		if err := dec.Decode(&o); err != nil {
			return err
		}
		if o.Kind == "" {
			o.Kind = strings.TrimSuffix(kind, "List")
		}
		if o.Kind == "" && len(o.Spec.Containers) > 0 {
			o.Kind = "Pod" // items of a PodList do not repeat their kind
		}
		r.object(&o)
	}
	_, err = dec.Token()
	return err
}

func (r *Reader) object(o *object) {
	switch o.Kind {
	case "Pod":
		r.pods = append(r.pods, *o)
	case "Node":
		n := node{o.Status.NodeInfo.OS, o.Status.NodeInfo.Arch}
		if n.os == "" {
			n = node{o.Metadata.Labels["kubernetes.io/os"], o.Metadata.Labels["kubernetes.io/arch"]}
		}
		r.nodes[o.Metadata.Name] = n
	case "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController":
		r.owners[ref{o.Kind, o.Metadata.Namespace, o.Metadata.Name}] = owner(o)
	default:
		if owner(o) == nil {
			r.other++
			return
		}
		r.owners[ref{o.Kind, o.Metadata.Namespace, o.Metadata.Name}] = owner(o)
	}
}

// owner is the controller of an object; nil for none.
func owner(o *object) *ref {
	for _, w := range o.Metadata.OwnerReferences {
		if w.Controller == nil || *w.Controller {
			return &ref{w.Kind, o.Metadata.Namespace, w.Name}
		}
	}
	return nil
}

// Snapshot resolves the owners and returns what was read.
func (r *Reader) Snapshot() Snapshot {
	s := Snapshot{Pods: len(r.pods), Nodes: len(r.nodes), Owners: len(r.owners), Other: r.other}
	seen := map[string]bool{}
	for i := range r.pods {
		p := &r.pods[i]
		if !seen[p.Metadata.Namespace] {
			seen[p.Metadata.Namespace] = true
			s.Namespaces = append(s.Namespaces, p.Metadata.Namespace)
		}
		s.Containers = append(s.Containers, r.containers(p, p.Spec.InitContainers, p.Status.InitContainerStatuses, "init")...)
		s.Containers = append(s.Containers, r.containers(p, p.Spec.Containers, p.Status.ContainerStatuses, "container")...)
		s.Containers = append(s.Containers, r.containers(p, p.Spec.EphemeralContainers, p.Status.EphemeralContainerStatuses, "ephemeral")...)
	}
	return s
}

// workload follows the owners of a pod outwards as far as they are known. A
// ReplicaSet that is not in the input still names its Deployment: its name ends
// in the hash that the pod carries as a label.
func (r *Reader) workload(p *object) (kind, name string) {
	at := owner(p)
	if at == nil {
		return "Pod", p.Metadata.Name
	}
	for range 8 {
		next, known := r.owners[*at]
		if !known {
			hash := p.Metadata.Labels["pod-template-hash"]
			if base, ok := strings.CutSuffix(at.name, "-"+hash); ok && hash != "" && at.kind == "ReplicaSet" {
				return "Deployment", base
			}
		}
		if next == nil {
			break
		}
		at = next
	}
	return at.kind, at.name
}

func (r *Reader) containers(p *object, specs []container, states []status, role string) []schema.Container {
	kind, name := r.workload(p)
	n := r.nodes[p.Spec.NodeName]
	if n.os == "" {
		n.os = p.Spec.NodeSelector["kubernetes.io/os"]
	}
	if n.arch == "" {
		n.arch = p.Spec.NodeSelector["kubernetes.io/arch"]
	}
	var out []schema.Container
	for _, c := range specs {
		row := schema.Container{Namespace: p.Metadata.Namespace, WorkloadKind: kind, Workload: name, Pod: p.Metadata.Name, PodUID: p.Metadata.UID,
			Name: c.Name, Role: role, Node: p.Spec.NodeName, NodeOS: n.os, NodeArch: n.arch, Image: c.Image, State: "unknown", Labels: p.Metadata.Labels}
		for i := range states {
			if states[i].Name == c.Name {
				observe(&row, &states[i])
			}
		}
		identify(&row)
		out = append(out, row)
	}
	return out
}

// observe adds what the runtime reports.
func observe(row *schema.Container, s *status) {
	row.ImageID = s.ImageID
	switch {
	case s.State.Running != nil:
		row.State, row.Started = "running", s.State.Running.StartedAt
	case s.State.Terminated != nil:
		row.State = "terminated"
	case s.State.Waiting != nil:
		row.State = "waiting"
	}
}

// identify reads where the image comes from and which one it is. The runtime's
// word counts for the digest, the pod's for the name.
func identify(row *schema.Container) {
	if ref, ok := registry.Parse(row.Image); ok && !strings.HasPrefix(row.Image, "sha256:") {
		row.Registry, row.Repository, row.Tag, row.Digest = ref.Registry, ref.Repository, ref.Tag, ref.Digest
	}
	id := row.ImageID
	if _, after, ok := strings.Cut(id, "://"); ok {
		id = after
	}
	switch {
	case strings.HasPrefix(id, "sha256:"):
		// An image that was never pulled by digest has only its configuration's.
		row.ConfigDigest = id
	case strings.Contains(id, "@"):
		name, digest, _ := strings.Cut(id, "@")
		row.Digest = digest
		if ref, ok := registry.Parse(name); ok && row.Repository == "" {
			row.Registry, row.Repository = ref.Registry, ref.Repository
		}
	}
}
