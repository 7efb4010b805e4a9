package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/auditors"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// clusterEngine is a SpiceDB cluster, and beside it in this process a SpiceDB that holds
// nothing but the schema: what is past, and what would be, is loaded into copies of that.
type clusterEngine struct {
	*cluster.Engine
	blank    *embedded.Engine
	auditors *auditors.Listener // nil without
	recordID string
}

// Past implements [tenancy.Pasts].
func (e *clusterEngine) Past(ctx context.Context, relationships iter.Seq[tenancy.Relationship]) (tenancy.Past, error) {
	return e.blank.Past(ctx, relationships)
}

// Forecast implements [tenancy.Forecaster].
func (e *clusterEngine) Forecast(ctx context.Context, state iter.Seq2[tenancy.Relationship, error], updates []tenancy.Update) (tenancy.Forecast, error) {
	return e.blank.ForecastFrom(ctx, state, updates)
}

// ZedAddr is nowhere: who may write has the cluster's own key, and asks the cluster.
func (e *clusterEngine) ZedAddr() string { return "" }

// AuditorAddr is where auditors' zed is listened to.
func (e *clusterEngine) AuditorAddr() string {
	if e.auditors == nil {
		return ""
	}
	return e.auditors.Addr()
}

// Stop ends the listener and the connections.
func (e *clusterEngine) Stop() error {
	var errs []error
	if e.auditors != nil {
		errs = append(errs, e.auditors.Stop())
	}
	if e.blank != nil {
		errs = append(errs, e.blank.Stop())
	}
	return errors.Join(append(errs, e.Close())...)
}

// openCluster waits for the record and for its SpiceDB. What is not there yet, or is not as it
// should be, may be put right while the node waits: it says what it waits for, and refuses
// every call until then.
func (n *node) openCluster(ctx context.Context) error {
	if err := n.await(ctx, "record", n.openDatabase); err != nil {
		return err
	}
	e, err := n.startCluster(ctx)
	if err != nil {
		return err
	}
	n.engine = e
	return n.await(ctx, "engine", func(ctx context.Context) error { return inspect(ctx, e.Engine, e.recordID) })
}

func (n *node) openDatabase(ctx context.Context) error {
	store, err := postgres.Open(ctx, n.settings.Database.URL)
	if err != nil {
		return err
	}
	n.store, n.clock = store, store.Clock()
	return nil
}

// startCluster makes what the node needs to speak to SpiceDB. On an error nothing is left.
func (n *node) startCluster(ctx context.Context) (_ *clusterEngine, err error) {
	e := &clusterEngine{}
	if e.recordID, err = n.store.ID(ctx); err != nil {
		return nil, err
	}
	if e.Engine, err = connect(ctx, n.settings.SpiceDB, n.watch); err != nil {
		return nil, &invalidError{err}
	}
	if e.blank, err = embedded.Start(ctx, embedded.Config{}); err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	if n.settings.AuditorKey == "" {
		return e, nil
	}
	e.auditors, err = auditors.Listen(ctx, auditors.Config{
		Listen: n.settings.AuditorListen, Key: n.settings.AuditorKey, SpiceDB: e.Conn(),
	})
	if err != nil {
		return nil, errors.Join(err, e.Stop())
	}
	return e, nil
}

// awaitPause is how long a node waits until it looks again.
const awaitPause = time.Second

// await tries until it succeeds. What is in the way is said in the log when it changes, and at
// /readyz by a word.
func (n *node) await(ctx context.Context, part string, try func(context.Context) error) error {
	n.starting.wait(part)
	said := ""
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		n.starting.wait(partWith(part, err))
		if text := err.Error(); text != said {
			said = text
			n.log.Warn("the node can't work yet", "for", part, "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(awaitPause):
		}
	}
}

// partWith names a part and, in a word that anybody may read, what is wrong with it.
func partWith(part string, err error) string {
	if fault := engine.FaultOf(err); fault != "" {
		return part + ": " + string(fault)
	}
	return part
}

// guardInterval is how often a node looks whether SpiceDB still is the one that it works with.
const guardInterval = 5 * time.Second

// guard refuses every call while the SpiceDB that answers is not the one of this record, or has
// another schema: what it says is no decision then. That it does not answer is no such case:
// what is asked of it fails by itself.
func (n *node) guard(ctx context.Context, e *clusterEngine) {
	wrong := false
	n.repeat(ctx, guardInterval, func(ctx context.Context, ticks <-chan time.Time) {
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks:
			}
			err := inspect(ctx, e.Engine, e.recordID)
			if ctx.Err() != nil || mayPass(err) {
				continue
			}
			if err != nil && !wrong {
				n.log.Error("the node refuses all calls", "error", err)
				n.starting.wait(partWith("engine", err))
				n.gate.Set(n.starting.handler(n.api()))
			}
			if err == nil && wrong {
				n.log.Info("the engine is as it should be again")
				n.gate.Set(n.handler)
			}
			wrong = err != nil
		}
	})
}

// mayPass reports whether an error tells nothing about what SpiceDB is.
func mayPass(err error) bool {
	switch engine.FaultOf(err) {
	case engine.FaultNoSchema, engine.FaultSchemaOlder, engine.FaultSchemaNewer, engine.FaultSchemaAltered,
		engine.FaultSchemaForeign, engine.FaultUnclaimed, engine.FaultNotEmpty, engine.FaultOtherRecord, engine.FaultNotSpiceDB:
		return false
	}
	return err != nil
}
