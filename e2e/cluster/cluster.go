package cluster

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/network"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Options choose what is started. A program with failpoints is the image
// tenantry/local-tenantry-failpoint, which `deploy/images/build.sh tenantry-failpoint` makes.
type Options struct {
	Tenantry int               // how many nodes of Tenantry; without one there is the engine alone
	Image    string            // of Tenantry, if not the one that is built of the sources
	Env      map[string]string // more settings of the nodes of Tenantry
	Disk     int64             // size of the disk of PostgreSQL, in bytes; 1 GiB by default
}

// The keys of a cluster.
const (
	SpiceDBKey  = "spicedb-key-of-the-cluster-under-test"
	PlatformKey = "platform-key-of-the-cluster-under-test"
	AuditorKey  = "auditor-key-of-the-cluster-under-test"
)

// startTimeout bounds the start of a part, and what is asked of it then.
const startTimeout = 60 * time.Second

// Cluster is a running cluster. It ends with its test.
type Cluster struct {
	Postgres *Postgres
	Caller   *Part // the test itself, at one end of the links to all others

	id       string
	options  Options
	docker   *testcontainers.DockerClient
	images   images
	network  *testcontainers.DockerNetwork
	spicedb  [spicedbNodes]*Part
	tenantry []*Part
	parts    []*Part
	links    map[ends]*Link
}

// Start starts a cluster and returns when every part is ready. It is removed at the end of
// the test; if that has failed, the last lines of the parts' logs are shown.
//
// Without a container engine, or an image, the test is skipped; with TENANTRY_REQUIRE_ALL=1 it fails.
func Start(t testing.TB, o Options) *Cluster {
	t.Helper()
	docker := engineOf(t)
	sweep(t.Context(), docker)
	chosen := imagesOf(t, docker)
	require.NoError(t, buildImages())
	c := newCluster(o, docker, chosen)
	t.Cleanup(func() { c.remove(t) })
	ctx, cancel := context.WithTimeout(t.Context(), 3*startTimeout)
	defer cancel()
	require.NoError(t, c.start(ctx))
	return c
}

func newCluster(o Options, docker *testcontainers.DockerClient, chosen images) *Cluster {
	chosen.tenantry = cmp.Or(o.Image, chosen.tenantry)
	c := &Cluster{id: strings.ToLower(rand.Text()[:8]), options: o, docker: docker, images: chosen, links: map[ends]*Link{}}
	c.Caller = &Part{Name: "caller", cluster: c}
	return c
}

// start brings up the parts, each when those that it needs are there.
func (c *Cluster) start(ctx context.Context) (err error) {
	if c.network, err = network.New(ctx, network.WithLabels(c.labels())); err != nil {
		return err
	}
	c.declare()
	if err := inParallel(append(c.linkStarts(ctx), func() error { return c.startPostgres(ctx) })...); err != nil {
		return err
	}
	if err := c.startSpiceDB(ctx); err != nil {
		return err
	}
	return c.startTenantry(ctx)
}

// declare names all parts and their links. Nothing runs yet.
func (c *Cluster) declare() {
	c.Postgres = &Postgres{Part: c.part("postgres")}
	c.link(c.Caller, c.Postgres.Part, "5432", "5432")
	for i := range c.spicedb {
		c.spicedb[i] = c.part(fmt.Sprintf("spicedb-%d", i))
		c.link(c.Caller, c.spicedb[i], fmt.Sprint(50051+i), "50051")
		c.link(c.spicedb[i], c.Postgres.Part, "5432", "5432")
	}
	// The links of dispatch have the port of dispatch, for a ring has one port.
	c.link(c.spicedb[0], c.spicedb[1], dispatchPort, dispatchPort)
	c.link(c.spicedb[1], c.spicedb[0], dispatchPort, dispatchPort)
	for i := range c.options.Tenantry {
		node := c.part(fmt.Sprintf("tenantry-%d", i))
		c.tenantry = append(c.tenantry, node)
		c.link(c.Caller, node, fmt.Sprint(8080+i), "8080")
		c.links[ends{c.Caller.Name, node.Name, auditorPort}] = &Link{from: c.Caller, to: node, port: fmt.Sprint(50100 + i), lastPort: auditorPort}
		c.link(node, c.Postgres.Part, "5432", "5432")
		for j, engine := range c.spicedb {
			c.link(node, engine, fmt.Sprint(50051+j), "50051")
		}
	}
}

