package cluster_test

import (
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/spicedbtest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestNodesThatAskEachOther keep their caches apart, and no check is older than the write
// before it: the nodes share out the parts of a question, and remember the answers.
func TestNodesThatAskEachOther(t *testing.T) {
	uri := spicedbtest.Postgres(t)
	spicedbtest.Migrate(t, uri)
	_, port, err := net.SplitHostPort(spicedbtest.Unused(t))
	require.NoError(t, err)
	hosts := []string{"127.0.0.2", "127.0.0.3"}
	names := spicedbtest.Names(t, netip.MustParseAddr(hosts[0]), netip.MustParseAddr(hosts[1]))
	var endpoints []string
	var between []*spicedbtest.Proxy
	for _, host := range hosts {
		dispatch := spicedbtest.Unused(t)
		between = append(between, spicedbtest.NewProxyAt(t, net.JoinHostPort(host, port), dispatch, nil))
		node := spicedbtest.Serve(t, uri, spicedbtest.Unused(t), key,
			"--dispatch-cluster-enabled", "--dispatch-cluster-addr="+dispatch,
			fmt.Sprintf("--dispatch-upstream-addr=dns://%s/spicedb.test:%s", names, port))
		endpoints = append(endpoints, node.Address)
	}
	e := connect(t, cluster.Config{Endpoints: endpoints})
	_, err = e.Migrate(t.Context())
	require.NoError(t, err)
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1,
		"+organization:acme#group@group:ops", "+group:ops#claim_owner@group:ops#member")))
	before := []int{between[0].Carried(), between[1].Carried()}
	for version := int64(2); version < 30; version++ {
		sign := map[bool]string{true: "+", false: "-"}[version%2 == 0]
		require.NoError(t, e.Apply(t.Context(), delivery(t, version, sign+"group:ops#member@user:alice")))
		for range endpoints {
			answers, err := e.Check(t.Context(), []tenancy.Question{owns("alice", "acme")})
			require.NoError(t, err)
			require.Equal(t, []bool{version%2 == 0}, answers, "version %d", version)
		}
	}
	for i, proxy := range between {
		require.Greater(t, proxy.Carried(), before[i], "node %d was asked by the other", i)
	}
}
