package main

import (
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// record is what a node works on, whichever store keeps it.
type record interface {
	tenancy.Store
	tenancy.Recorder
	tenancy.Outbox
	authn.Keys
	authn.UseRecord
	keyring
	// Secret is a random key of the record by its name, and ID what it is known by.
	Secret(ctx context.Context, name string) ([]byte, error)
	ID(ctx context.Context) (string, error)
}

// keyring is the part of a record that holds service keys.
type keyring interface {
	AddServiceKey(ctx context.Context, key tenancy.ServiceKey) error
	ServiceKeys(ctx context.Context) ([]tenancy.ServiceKey, error)
	RevokeServiceKey(ctx context.Context, id string, at time.Time) error
	Close() error
}

// decider is the engine, wherever it runs.
type decider interface {
	tenancy.Engine
	tenancy.Pasts
	// ZedAddr and AuditorAddr are where zed is listened to, "" for nowhere.
	ZedAddr() string
	AuditorAddr() string
	Stop() error
}

// openParts opens the record, and the engine that follows from it.
func (n *node) openParts(ctx context.Context) error {
	if n.settings.InCluster() {
		return n.openCluster(ctx)
	}
	return n.openEmbedded(ctx)
}

// openEmbedded opens the record of the data directory, and fills a SpiceDB in this process
// from it.
func (n *node) openEmbedded(ctx context.Context) error {
	store, err := sqlite.Open(ctx, n.settings.Data)
	if err != nil {
		return err
	}
	n.store, n.clock = store, tenancy.SystemClock{}
	n.starting.wait("engine")
	progress := newProgress(n.out, "relationships loaded")
	defer progress.end()
	config := n.listeners()
	config.Probe = n.watch
	config.Relationships = progress.count(relation.All(n.store.Rows(ctx, relation.Without...)))
	started, err := embedded.Start(ctx, config)
	if err == nil {
		n.engine = started
	}
	return err
}

// listeners are those for zed that have a key: without one nobody is let in.
func (n *node) listeners() embedded.Config {
	var c embedded.Config
	if n.settings.ZedKey != "" {
		c.ZedListen, c.ZedKey = n.settings.ZedListen, n.settings.ZedKey
	}
	if n.settings.AuditorKey != "" {
		c.AuditorListen, c.AuditorKey = n.settings.AuditorListen, n.settings.AuditorKey
	}
	return c
}

// missing names the parts that do not answer, or not as they should.
func (n *node) missing(ctx context.Context) (parts []string) {
	nothing := tenancy.Object{Type: "organization", ID: "-"}
	if _, err := n.store.TreeOf(ctx, nothing); err != nil && !errors.Is(err, tenancy.ErrNoRow) {
		parts = append(parts, "record")
	}
	var err error
	if e, ok := n.engine.(*clusterEngine); ok {
		err = inspect(ctx, e.Engine, e.recordID)
	} else {
		_, err = n.engine.Version(ctx, nothing.ID)
	}
	if err != nil {
		parts = append(parts, partWith("engine", err))
	}
	return parts
}
