package relindex_test

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dscfg "github.com/authzed/spicedb/pkg/cmd/datastore"
	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"

	"github.com/tenantry/tenantry/internal/relindex"
)

// BenchmarkCheck measures a permission check through SpiceDB's engine in this
// process: a uniform mix of members of a linked group and strangers.
func BenchmarkCheck(b *testing.B) {
	for _, c := range []struct {
		name          string
		relationships int
		fill          func(testing.TB, world) datastore.Datastore
	}{
		{"memdb/1e4", 10_000, filledMemdb},
		{"relindex/1e4", 10_000, filled},
		{"relindex/1e5", 100_000, filled},
		{"relindex/1e6", 1_000_000, filled},
	} {
		b.Run(c.name, func(b *testing.B) {
			w := worldOf(c.relationships)
			benchmarkCheck(b, w, c.fill(b, w))
		})
	}
}

func benchmarkCheck(b *testing.B, w world, ds datastore.Datastore) {
	b.Helper()
	permissions := newPermissions(b, ds)
	took := make([]time.Duration, 0, 100_000)
	n := 0
	for b.Loop() {
		request, member := w.check(n)
		n++
		start := time.Now()
		result, err := permissions.Check(b.Context(), request)
		took = append(took, time.Since(start))
		if err != nil || result.HasPermission != member {
			b.Fatalf("check %+v: %+v, %v", request, result, err)
		}
	}
	reportMedian(b, took)
}

// BenchmarkWrite measures a transaction that writes one new relationship.
func BenchmarkWrite(b *testing.B) {
	ds := filled(b, worldOf(1_000_000))
	took := make([]time.Duration, 0, 100_000)
	n := 0
	for b.Loop() {
		update := tuple.Touch(rel("group", id("grup", n%90_000), "member", "user", id("late", n)))
		n++
		start := time.Now()
		_, err := ds.ReadWriteTx(b.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
			return rwt.WriteRelationships(ctx, []tuple.RelationshipUpdate{update})
		})
		took = append(took, time.Since(start))
		require.NoError(b, err)
	}
	reportMedian(b, took)
}

// BenchmarkLoad measures filling an empty store, and the heap that it takes.
func BenchmarkLoad(b *testing.B) {
	w := worldOf(1_000_000)
	count := len(w.organizations) * relationshipsPerCompany
	b.Run("Load", func(b *testing.B) {
		benchmarkLoad(b, count, func(ds *relindex.Datastore) error {
			_, _, err := ds.Load(b.Context(), w.relationships())
			return err
		})
	})
	b.Run("BulkLoad", func(b *testing.B) {
		benchmarkLoad(b, count, func(ds *relindex.Datastore) error {
			_, err := ds.ReadWriteTx(b.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
				_, err := rwt.BulkLoad(ctx, source(b, w.relationships()))
				return err
			})
			return err
		})
	})
}

func benchmarkLoad(b *testing.B, count int, load func(*relindex.Datastore) error) {
	b.Helper()
	var heap uint64
	for b.Loop() {
		b.StopTimer()
		before := liveHeap()
		ds := newStore(b, relindex.Config{})
		b.StartTimer()
		require.NoError(b, load(ds))
		b.StopTimer()
		heap = liveHeap() - before
		runtime.KeepAlive(ds)
		b.StartTimer()
	}
	b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "relationships/s")
	b.ReportMetric(float64(heap)/float64(count), "heap-B/relationship")
}

// BenchmarkKeptRevision measures the heap that a kept revision of one written
// relationship costs.
func BenchmarkKeptRevision(b *testing.B) {
	const revisions = 2000
	var heap uint64
	for b.Loop() {
		ds := filled(b, worldOf(1_000_000))
		before := liveHeap()
		for n := range revisions {
			write(b, ds, tuple.Touch(rel("group", id("grup", n*41%90_000), "member", "user", id("late", n*17))))
		}
		heap = liveHeap() - before
		runtime.KeepAlive(ds)
	}
	b.ReportMetric(float64(heap)/revisions, "heap-B/revision")
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func reportMedian(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}

func filled(tb testing.TB, w world) datastore.Datastore {
	tb.Helper()
	ds := newStore(tb, relindex.Config{})
	writeSchema(tb, ds, worldSchema)
	_, _, err := ds.Load(tb.Context(), w.relationships())
	require.NoError(tb, err)
	return ds
}

func filledMemdb(tb testing.TB, w world) datastore.Datastore {
	tb.Helper()
	ds := newMemdb(tb)
	writeSchema(tb, ds, worldSchema)
	_, err := ds.ReadWriteTx(tb.Context(), func(ctx context.Context, rwt datastore.ReadWriteTransaction) error {
		_, err := rwt.BulkLoad(ctx, source(tb, w.relationships()))
		return err
	})
	require.NoError(tb, err)
	return ds
}

func newMemdb(tb testing.TB) datastore.Datastore {
	tb.Helper()
	ds, err := dscfg.NewDatastore(tb.Context(), dscfg.WithEngine("memory"))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, ds.Close()) })
	return ds
}
