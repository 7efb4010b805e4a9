// Package embedded runs SpiceDB in the process: engine.Engine over a server that only the
// process reaches, and listeners for zed beside it on the same relationships. Nothing of
// it is durable that the datastore is not.
//
// SpiceDB's log goes nowhere: its logger is silent unless SpiceDB's own main sets it, and
// what it has to say about a call reaches us as the error of that call.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/spicedb/pkg/datastore"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Engine is a SpiceDB in this process.
type Engine struct {
	*engine.Engine

	probe     tenancy.Probe
	evaluator evaluator
	model     *model
	datastore datastore.Datastore
	blank     *relindex.Datastore // see keepBlank
	zed       *server             // nil without a listener
	auditors  *server             // nil without a listener
	releases  []func() error
	stop      func() error
}

var (
	_ tenancy.Engine     = (*Engine)(nil)
	_ tenancy.Forecaster = (*Engine)(nil)
)

// client is authzed-go's client on the connection to our own server.
type client struct {
	v1.PermissionsServiceClient
	v1.SchemaServiceClient
}

// Start runs an engine on the relationships of the datastore, with the schema of the
// product, and returns when it answers and the listeners are open. On an error nothing is
// left running. The context is that of the start alone; the engine runs until Stop.
func Start(ctx context.Context, config Config) (*Engine, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	e := &Engine{probe: config.Probe}
	if e.probe == nil {
		e.probe = tenancy.Unwatched{}
	}
	e.stop = sync.OnceValue(e.release)
	for _, step := range []func(context.Context, Config) error{
		e.openDatastore, e.startOwn, e.startPermissions, e.keepBlank, e.fill, e.startZed, e.startAuditors,
	} {
		if err := step(ctx, config); err != nil {
			return nil, errors.Join(err, e.Stop())
		}
	}
	return e, nil
}

// Stop ends the listeners, then all else, and returns when everything is released; at most
// StopGrace later for each server. Calls that are still made fail, or are answered.
func (e *Engine) Stop() error { return e.stop() }

// release undoes the steps of the start, the last one first.
func (e *Engine) release() error {
	var errs []error
	for i := len(e.releases) - 1; i >= 0; i-- {
		errs = append(errs, e.releases[i]())
	}
	return errors.Join(errs...)
}

func (e *Engine) onStop(release func() error) { e.releases = append(e.releases, release) }

// ZedAddr is the address of the listener for zed, with its real port; "" without one.
func (e *Engine) ZedAddr() string { return e.zed.addr() }

// AuditorAddr is the address of the listener for auditors, with its real port; "" without one.
func (e *Engine) AuditorAddr() string { return e.auditors.addr() }

func (e *Engine) openDatastore(_ context.Context, config Config) error {
	if config.Datastore != nil {
		e.datastore = config.Datastore
		return nil
	}
	ds, err := relindex.New(relindex.Config{})
	if err != nil {
		return err
	}
	e.datastore = ds
	e.onStop(ds.Close)
	return nil
}

// fill comes before the listeners, so that no reader ever sees a part.
func (e *Engine) fill(ctx context.Context, config Config) error {
	if config.Relationships == nil {
		return nil
	}
	if err := failpoint.Err(failpoint.LoadBegun); err != nil {
		return err
	}
	if err := e.Load(ctx, config.Relationships); err != nil {
		return err
	}
	return failpoint.Err(failpoint.LoadDone)
}

// startOwn starts the server that this process alone reaches, and writes the schema.
func (e *Engine) startOwn(ctx context.Context, config Config) error {
	own, err := e.serve(ctx, ownOptions(config))
	if err != nil {
		return err
	}
	conn, err := own.spicedb.NewClient(engine.Watched(e.probe)...)
	if err != nil {
		return err
	}
	e.onStop(conn.Close)
	e.Engine = engine.New(
		client{v1.NewPermissionsServiceClient(conn), v1.NewSchemaServiceClient(conn)},
		engine.Options{MaxUpdates: int(config.MaxUpdates), Overlapping: true},
	)
	return e.WriteSchema(ctx)
}

func (e *Engine) startPermissions(context.Context, Config) error {
	definitions, err := engine.Definitions()
	if err != nil {
		return err
	}
	types := map[string]bool{}
	for _, definition := range definitions {
		types[definition.GetName()] = true
	}
	e.model = newModel(definitions)
	if e.evaluator, err = newEvaluator(e.datastore, types); err != nil {
		return err
	}
	e.onStop(e.evaluator.permissions.Close)
	return nil
}

func (e *Engine) startZed(ctx context.Context, config Config) (err error) {
	if config.ZedListen == "" {
		return nil
	}
	e.zed, err = e.listen(ctx, config.ZedListen, zedOptions(config))
	if err != nil {
		return fmt.Errorf("listen for zed: %w", err)
	}
	return nil
}

func (e *Engine) startAuditors(ctx context.Context, config Config) (err error) {
	if config.AuditorListen == "" {
		return nil
	}
	e.auditors, err = e.listen(ctx, config.AuditorListen, auditorOptions(config))
	if err != nil {
		return fmt.Errorf("listen for auditors: %w", err)
	}
	return nil
}
