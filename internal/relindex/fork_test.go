package relindex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/authzed/spicedb/pkg/datastore"

	"github.com/tenantry/tenantry/internal/relindex"
)

// A fork begins with what there is, schema and all; then neither sees what the other writes.
func TestForksGoTheirOwnWay(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	writeSchema(t, ds, "definition user {}\n\ndefinition group {\n\trelation member: user\n}")
	touch(t, ds, "group:a#member@user:x")
	fork, err := ds.Fork()
	require.NoError(t, err)
	defer fork.Close()
	held := func(ds *relindex.Datastore) []string {
		head, err := ds.HeadRevision(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, head.SchemaHash)
		return at(t, ds, head.Revision, datastore.RelationshipsFilter{OptionalResourceType: "group"})
	}
	require.Equal(t, held(ds), held(fork))

	touch(t, ds, "group:b#member@user:x")
	touch(t, fork, "group:c#member@user:x")
	require.Equal(t, []string{"group:a#member@user:x", "group:b#member@user:x"}, held(ds))
	require.Equal(t, []string{"group:a#member@user:x", "group:c#member@user:x"}, held(fork))

	first, err := ds.UniqueID(t.Context())
	require.NoError(t, err)
	second, err := fork.UniqueID(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, first, second, "tokens of one are none of the other")
}

func TestForkOfAClosedStore(t *testing.T) {
	ds := newStore(t, relindex.Config{})
	require.NoError(t, ds.Close())
	_, err := ds.Fork()
	require.ErrorIs(t, err, relindex.ErrClosed)
}
