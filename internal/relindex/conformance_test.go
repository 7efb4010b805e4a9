package relindex_test

import (
	"testing"
	"time"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/test"

	"github.com/tenantry/tenantry/internal/relindex"
)

// TestConformance runs SpiceDB's own suite for datastores, without exception.
// The suite itself skips two tests, because there is nothing to test:
// TestMigration (no database to migrate) and TestReadyStateWhenPaused (no
// backing store to pause).
func TestConformance(t *testing.T) {
	factory := test.NewTesterFactory(relindex.ErrSerialization)
	test.All(t, factory.NewTester(test.DatastoreTesterFunc(newForSuite)))
}

func newForSuite(
	_ testing.TB, parameters test.RevisionParameters, watchBuffer uint16,
) (datastore.Datastore, error) {
	return relindex.New(relindex.Config{
		Window:      time.Duration(parameters.GCRetentionWindow),
		WatchBuffer: watchBuffer,
	})
}
