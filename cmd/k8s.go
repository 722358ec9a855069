package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"argosy/ingest"
	"argosy/ingest/kubernetes"
	"argosy/schema"
)

func (a *app) kubernetesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "k8s",
		Short: "Keep an inventory of what runs in clusters",
		Long: `An image that runs matters more than one that lies in a registry. The inventory
of a cluster comes from what kubectl writes: argosy connects to no cluster.`,
		Example: `  kubectl get pods,replicasets,jobs,nodes -A -o json | argosy k8s sync --cluster prod -
  argosy report run running`,
	}
	c.AddCommand(a.kubernetesSync())
	return c
}

type clusterFlags struct {
	cluster, namespace, resourceID string
	empty, dryRun                  bool
}

func (a *app) kubernetesSync() *cobra.Command {
	var f clusterFlags
	c := &cobra.Command{
		Use:   "sync --cluster NAME FILE...",
		Short: "Read which containers run from kubectl's lists",
		Long: `Reads lists that kubectl wrote, as files or - for standard input, and keeps which
containers run, which image each has, and which workload it belongs to. Pods are
needed. ReplicaSets and jobs lead to the deployments and cron jobs that own the
pods; nodes tell which platform of a multi-platform image runs.

All files of one command are one look at the cluster: containers that an earlier
look found and this one does not are gone. When the list holds one namespace
only, say so with --namespace.`,
		Example: `  kubectl get pods -A -o json | argosy k8s sync --cluster prod -
  kubectl get pods,replicasets,jobs,nodes -A -o json > prod.json; argosy k8s sync --cluster prod prod.json
  kubectl get pods -n shop -o json | argosy k8s sync --cluster prod --namespace shop -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.kubernetesSyncRun(c.Context(), args, f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.cluster, "cluster", "", "name of the cluster")
	fl.StringVar(&f.namespace, "namespace", "", "the one namespace that the input holds; empty is the whole cluster")
	fl.StringVar(&f.resourceID, "resource-id", "", "Azure id of the cluster, where it has one")
	fl.BoolVar(&f.empty, "allow-empty", false, "take a list without pods for a cluster where nothing runs")
	fl.BoolVar(&f.dryRun, "dry-run", false, "read the input, store nothing")
	return c
}

func (a *app) kubernetesSyncRun(ctx context.Context, paths []string, f clusterFlags) error {
	if f.cluster == "" {
		return usage(errors.New("the cluster has no name"), "give it one: --cluster NAME")
	}
	r := kubernetes.NewReader()
	for _, p := range paths {
		if err := a.readCluster(r, p); err != nil {
			return err
		}
	}
	snap := r.Snapshot()
	if snap.Pods == 0 && !f.empty {
		return usage(errors.New("the input holds no pods"), "write it with kubectl get pods -A -o json; when nothing runs indeed, add --allow-empty")
	}
	for _, n := range snap.Namespaces {
		if f.namespace != "" && n != f.namespace {
			return usage(fmt.Errorf("the input holds pods of namespace %q, not only of %q", n, f.namespace), "leave --namespace out, or list that namespace only")
		}
	}
	running, unidentified := 0, 0
	for _, c := range snap.Containers {
		if c.State == "running" {
			running++
			if c.Digest == "" && c.ConfigDigest == "" {
				unidentified++
			}
		}
	}
	said := fmt.Sprintf("%d pods, %d containers (%d running)", snap.Pods, len(snap.Containers), running)
	if unidentified > 0 {
		said += fmt.Sprintf(", %d running without a digest", unidentified)
	}
	if f.dryRun {
		a.say("cluster %s: %s; nothing was stored", f.cluster, said)
		return nil
	}
	inv, err := a.inventory(ctx, true)
	if err != nil {
		return err
	}
	defer inv.Close()
	run := schema.SyncRun{Kind: "kubernetes", Source: f.cluster + ": " + strings.Join(paths, " "), Version: version(), At: a.clock()}
	if err := inv.Begin(ctx, run); err != nil {
		return err
	}
	err = inv.ApplyCluster(ctx, schema.ClusterSighting{Cluster: f.cluster, ResourceID: f.resourceID, Namespace: f.namespace, Containers: snap.Containers})
	if err != nil {
		return err
	}
	id, err := inv.Finish(ctx, schema.SyncTotals{State: "complete", Containers: int64(len(snap.Containers))})
	if err != nil {
		return err
	}
	a.say("sync %d: cluster %s: %s", id, f.cluster, said)
	return nil
}

func (a *app) readCluster(r *kubernetes.Reader, path string) error {
	var in io.Reader = a.In
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return usage(fmt.Errorf("reading %q: %w", path, err), "give a file that kubectl wrote, or - for standard input")
		}
		defer f.Close()
		in = f
	}
	text, free, err := ingest.Text(in)
	if err == nil {
		defer free()
		err = r.Read(text)
	}
	if err != nil {
		return fmt.Errorf("reading %q: %w", path, err)
	}
	return nil
}
