package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// BenchmarkCommit commits a change of one row, beside the least that a durable change can
// cost: a transaction of one insert in a bare database with the same settings.
func BenchmarkCommit(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		db := bareDatabase(b)
		for n := 0; b.Loop(); n++ {
			tx, err := db.Begin()
			require.NoError(b, err)
			_, err = tx.Exec("INSERT INTO t (id, name) VALUES (?, ?)", fmt.Sprint("organization", n), "a name")
			require.NoError(b, err)
			require.NoError(b, tx.Commit())
		}
	})
	b.Run("store", func(b *testing.B) {
		s := filled(b)
		for n := int64(1); b.Loop(); n++ {
			_, err := s.Commit(b.Context(), newChild("tree0", fmt.Sprint("new", n), n), linkUpdates)
			require.NoError(b, err)
		}
	})
}

var linkUpdates = map[string][]tenancy.Update{"tree0": {
	{Relationship: tenancy.Relationship{Resource: tenancy.Object{Type: "organization", ID: "tree0"},
		Relation: "parent", Subject: tenancy.Object{Type: "organization", ID: "tree1"}}},
}}

func bareDatabase(b *testing.B) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+
		"?_busy_timeout=5000&_journal_mode=wal&_synchronous=full&_txlock=immediate")
	require.NoError(b, err)
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { db.Close() })
	_, err = db.Exec("CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID")
	require.NoError(b, err)
	return db
}

// The reads of every check; -cpu 1,2 shows what more callers at once bring.
func BenchmarkTreeOf(b *testing.B) {
	s := filled(b)
	benchmarkRead(b, func(ctx context.Context, n int) error {
		_, err := s.TreeOf(ctx, tenancy.Object{Type: "organization", ID: fmt.Sprint("tree", n%trees, "-", n%children)})
		return err
	})
}

func BenchmarkServiceKey(b *testing.B) {
	s := filled(b)
	benchmarkRead(b, func(ctx context.Context, n int) error {
		_, err := s.ServiceKey(ctx, fmt.Sprint("key", n%trees))
		return err
	})
}

func benchmarkRead(b *testing.B, read func(ctx context.Context, n int) error) {
	ctx, cancel := context.WithCancel(context.Background()) // as requests have it
	defer cancel()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for n := 0; pb.Next(); n++ {
			if err := read(ctx, n); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// The record of the benchmarks: 10,000 organizations in trees.
const trees, children = 100, 100

func filled(b *testing.B) *sqlite.Store {
	s := open(b, b.TempDir())
	b.Cleanup(func() { s.Close() })
	for i := range trees {
		id := fmt.Sprint("tree", i)
		c := newChild(id, id, 0)
		c.Rows = nil
		for j := range children {
			c.Rows = append(c.Rows, newChild(id, fmt.Sprint(id, "-", j), 0).Rows...)
		}
		c.Rows = append(c.Rows, tenancy.RowChange{After: tenancy.Organization{ID: id, RootID: id, Depth: 1}})
		_, err := s.Commit(b.Context(), c, nil)
		require.NoError(b, err)
		require.NoError(b, s.AddServiceKey(b.Context(), tenancy.ServiceKey{ID: fmt.Sprint("key", i), Hash: make([]byte, 32)}))
	}
	return s
}

// newChild is a change of one row: it creates an organization below the root of a tree.
func newChild(rootID, id string, version int64) tenancy.Change {
	return tenancy.Change{
		Basis: tenancy.Basis{Trees: map[string]int64{rootID: version}},
		Rows: []tenancy.RowChange{{After: tenancy.Organization{ID: id, Name: "Name of " + id, ParentID: rootID,
			RootID: rootID, Depth: 2, State: tenancy.OrganizationActive}}},
		Event: tenancy.Event{Action: "organization.create", Actor: tenancy.Object{Type: "service_key", ID: "key1"},
			OnBehalfOf: "ann", Target: tenancy.Object{Type: "organization", ID: id}, Result: tenancy.ResultDone},
		About: map[string][]string{rootID: {rootID, id}},
	}
}

// What an operation reads before it decides: some rows at one instant.
func BenchmarkSnapshot(b *testing.B) {
	s := filled(b)
	benchmarkRead(b, func(ctx context.Context, n int) error {
		view, err := s.Snapshot(ctx)
		if err != nil {
			return err
		}
		defer view.Close()
		for i := range 10 {
			if _, err := view.Organization(ctx, fmt.Sprint("tree", n%trees, "-", i)); err != nil {
				return err
			}
		}
		return nil
	})
}
