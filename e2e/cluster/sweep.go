package cluster

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// removeTimeout bounds the removal of a cluster.
const removeTimeout = 60 * time.Second

// remove ends the cluster. The test's context has ended by then.
func (c *Cluster) remove(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), removeTimeout)
	defer cancel()
	if t.Failed() {
		c.tell(ctx, t)
	}
	if err := removeAll(ctx, c.docker, clusterLabel+"="+c.id); err != nil {
		t.Errorf("the cluster was not removed: %v", err)
	}
}

// tell shows the last lines of each part.
func (c *Cluster) tell(ctx context.Context, t testing.TB) {
	for _, p := range c.parts {
		if p.container != nil {
			t.Logf("%s:%s", p.Name, lastLines(ctx, p.container))
		}
	}
}

// sweep removes what processes of this machine have left that are no more. It is no failure of
// a test that something can't be removed, or that another process removes it meanwhile.
func sweep(ctx context.Context, docker *testcontainers.DockerClient) {
	owners := map[string]bool{}
	note := func(labels map[string]string) {
		if owner, ok := labels[ownerLabel]; ok {
			owners[owner] = true
		}
	}
	filters := make(client.Filters).Add("label", ownerLabel)
	if list, err := docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: filters}); err == nil {
		for _, each := range list.Items {
			note(each.Labels)
		}
	}
	if list, err := docker.NetworkList(ctx, client.NetworkListOptions{Filters: filters}); err == nil {
		for _, each := range list.Items {
			note(each.Labels)
		}
	}
	if list, err := docker.VolumeList(ctx, client.VolumeListOptions{Filters: filters}); err == nil {
		for _, each := range list.Items {
			note(each.Labels)
		}
	}
	for owner := range owners {
		number, ours := strings.CutPrefix(owner, ownerPrefix())
		if pid, err := strconv.Atoi(number); ours && err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = removeAll(ctx, docker, ownerLabel+"="+owner)
		}
	}
}

// ownerPrefix is of this machine: of processes of others nothing is known.
func ownerPrefix() string {
	name, _ := os.Hostname() // without one, all such machines are one
	return name + "/"
}

// removeAll removes everything with a label: containers first, which use the rest.
func removeAll(ctx context.Context, docker *testcontainers.DockerClient, label string) error {
	filters := make(client.Filters).Add("label", label)
	containers, err := docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: filters})
	if err != nil {
		return err
	}
	var removals []func() error
	for _, each := range containers.Items {
		removals = append(removals, func() error {
			_, err := docker.ContainerRemove(ctx, each.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
			return err
		})
	}
	errs := []error{inParallel(removals...)}
	networks, err := docker.NetworkList(ctx, client.NetworkListOptions{Filters: filters})
	errs = append(errs, err)
	for _, each := range networks.Items {
		_, err := docker.NetworkRemove(ctx, each.ID, client.NetworkRemoveOptions{})
		errs = append(errs, err)
	}
	volumes, err := docker.VolumeList(ctx, client.VolumeListOptions{Filters: filters})
	errs = append(errs, err)
	for _, each := range volumes.Items {
		_, err := docker.VolumeRemove(ctx, each.Name, client.VolumeRemoveOptions{Force: true})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
