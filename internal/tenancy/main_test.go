package tenancy_test

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"testing"

	"github.com/authzed/spicedb/pkg/datastore"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/pgtest"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/store/storetest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// parts are the real parts under the domain. Tests share them, because an engine takes long to
// start; each test has trees and users of its own in them.
type parts struct {
	store     record
	engine    tenancy.Engine
	index     datastore.Datastore // what the engine holds
	deliverer *delivery.Deliverer
	clock     tenancy.Clock // of the service and of the record
}

// The parts that tests share now; closeShared ends them. They are there since so many worlds, of
// which some are in use.
var (
	shared      parts
	closeShared func()
	since       int64
	used        int
)

// worldsTogether bounds how many worlds share their parts. What holds of one is looked for
// among the rows and relationships of all of them.
const worldsTogether = 10

// propertyChecks is how many games TestRandomOperations plays, unless -rapid.checks says so.
const propertyChecks = "40"

func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", propertyChecks)
	os.Exit(withParts(m.Run))
}

func withParts(run func() int) int {
	begin()
	defer func() { closeShared() }()
	return run()
}

// beginAnew has the tests that follow share other parts, if those of now are full and none of
// their worlds is in use.
func beginAnew() {
	if used == 0 && worlds.Load()-since >= worldsTogether {
		closeShared()
		begin()
	}
}

func begin() {
	index := must(relindex.New(relindex.Config{}))
	engine := must(embedded.Start(context.Background(), embedded.Config{Datastore: index}))
	store := must(openRecord(context.Background(), clock))
	shared, since = over(store, engine, index), worlds.Load()
	closeShared = func() {
		_ = store.Close()
		_ = engine.Stop()
		_ = index.Close()
	}
}

// record is what the parts stand on.
type record interface{ storetest.Store }

// openRecord makes an empty record, which is gone when it is closed. It is SQLite's; with
// TENANTRY_TEST_STORE=postgres it is PostgreSQL's, and all rules are tried on that.
func openRecord(ctx context.Context, clock tenancy.Clock) (record, error) {
	if os.Getenv("TENANTRY_TEST_STORE") == "postgres" {
		database, drop, err := migrated.Copy(ctx)
		if err != nil {
			return nil, err
		}
		store, err := postgres.Open(ctx, database, postgres.WithClock(clock))
		return passing{store, drop}, err
	}
	dir, err := os.MkdirTemp(memory(), "tenancy")
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, dir, sqlite.WithClock(clock))
	return passing{store, func() error { return os.RemoveAll(dir) }}, err
}

var migrated = pgtest.Template{Prepare: func(ctx context.Context, database string) error {
	_, err := postgres.Migrate(ctx, database)
	return err
}}

// passing is a record that is removed when it is closed.
type passing struct {
	record
	remove func() error
}

func (p passing) Close() error { return errors.Join(p.record.Close(), p.remove()) }

// memory is a directory that is no disk, where there is one: what a crash leaves is not
// what these tests are about, and they commit many thousand times.
func memory() string {
	const dir = "/dev/shm"
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	return ""
}

func over(store record, engine tenancy.Engine, index datastore.Datastore) parts {
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
