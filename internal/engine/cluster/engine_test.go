package cluster_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/spicedbtest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const key = "a key"

// serve starts a SpiceDB in the process, with a TCP port, no TLS and our schema.
func serve(t *testing.T) string {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Config{ZedListen: "127.0.0.1:0", ZedKey: key})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	return server.ZedAddr()
}

// connect connects without TLS unless the configuration has an authority.
func connect(t *testing.T, config cluster.Config) *cluster.Engine {
	t.Helper()
	if config.Key == "" && config.KeyFile == "" {
		config.Key = key
	}
	config.Insecure = config.CAFile == ""
	config.MaxReconnect = 50 * time.Millisecond
	e, err := cluster.Connect(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func owns(user, organization string) tenancy.Question {
	return tenancy.Question{
		Subject:    tenancy.Object{Type: "user", ID: user},
		Permission: "own",
		Resource:   tenancy.Object{Type: "organization", ID: organization},
	}
}

func ask(ctx context.Context, e tenancy.Engine) error {
	_, err := e.Check(ctx, []tenancy.Question{owns("alice", "acme")})
	return err
}

// untilAnswered asks again and again until the engine answers, which it has to some time.
func untilAnswered(t *testing.T, e tenancy.Engine) {
	t.Helper()
	for err := ask(t.Context(), e); err != nil; err = ask(t.Context(), e) {
		requireUnavailable(t, err)
		require.NoError(t, t.Context().Err())
	}
}

func requireUnavailable(t *testing.T, err error) {
	t.Helper()
	e, ok := tenancy.AsError(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, tenancy.CodeEngineUnavailable, e.Code)
	require.Equal(t, "The decision engine does not answer.", e.Detail)
}

func requireFault(t *testing.T, fault engine.Fault, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, fault, engine.FaultOf(err), "%v", err)
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), key)
	t.Logf("%s: %v", fault, err)
}

func delivery(t *testing.T, version int64, notation ...string) tenancy.Delivery {
	t.Helper()
	d := tenancy.Delivery{RootID: "acme", Version: version}
	for _, s := range notation {
		u, err := tenancy.ParseUpdate(s)
		require.NoError(t, err)
		d.Updates = append(d.Updates, u)
	}
	return d
}

func TestWhatIsWrongWithAConfigIsSaid(t *testing.T) {
	good := cluster.Config{Endpoints: []string{"127.0.0.1:1"}, Key: key, Insecure: true}
	for want, spoil := range map[string]func(*cluster.Config){
		"no endpoint":             func(c *cluster.Config) { c.Endpoints = nil },
		"not host:port":           func(c *cluster.Config) { c.Endpoints = []string{"spicedb"} },
		"a target of its own":     func(c *cluster.Config) { c.Endpoints = []string{"a:1", "dns:///b:1"} },
		"key of SpiceDB is not":   func(c *cluster.Config) { c.Key = "" },
		"given twice":             func(c *cluster.Config) { c.KeyFile = "file" },
		"read the key":            func(c *cluster.Config) { c.Key, c.KeyFile = "", "/nowhere/key" },
		"no certificate to be":    func(c *cluster.Config) { c.CAFile = "ca.pem" },
		"read the issuers":        func(c *cluster.Config) { c.Insecure, c.CAFile = false, "/nowhere/ca.pem" },
		"take 5 updates at least": func(c *cluster.Config) { c.MaxUpdates = 4 },
	} {
		config := good
		spoil(&config)
		_, err := cluster.Connect(t.Context(), config)
		require.ErrorContains(t, err, want)
	}
	e, err := cluster.Connect(t.Context(), good)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	_, err = cluster.Connect(t.Context(), cluster.Config{Endpoints: []string{"dns:///spicedb.internal:50051"}, Key: key})
	require.NoError(t, err)
}

