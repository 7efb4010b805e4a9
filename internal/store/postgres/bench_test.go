package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// BenchmarkCommit commits a change that links a group, beside the least that a durable change
// can cost: a transaction of one insert into a table with nothing else.
func BenchmarkCommit(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		conn, err := pgx.Connect(b.Context(), pgtest.Shared(b).Empty(b))
		require.NoError(b, err)
		defer conn.Close(b.Context())
		_, err = conn.Exec(b.Context(), "CREATE TABLE t (id text NOT NULL PRIMARY KEY, name text NOT NULL)")
		require.NoError(b, err)
		for n := 0; b.Loop(); n++ {
			tx, err := conn.Begin(b.Context())
			require.NoError(b, err)
			_, err = tx.Exec(b.Context(), "INSERT INTO t VALUES ($1, $2)", fmt.Sprint("organization", n), "a name")
			require.NoError(b, err)
			require.NoError(b, tx.Commit(b.Context()))
		}
	})
	b.Run("store", func(b *testing.B) {
		s := filled(b, 100)
		for n := int64(0); b.Loop(); n++ {
			l := tenancy.Link{GroupID: "tree0-g", OrganizationID: "tree0-0", RootID: "tree0", Scope: tenancy.ScopeOrganization}
			c := decided(tenancy.Basis{Trees: map[string]int64{"tree0": 1 + n}, Users: map[string]int64{"ann": 1}}, tenancy.RowChange{After: l})
			if n%2 == 1 {
				c.Rows = []tenancy.RowChange{{Before: l}}
			}
			c.About = map[string][]string{"tree0": {"tree0", "tree0-0"}}
			_, err := s.Commit(b.Context(), c, linkUpdates)
			require.NoError(b, err)
		}
	})
}

var linkUpdates = map[string][]tenancy.Update{"tree0": {
	{Relationship: tenancy.Relationship{Resource: tenancy.Object{Type: "organization", ID: "tree0"},
		Relation: "parent", Subject: tenancy.Object{Type: "organization", ID: "tree1"}}},
}}

// BenchmarkTreeOf is the read of every check, beside the least that a question to the server
// costs.
func BenchmarkTreeOf(b *testing.B) {
	s := filled(b, 100)
	b.Run("bare", func(b *testing.B) {
		benchmarkRead(b, func(ctx context.Context, _ int) error {
			var one int
			return postgres.Databases(s)[1].QueryRowContext(ctx, "SELECT 1").Scan(&one)
		})
	})
	b.Run("store", func(b *testing.B) {
		benchmarkRead(b, func(ctx context.Context, n int) error {
			_, err := s.TreeOf(ctx, tenancy.Object{Type: "organization", ID: fmt.Sprint("tree", n%100, "-", n%children)})
			return err
		})
	})
}

func BenchmarkServiceKey(b *testing.B) {
	s := filled(b, 1)
	require.NoError(b, s.AddServiceKey(b.Context(), tenancy.ServiceKey{ID: "key", Hash: make([]byte, 32)}))
	benchmarkRead(b, func(ctx context.Context, _ int) error {
		_, err := s.ServiceKey(ctx, "key")
		return err
	})
}

// BenchmarkSnapshot is what an operation reads before it decides: some rows at one instant.
func BenchmarkSnapshot(b *testing.B) {
	s := filled(b, 100)
	benchmarkRead(b, func(ctx context.Context, n int) error {
		view, err := s.Snapshot(ctx)
		if err != nil {
			return err
		}
		defer view.Close()
		for i := range 10 {
			if _, err := view.Organization(ctx, fmt.Sprint("tree", n%100, "-", i)); err != nil {
				return err
			}
		}
		return nil
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

const children = 100

// filled is a record of trees with 100 organizations and one group each.
func filled(b *testing.B, trees int) *postgres.Store {
	s := open(b, migrated.Database(b))
	b.Cleanup(func() { s.Close() })
	commit(b, s, decided(tenancy.Basis{Users: map[string]int64{"ann": 0}}, tenancy.RowChange{After: tenancy.User{ID: "ann"}}))
	for i := range trees {
		id := fmt.Sprint("tree", i)
		c := begun(id)
		c.Rows = append(c.Rows, tenancy.RowChange{After: tenancy.Group{ID: id + "-g", OrganizationID: id, RootID: id}})
		for j := range children {
			c.Rows = append(c.Rows, tenancy.RowChange{After: organization(id, fmt.Sprint(id, "-", j))})
		}
		commit(b, s, c)
	}
	require.NoError(b, s.Analyze(b.Context()))
	return s
}
