package cluster_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/spicedbtest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestTwoNodesOnPostgreSQL with TLS of their own: what was written is seen by the next check,
// whichever node it asks, and a node that is killed under load is not noticed by reads.
func TestTwoNodesOnPostgreSQL(t *testing.T) {
	uri := spicedbtest.Postgres(t)
	spicedbtest.Migrate(t, uri)
	authority, dir := spicedbtest.NewAuthority(t), t.TempDir()
	issuers := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(issuers, authority.PEM(), 0o600))
	certFile, keyFile := spicedbtest.Write(t, dir, authority.Issue("127.0.0.1", time.Now().Add(time.Hour)))
	flags := []string{"--grpc-tls-cert-path=" + certFile, "--grpc-tls-key-path=" + keyFile}
	one, other := spicedbtest.Unused(t), spicedbtest.Unused(t)
	node := spicedbtest.Serve(t, uri, one, key, flags...)
	spicedbtest.Serve(t, uri, other, key, flags...)

	e := connect(t, cluster.Config{Endpoints: []string{one, other}, CAFile: issuers})
	_, err := e.Migrate(t.Context())
	require.NoError(t, err)
	require.NoError(t, e.Claim(t.Context(), "ours"))
	alice := []tenancy.Question{owns("alice", "acme")}
	turn := func(version int64, nodes int) {
		sign := map[bool]string{true: "+", false: "-"}[version%2 == 1]
		require.NoError(t, e.Apply(t.Context(), delivery(t, version, sign+"organization:acme#owner@user:alice")))
		for range nodes {
			answers, err := e.Check(t.Context(), alice)
			require.NoError(t, err)
			require.Equal(t, []bool{version%2 == 1}, answers, "version %d", version)
		}
	}
	for version := range int64(40) {
		turn(version+1, 2)
	}
	node.Kill(t)
	for version := range int64(40) {
		turn(version+41, 1)
	}
	spicedbtest.Serve(t, uri, one, key, flags...)
	for version := range int64(20) {
		turn(version+81, 2)
	}
	require.NoError(t, e.Inspect(t.Context(), "ours"))
	version, err := e.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.EqualValues(t, 100, version)
}

// TestLimitsOfAStockNode are those that the engine keeps to by itself: a delivery of many
// writes, a lookup of many pages, many questions at once.
func TestLimitsOfAStockNode(t *testing.T) {
	e := stock(t)
	_, err := e.Migrate(t.Context())
	require.NoError(t, err)
	d := delivery(t, 1)
	for i := range 2500 {
		d.Updates = append(d.Updates, delivery(t, 1, fmt.Sprintf("+organization:o%d#owner@user:alice", i)).Updates...)
	}
	require.NoError(t, e.Apply(t.Context(), d))
	ids, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "alice"}, "own", "organization")
	require.NoError(t, err)
	require.Len(t, ids, 2500)
	questions := make([]tenancy.Question, 10_001)
	for i := range questions {
		questions[i] = owns("alice", fmt.Sprintf("o%d", i%2500))
	}
	answers, err := e.Check(t.Context(), questions)
	require.NoError(t, err)
	require.NotContains(t, answers, false)
}

// TestConnectionsThatAge are ended by a stock SpiceDB all the time. Nobody notices, neither
// who reads nor who writes.
func TestConnectionsThatAge(t *testing.T) {
	uri := spicedbtest.Postgres(t)
	spicedbtest.Migrate(t, uri)
	node := spicedbtest.Serve(t, uri, spicedbtest.Unused(t), key, "--grpc-max-conn-age=50ms")
	e := connect(t, cluster.Config{Endpoints: []string{node.Address}})
	_, err := e.Migrate(t.Context())
	require.NoError(t, err)
	for version := range int64(100) {
		require.NoError(t, e.Apply(t.Context(), delivery(t, version+1)))
		require.NoError(t, ask(t.Context(), e))
	}
	require.Equal(t, cluster.CircuitClosed, e.Circuit())
}

// TestAnswersAreOfWhatWasWritten while many others ask: a SpiceDB shares what it takes for its
// newest state among calls that overlap, also one that was read before a write was answered.
func TestAnswersAreOfWhatWasWritten(t *testing.T) {
	uri := spicedbtest.Postgres(t)
	spicedbtest.Migrate(t, uri)
	node := spicedbtest.Serve(t, uri, spicedbtest.Unused(t), key)
	e := connect(t, cluster.Config{Endpoints: []string{node.Address}})
	_, err := e.Migrate(t.Context())
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	defer others.Wait()
	defer cancel()
	for i := range 24 {
		others.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				_, _ = e.Check(ctx, []tenancy.Question{owns(fmt.Sprint("user", i), fmt.Sprint("other", n))}) // they are only to overlap
			}
		})
	}
	about := tenancy.AboutTrees(t.Context(), "acme")
	for version := int64(1); version <= 200; version++ {
		sign := map[bool]string{true: "+", false: "-"}[version%2 == 1]
		require.NoError(t, e.Apply(t.Context(), delivery(t, version, sign+"organization:acme#owner@user:alice")))
		answers, err := e.Check(about, []tenancy.Question{owns("alice", "acme")})
		require.NoError(t, err)
		require.Equal(t, []bool{version%2 == 1}, answers, "version %d", version)
	}
}
