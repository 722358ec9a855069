package store

import (
	"context"
	"database/sql"
	"time"

	"argosy/schema"
)

// ApplyCluster stores one look at a cluster in one transaction.
func (v *Inventory) ApplyCluster(ctx context.Context, s schema.ClusterSighting) error {
	return v.within(ctx, "storing the inventory", func(conn *sql.Conn) error {
		if err := v.steps(ctx, conn, "00_stage"); err != nil {
			return err
		}
		_, err := conn.ExecContext(ctx, "insert into inv_cluster values (?, nullif(?, ''), nullif(?, ''))", s.Cluster, s.ResourceID, s.Namespace)
		if err != nil {
			return err
		}
		if err := v.feeds.register(conn); err != nil {
			return err
		}
		if err := v.feeds.containers.flush(ctx, conn, s.Containers); err != nil {
			return err
		}
		return v.steps(ctx, conn, "40_containers")
	})
}

func containerFields() []field[schema.Container] {
	type c = schema.Container
	return []field[c]{
		textField("namespace", func(v *c) string { return orWord(v.Namespace, "default") }),
		textField("workload_kind", func(v *c) string { return v.WorkloadKind }),
		textField("workload", func(v *c) string { return v.Workload }),
		textField("pod", func(v *c) string { return v.Pod }),
		textField("pod_uid", func(v *c) string { return v.PodUID }),
		textField("container", func(v *c) string { return v.Name }),
		textField("role", func(v *c) string { return v.Role }),
		textField("node", func(v *c) string { return v.Node }),
		textField("node_os", func(v *c) string { return v.NodeOS }),
		textField("node_architecture", func(v *c) string { return v.NodeArch }),
		textField("image", func(v *c) string { return orWord(v.Image, "-") }),
		textField("image_id", func(v *c) string { return v.ImageID }),
		textField("registry", func(v *c) string { return v.Registry }),
		textField("repository", func(v *c) string { return v.Repository }),
		textField("tag", func(v *c) string { return v.Tag }),
		textField("digest", func(v *c) string { return v.Digest }),
		textField("config_digest", func(v *c) string { return v.ConfigDigest }),
		textField("state", func(v *c) string { return v.State }),
		timeField("started", func(v *c) time.Time { return v.Started }),
		textField("labels", func(v *c) string { return object(v.Labels) }),
	}
}
