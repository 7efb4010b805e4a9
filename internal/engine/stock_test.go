package engine_test

import (
	"os"
	"os/exec"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/spicedbtest"
)

// stockEnv tells the tests of this package the address of a stock SpiceDB, which they then use.
const stockEnv = "TENANTRY_TEST_STOCK_SPICEDB"

// TestAllOnAStockSpiceDB runs all other tests of the package once more, on SpiceDB's own
// program over PostgreSQL, with its limits as they are.
func TestAllOnAStockSpiceDB(t *testing.T) {
	if os.Getenv(stockEnv) != "" {
		return // this is that run
	}
	uri := spicedbtest.Postgres(t)
	spicedbtest.Migrate(t, uri)
	node := spicedbtest.Serve(t, uri, spicedbtest.Unused(t), zedKey)
	self, err := os.Executable()
	require.NoError(t, err)
	again := exec.CommandContext(t.Context(), self, "-test.count=1")
	again.Env = append(os.Environ(), stockEnv+"="+node.Address)
	out, err := again.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// dialStock empties the SpiceDB, which the tests use one after another.
func dialStock(t *testing.T, address string) connection {
	t.Helper()
	c := connect(t, cluster.Config{Endpoints: []string{address}, Key: zedKey, Insecure: true})
	require.NoError(t, engine.New(c, engine.Options{}).WriteSchema(t.Context()))
	definitions, err := engine.Definitions()
	require.NoError(t, err)
	for _, d := range definitions {
		_, err := c.DeleteRelationships(t.Context(), &v1.DeleteRelationshipsRequest{
			RelationshipFilter: &v1.RelationshipFilter{ResourceType: d.GetName()},
		})
		require.NoError(t, err)
	}
	return c
}
