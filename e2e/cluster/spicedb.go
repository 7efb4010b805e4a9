package cluster

import (
	"context"
	"fmt"
	"testing"

	"github.com/authzed/authzed-go/v1"
	"github.com/authzed/grpcutil"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// spicedbNodes is how many nodes the engine has. A link of dispatch has the one port of the
// ring, so a node can have one other.
const spicedbNodes = 2

const dispatchPort = "50053"

// ringOf is the name under which a node finds the members of the ring: itself, and the link to
// the other.
func ringOf(node *Part) string { return "ring-" + node.Name }

// startSpiceDB writes the tables of the engine and starts its nodes.
func (c *Cluster) startSpiceDB(ctx context.Context) error {
	err := c.runToEnd(ctx, spec{
		name: "spicedb-migrate", image: c.images.spicedb,
		cmd: []string{"datastore", "migrate", "head", "--datastore-engine=postgres", "--datastore-conn-uri=" + dsn(c.Postgres.Name+":5432", spicedbDatabase)},
	})
	if err != nil {
		return err
	}
	var starts []func() error
	for _, node := range c.spicedb {
		starts = append(starts, func() error { return c.startEngineNode(ctx, node) })
	}
	return inParallel(starts...)
}

func (c *Cluster) startEngineNode(ctx context.Context, node *Part) (err error) {
	node.ask = func(ctx context.Context) error { return askEngine(ctx, node.Address) }
	node.container, err = c.run(ctx, spec{
		name: node.Name, image: c.images.spicedb, aliases: []string{ringOf(node)},
		cmd: []string{
			"serve",
			"--grpc-preshared-key=" + SpiceDBKey,
			"--datastore-engine=postgres",
			"--datastore-conn-uri=" + dsn(linksOf(node)+":5432", spicedbDatabase),
			"--dispatch-cluster-enabled",
			"--dispatch-upstream-addr=dns:///" + ringOf(node) + ":" + dispatchPort,
			"--telemetry-endpoint=",
			"--skip-release-check",
			"--log-level=warn",
		},
	})
	if err != nil {
		return err
	}
	return node.awaitReady(ctx)
}

// Engine is a client of SpiceDB through one of its nodes, with its key.
func (c *Cluster) Engine(t testing.TB, node *Part) *authzed.Client {
	t.Helper()
	engine, err := authzed.NewClient(node.Address,
		grpcutil.WithInsecureBearerToken(SpiceDBKey), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { engine.Close() })
	return engine
}

func askEngine(ctx context.Context, address string) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	answer, err := grpc_health_v1.NewHealthClient(connection).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		return err
	}
	if answer.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		return fmt.Errorf("it is %s", answer.GetStatus())
	}
	return nil
}
