package tenancy_test

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"testing"

	"github.com/authzed/spicedb/pkg/datastore"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// parts are the real parts under the domain. All tests share them, because an engine takes
// long to start; each test has trees and users of its own in them.
type parts struct {
	store     *sqlite.Store
	engine    tenancy.Engine
	index     datastore.Datastore // what the engine holds
	deliverer *delivery.Deliverer
	clock     tenancy.Clock // of the service and of the record
}

var shared parts

// propertyChecks is how many games TestRandomOperations plays, unless -rapid.checks says so.
const propertyChecks = "40"

func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", propertyChecks)
	os.Exit(withParts(m.Run))
}

func withParts(run func() int) int {
	dir := must(os.MkdirTemp(memory(), "tenancy"))
	defer os.RemoveAll(dir)
	index := must(relindex.New(relindex.Config{}))
	defer index.Close()
	engine := must(embedded.Start(context.Background(), embedded.Config{Datastore: index}))
	defer func() { _ = engine.Stop() }()
	store := must(sqlite.Open(context.Background(), dir, sqlite.WithClock(clock)))
	defer store.Close()
	shared = over(store, engine, index)
	return run()
}

// memory is a directory that is no disk, where there is one: what a crash leaves is not
// what these tests are about, and they commit many thousand times.
func memory() string {
	const dir = "/dev/shm"
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	return ""
}

func over(store *sqlite.Store, engine tenancy.Engine, index datastore.Datastore) parts {
	return parts{store, engine, index, delivery.New(store, engine, quiet), clock}
}

func (p parts) service(options tenancy.Options) *tenancy.Service {
	options.Log = quiet
	options.Pasts, _ = p.engine.(tenancy.Pasts)
	return tenancy.NewService(p.store, p.deliverer, p.deliverer, p.clock, options)
}

var quiet = slog.New(slog.DiscardHandler)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