func (c *Cluster) part(name string) *Part {
	p := &Part{Name: name, cluster: c}
	c.parts = append(c.parts, p)
	return p
}

// SpiceDB is one of the two nodes of the engine, 0 or 1.
func (c *Cluster) SpiceDB(i int) *Part { return c.spicedb[i] }

// Tenantry is a node of Tenantry, from 0 on.
func (c *Cluster) Tenantry(i int) *Part { return c.tenantry[i] }

// Parts are all parts, in the order in which they are started.
func (c *Cluster) Parts() []*Part { return c.parts }

// inParallel returns when all have returned, with what went wrong.
func inParallel(work ...func() error) error {
	errs := make([]error, len(work))
	var all sync.WaitGroup
	for i, do := range work {
		all.Go(func() { errs[i] = do() })
	}
	all.Wait()
	return errors.Join(errs...)
}

// spec is how a container is run.
type spec struct {
	name    string
	image   string
	env     map[string]string
	cmd     []string
	aliases []string // more names in the network, beside its own
	ports   []string // that the machine reaches
	options []testcontainers.ContainerCustomizer
}

// run starts a container in the network of the cluster. What it is told to wait for holds.
func (c *Cluster) run(ctx context.Context, s spec) (*testcontainers.DockerContainer, error) {
	options := append([]testcontainers.ContainerCustomizer{
		testcontainers.WithName("tenantry-e2e-" + c.id + "-" + s.name),
		testcontainers.WithLabels(c.labels()),
		testcontainers.WithEnv(s.env),
		testcontainers.WithCmd(s.cmd...),
		testcontainers.WithExposedPorts(s.ports...),
		network.WithNetwork(append(s.aliases, s.name), c.network),
		testcontainers.WithLogger(quiet{}),
		withHost(func(h *container.HostConfig) {
			h.ReadonlyRootfs = true
			h.CapDrop = []string{"ALL"}
			h.SecurityOpt = []string{"no-new-privileges"}
		}),
	}, s.options...)
	made, err := testcontainers.Run(ctx, s.image, options...)
	if err != nil {
		return made, fmt.Errorf("%s (%s): %w%s", s.name, s.image, err, lastLines(ctx, made))
	}
	return made, nil
}

// runToEnd runs a container whose command ends by itself, and must not fail.
func (c *Cluster) runToEnd(ctx context.Context, s spec) error {
	s.options = append(s.options, withWait(wait.ForExit()))
	made, err := c.run(ctx, s)
	if err != nil {
		return err
	}
	state, err := made.State(ctx)
	if err == nil && state.ExitCode != 0 {
		err = fmt.Errorf("%s ended with %d%s", s.name, state.ExitCode, lastLines(ctx, made))
	}
	return err
}

// withHost adds to how a container is run; testcontainers' own option takes the place of what
// was there.
func withHost(change func(*container.HostConfig)) testcontainers.CustomizeRequestOption {
	return func(r *testcontainers.GenericContainerRequest) error {
		before := r.HostConfigModifier
		r.HostConfigModifier = func(h *container.HostConfig) {
			if before != nil {
				before(h)
			}
			change(h)
		}
		return nil
	}
}

func withWait(strategy wait.Strategy) testcontainers.CustomizeRequestOption {
	return testcontainers.WithWaitStrategyAndDeadline(startTimeout, strategy)
}

// quiet is a logger of testcontainers that says nothing: what fails is returned.
type quiet struct{}

// Printf drops a line.
func (quiet) Printf(string, ...any) {}

// ownerLabel has the process that started something, and clusterLabel the cluster.
const (
	ownerLabel   = "tenantry.e2e.owner"
	clusterLabel = "tenantry.e2e.cluster"
)

func (c *Cluster) labels() map[string]string {
	return map[string]string{ownerLabel: ownerPrefix() + strconv.Itoa(os.Getpid()), clusterLabel: c.id}
}
