// Package cluster is the engine over the network: engine.Engine over gRPC to a SpiceDB that
// runs elsewhere, one node or many.
//
// What it adds is how to speak to something that may be away: TLS and a key that are renewed
// without a restart, a limit to every call, reads that are tried again, a circuit that spares
// callers the waiting, and a diagnosis. It never answers by itself: when SpiceDB can't be
// asked there is no answer.
package cluster

import (
	"context"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Engine is a SpiceDB elsewhere. It is safe for concurrent use.
type Engine struct {
	*engine.Engine // through the circuit

	direct  *engine.Engine // past it
	circuit *circuit
	tls     *transport // nil without TLS
	conn    *grpc.ClientConn
}

var _ tenancy.Engine = (*Engine)(nil)

// client is authzed-go's client on a connection.
type client struct {
	v1.PermissionsServiceClient
	v1.SchemaServiceClient
}

func newClient(conn grpc.ClientConnInterface) client {
	return client{v1.NewPermissionsServiceClient(conn), v1.NewSchemaServiceClient(conn)}
}

// Connect returns an engine that connects, and stays connected, by itself. It reads the files
// of the configuration, and asks nobody yet: see Inspect.
func Connect(_ context.Context, config Config) (*Engine, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	config = config.withDefaults()
	keys, err := newKeys(config)
	if err != nil {
		return nil, err
	}
	e := &Engine{}
	if !config.Insecure {
		if e.tls, err = newTransport(config); err != nil {
			return nil, err
		}
	}
	if e.conn, err = dial(config, keys, e.tls); err != nil {
		return nil, err
	}
	e.circuit = newCircuit(e.conn, config)
	options := engine.Options{MaxUpdates: config.MaxUpdates, Overlapping: true}
	e.Engine = engine.New(e.Client(), options)
	e.direct = engine.New(newClient(e.conn), options)
	return e, nil
}

// Close ends the connections. Calls that are still made fail.
func (e *Engine) Close() error { return e.conn.Close() }

// Client is SpiceDB's own API, through the circuit, for what the port does not offer.
func (e *Engine) Client() engine.Client { return newClient(e.circuit) }

// Circuit tells how the circuit is now.
func (e *Engine) Circuit() Circuit { return e.circuit.state() }

// Inspect does what [engine.Engine.Inspect] does, past the circuit, and knows why there is no
// TLS.
func (e *Engine) Inspect(ctx context.Context, recordID string) error {
	err := e.direct.Inspect(ctx, recordID)
	if engine.FaultOf(err) != engine.FaultUnreachable || e.tls == nil {
		return err
	}
	if fault := e.tls.fault(); fault != nil {
		return fault
	}
	return err
}

// Conn is the connection itself, for calls that somebody else makes: past the circuit, with
// the key.
func (e *Engine) Conn() grpc.ClientConnInterface { return e.conn }
