package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
)

// deployed are the services of compose.yaml that the tests start, with all that these need.
var deployed = []string{"spicedb-0", "spicedb-1", "tenantry-0", "tenantry-1"}

// The compose file brings up parts that become healthy, that can write nowhere but where their
// data is, and that tell their secrets to nobody who looks at them from outside.
func TestCompose(t *testing.T) {
	docker := engineOf(t)
	sweep(t.Context(), docker)
	command := composeOf(t)
	require.NoError(t, buildImages())
	p := newProject(t, docker)
	p.command = command
	p.compose(t, "config", "--quiet")
	p.compose(t, append([]string{"up", "-d", "--no-build"}, deployed...)...)

	for _, name := range deployed {
		p.awaitHealthy(t, name)
	}
	for _, c := range p.containers(t) {
		require.True(t, c.HostConfig.ReadonlyRootfs, c.Name)
		require.Equal(t, []string{"ALL"}, c.HostConfig.CapDrop, c.Name)
		require.Contains(t, strings.Join(c.HostConfig.SecurityOpt, " "), "no-new-privileges", c.Name)
		require.NotContains(t, []string{"", "0", "root"}, c.Config.User, c.Name)
		for _, secret := range p.secrets(t) {
			require.NotContains(t, fmt.Sprint(c.Config.Env, c.Config.Cmd), secret, c.Name)
		}
	}
}

// project is compose.yaml, brought up for one test.
type project struct {
	docker  *testcontainers.DockerClient
	command []string // docker-compose
	name    string
	folder  string
	env     []string
}

// composeOf is docker-compose, or the docker command's own where that is not there. Without
// either the test is skipped; with TENANTRY_REQUIRE_ALL=1 it fails.
func composeOf(t *testing.T) []string {
	t.Helper()
	for _, command := range [][]string{{"docker-compose"}, {"docker", "compose"}} {
		if exec.Command(command[0], append(command[1:], "version")...).Run() == nil {
			return command
		}
	}
	absent(t, errors.New("there is no docker-compose"))
	return nil
}

func newProject(t *testing.T, docker *testcontainers.DockerClient) *project {
	t.Helper()
	c := newCluster(Options{}, docker, imagesOf(t, docker))
	p := &project{docker: docker, name: "tenantry-e2e-" + c.id, folder: t.TempDir()}
	for _, name := range []string{"compose.yaml", "databases.sql", "secrets.sh"} {
		text, err := os.ReadFile(filepath.Join("../../deploy", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(p.folder, name), text, 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(p.folder, "labels.yaml"), c.labelled(), 0o644))
	require.NoError(t, exec.Command(filepath.Join(p.folder, "secrets.sh")).Run())
	p.env = append(os.Environ(),
		"POSTGRES_IMAGE="+c.images.postgres, "SPICEDB_IMAGE="+c.images.spicedb, "TENANTRY_IMAGE="+c.images.tenantry,
		"TENANTRY_PORT_0=0", "TENANTRY_PORT_1=0")
	t.Cleanup(func() { c.remove(t) })
	return p
}

// labelled puts the labels of the cluster on everything that compose.yaml makes, so that it is
// removed as a cluster is.
func (c *Cluster) labelled() []byte {
	labels := fmt.Sprintf("{labels: {%s: %q, %s: %q}}", ownerLabel, c.labels()[ownerLabel], clusterLabel, c.id)
	text := "services:\n"
	for _, name := range []string{"postgres", "spicedb-migrate", "spicedb-0", "spicedb-1", "tenantry-migrate", "tenantry-0", "tenantry-1"} {
		text += "  " + name + ": " + labels + "\n"
	}
	return []byte(text + "networks:\n  inner: " + labels + "\n  outer: " + labels + "\nvolumes:\n  data: " + labels + "\n")
}

func (p *project) compose(t *testing.T, args ...string) {
	t.Helper()
	command := slices.Concat(p.command, []string{"-p", p.name, "-f", "compose.yaml", "-f", "labels.yaml"}, args)
	run := exec.CommandContext(t.Context(), command[0], command[1:]...)
	run.Dir, run.Env = p.folder, p.env
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func (p *project) containers(t *testing.T) (all []container.InspectResponse) {
	t.Helper()
	filters := make(client.Filters).Add("label", "com.docker.compose.project="+p.name)
	list, err := p.docker.ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: filters})
	require.NoError(t, err)
	require.NotEmpty(t, list.Items)
	for _, each := range list.Items {
		c, err := p.docker.ContainerInspect(t.Context(), each.ID, client.ContainerInspectOptions{})
		require.NoError(t, err)
		all = append(all, c.Container)
	}
	return all
}

func (p *project) awaitHealthy(t *testing.T, service string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*startTimeout)
	defer cancel()
	ticker := time.NewTicker(askPause)
	defer ticker.Stop()
	for {
		for _, c := range p.containers(t) {
			if c.Config.Labels["com.docker.compose.service"] == service && c.State.Health.Status == container.Healthy {
				return
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			require.FailNow(t, "not healthy", service)
		}
	}
}

// secrets are the passwords and keys alone, of files that may have more.
func (p *project) secrets(t *testing.T) (all []string) {
	t.Helper()
	for _, name := range []string{"postgres_password", "record_password", "spicedb_password", "spicedb_key"} {
		text, err := os.ReadFile(filepath.Join(p.folder, "secrets", name))
		require.NoError(t, err)
		require.Len(t, text, 48)
		all = append(all, string(text))
	}
	return all
}
