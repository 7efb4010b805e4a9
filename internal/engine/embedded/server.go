package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	spicedb "github.com/authzed/spicedb/pkg/cmd/server"
	"github.com/authzed/spicedb/pkg/cmd/util"
)

// server is one gRPC server of SpiceDB that runs.
type server struct {
	spicedb spicedb.RunnableServer
	address string
	cancel  context.CancelFunc
	ended   chan error // has what Run returned, once
}

// addr is the address that callers find the server at, "" for no server.
func (s *server) addr() string {
	if s == nil {
		return ""
	}
	return s.address
}

// stop ends the server and waits until it has released what it held.
func (s *server) stop() error {
	s.cancel()
	return <-s.ended
}

// serve starts a server on the datastore. Its listener is open when serve returns. The
// server outlives ctx: it ends with the engine.
func (e *Engine) serve(ctx context.Context, options []spicedb.ConfigOption) (*server, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	options = append(options, spicedb.WithDatastore(e.datastore))
	runnable, err := spicedb.NewConfigWithOptionsAndDefaults(options...).Complete(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	s := &server{spicedb: runnable, cancel: cancel, ended: make(chan error, 1)}
	go func() { s.ended <- runnable.Run(ctx) }()
	e.onStop(s.stop)
	return s, nil
}

// portTries bounds how often a free port may be lost to somebody else between finding and
// taking it.
const portTries = 10

// listen starts a server on a TCP address. SpiceDB opens its listeners itself and does not
// tell the port that it got, so a port 0 is resolved before; should another process take
// the port found in between, another one is tried.
func (e *Engine) listen(ctx context.Context, address string, options []spicedb.ConfigOption) (*server, error) {
	for try := 1; ; try++ {
		resolved, anyPort, err := resolvePort(address)
		if err != nil {
			return nil, listenError(address, err)
		}
		s, err := e.serve(ctx, append(options, spicedb.WithGRPCServer(tcp(resolved))))
		if err == nil {
			s.address = resolved
			return s, nil
		}
		if !anyPort || try == portTries || !errors.Is(err, syscall.EADDRINUSE) {
			return nil, listenError(address, err)
		}
	}
}

// tcp has no limit on a connection's age, unlike a stock SpiceDB: behind one address there
// is one server, and a watch should not be broken for balance.
func tcp(address string) util.GRPCServerConfig {
	return util.GRPCServerConfig{Network: "tcp", Address: address, Enabled: true}
}

// resolvePort replaces port 0 by one that is free now.
func resolvePort(address string) (resolved string, anyPort bool, err error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil || port != "0" {
		return address, false, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", true, err
	}
	return listener.Addr().String(), true, listener.Close()
}

// listenError names the address and what was wrong with it, without SpiceDB's own words.
func listenError(address string, err error) error {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		err = op.Err
	}
	return fmt.Errorf("%s: %w", address, err)
}
