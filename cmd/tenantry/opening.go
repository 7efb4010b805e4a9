package main

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The commands that open the record find it where the nodes do: in the data directory, or in
// PostgreSQL.

func openKeys(ctx context.Context, settings config.Config) (*store.Keys, error) {
	if settings.Database.InCluster() {
		return postgres.OpenKeys(ctx, settings.Database.URL)
	}
	return sqlite.OpenKeys(ctx, settings.Data)
}

func openTrails(ctx context.Context, settings config.Config) (*store.Trails, error) {
	if settings.Database.InCluster() {
		return postgres.OpenTrails(ctx, settings.Database.URL)
	}
	return sqlite.OpenTrails(ctx, settings.Data)
}

// connect speaks to the SpiceDB cluster of the settings.
func connect(ctx context.Context, settings config.SpiceDB, probe tenancy.Probe) (*cluster.Engine, error) {
	return cluster.Connect(ctx, cluster.Config{
		Endpoints:  settings.Endpoints(),
		Insecure:   settings.Insecure,
		CAFile:     settings.CA,
		ServerName: settings.ServerName,
		Key:        settings.Key,
		KeyFile:    settings.KeyFile,
		MaxUpdates: int(settings.MaxUpdates),
		Probe:      probe,
	})
}

// inspectTimeout bounds a look at whether SpiceDB is as it should be.
const inspectTimeout = 5 * time.Second

// inspect tells whether a SpiceDB can be worked with, for the record with this id.
func inspect(ctx context.Context, e *cluster.Engine, recordID string) error {
	ctx, cancel := context.WithTimeout(ctx, inspectTimeout)
	defer cancel()
	return e.Inspect(ctx, recordID)
}