// TestAKeyIsRotated on the server first, and then in the file.
func TestAKeyIsRotated(t *testing.T) {
	ds, err := relindex.New(relindex.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ds.Close()) })
	address := spicedbtest.Unused(t)
	serveWith := func(key string) (stop func()) {
		server, err := embedded.Start(t.Context(), embedded.Config{Datastore: ds, ZedListen: address, ZedKey: key, StopGrace: time.Millisecond})
		require.NoError(t, err)
		return func() { require.NoError(t, server.Stop()) }
	}
	file := filepath.Join(t.TempDir(), "key")
	keep := func(key string) { require.NoError(t, os.WriteFile(file, []byte(key+"\n"), 0o600)) }

	keep("first")
	stop := serveWith("first")
	e := connect(t, cluster.Config{Endpoints: []string{address}, KeyFile: file})
	require.NoError(t, e.Inspect(t.Context(), ""))
	version := int64(0)
	for _, next := range []string{"second", "first"} {
		stop()
		stop = serveWith(next)
		for engine.FaultOf(e.Inspect(t.Context(), "")) != engine.FaultKeyRefused {
			require.NoError(t, t.Context().Err())
		}
		requireFault(t, engine.FaultKeyRefused, e.Inspect(t.Context(), ""))
		keep(next)
		// Neither a write nor a stream notices, though it is the first one with the new key.
		if version++; version == 1 {
			require.NoError(t, e.Apply(t.Context(), delivery(t, version)))
		}
		at, err := e.Version(t.Context(), "acme")
		require.NoError(t, err)
		require.EqualValues(t, 1, at)
		require.NoError(t, e.Inspect(t.Context(), ""))
	}
	stop()
}

func TestOneNodeThatIsDownIsNotNoticed(t *testing.T) {
	address := serve(t)
	one, other := spicedbtest.NewProxy(t, address, nil), spicedbtest.NewProxy(t, address, nil)
	e := connect(t, cluster.Config{Endpoints: []string{one.Addr(), other.Addr()}})
	require.NoError(t, ask(t.Context(), e))
	for _, proxy := range []*spicedbtest.Proxy{one, other} {
		proxy.Down()
		for range 50 {
			require.NoError(t, ask(t.Context(), e))
		}
		proxy.Up()
		untilAnswered(t, e)
	}
	require.Equal(t, cluster.CircuitClosed, e.Circuit())
}

// TestDownThenUp is refused at once after a while, and answered again when it is there.
func TestDownThenUp(t *testing.T) {
	proxy := spicedbtest.NewProxy(t, serve(t), nil)
	e := connect(t, cluster.Config{Endpoints: []string{proxy.Addr()}, Backoff: time.Millisecond, OpenFor: 200 * time.Millisecond, Failures: 3})
	require.NoError(t, ask(t.Context(), e))
	proxy.Down()
	for e.Circuit() != cluster.CircuitOpen {
		requireUnavailable(t, ask(t.Context(), e))
	}
	requireFault(t, engine.FaultUnreachable, e.Inspect(t.Context(), ""))
	proxy.Up()
	for e.Inspect(t.Context(), "") != nil { // it looks past the circuit
		require.NoError(t, t.Context().Err())
	}
	untilAnswered(t, e)
	require.Equal(t, cluster.CircuitClosed, e.Circuit())
}

// TestASlowEngineIsGivenUp by the caller's deadline, and by its own.
func TestASlowEngineIsGivenUp(t *testing.T) {
	proxy := spicedbtest.NewProxy(t, serve(t), nil)
	e := connect(t, cluster.Config{Endpoints: []string{proxy.Addr()}, CallTimeout: 300 * time.Millisecond, Failures: 1000})
	require.NoError(t, ask(t.Context(), e))
	proxy.Mute()
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	requireUnavailable(t, ask(short, e))
	require.Error(t, short.Err())
	requireUnavailable(t, ask(t.Context(), e))
	_, err := e.Version(t.Context(), "acme") // a stream
	requireUnavailable(t, err)
	requireUnavailable(t, e.Apply(t.Context(), delivery(t, 1)))
	proxy.Up()
	untilAnswered(t, e)
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1)))
}

// TestAnswersThatAreLostOnTheWay lets each delivery lose what SpiceDB says first.
func TestAnswersThatAreLostOnTheWay(t *testing.T) {
	proxy := spicedbtest.NewProxy(t, serve(t), nil)
	e := connect(t, cluster.Config{Endpoints: []string{proxy.Addr()}})
	want := []string{"organization:acme#version@version:20"}
	for version := range int64(20) {
		untilAnswered(t, e) // there is a connection to be lost
		proxy.LoseNext()
		d := delivery(t, version+1, fmt.Sprintf("+organization:acme#owner@user:u%d", version))
		for err := e.Apply(t.Context(), d); err != nil; err = e.Apply(t.Context(), d) {
			requireUnavailable(t, err)
		}
		want = append(want, fmt.Sprintf("organization:acme#owner@user:u%d", version))
	}
	var held []string
	for r, err := range e.Relationships(t.Context()) {
		require.NoError(t, err)
		held = append(held, r.String())
	}
	require.ElementsMatch(t, want, held)
}
