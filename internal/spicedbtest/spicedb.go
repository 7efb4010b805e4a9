// Package spicedbtest gives tests a stock SpiceDB: its own program, from tools/spicedb, on
// PostgreSQL; and what stands between it and its callers: certificates, and connections that
// break.
package spicedbtest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tooltest"
)

var program = tooltest.New("spicedb", "github.com/authzed/spicedb/cmd/spicedb")

// Binary returns the path of SpiceDB's program. Where it can't be built the test is skipped;
// with TENANTRY_REQUIRE_ALL=1 it fails.
func Binary(t testing.TB) string {
	t.Helper()
	return program.Binary(t)
}

// Migrate makes the database one of SpiceDB's.
func Migrate(t testing.TB, uri string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), Binary(t), "datastore", "migrate", "head", "--datastore-engine=postgres", "--datastore-conn-uri="+uri).CombinedOutput()
	require.NoError(t, err, "spicedb datastore migrate: %s", out)
}

// Node is a process of SpiceDB.
type Node struct {
	Address string
	process *process
}

// Serve starts a node on the database, at an address, for callers with the key; more flags may
// follow. All else is as it is in a stock SpiceDB.
func Serve(t testing.TB, uri, address, key string, flags ...string) *Node {
	t.Helper()
	return serve(t, address, key, append(flags, "--datastore-engine=postgres", "--datastore-conn-uri="+uri))
}

// ServeMemory starts a node that holds nothing, not even a schema, and forgets everything with
// its end.
func ServeMemory(t testing.TB, key string) *Node {
	t.Helper()
	return serve(t, Unused(t), key, []string{"--datastore-engine=memory"})
}

func serve(t testing.TB, address, key string, flags []string) *Node {
	t.Helper()
	command := exec.Command(Binary(t), append([]string{"serve", "--grpc-addr=" + address, "--grpc-preshared-key=" + key,
		"--metrics-enabled=false", "--telemetry-endpoint=", "--skip-release-check", "--log-level=warn"}, flags...)...)
	return &Node{address, launch(t, command, syscall.SIGTERM, address)}
}

// Kill ends the node as a crash does, and waits until it is gone.
func (n *Node) Kill(t testing.TB) {
	t.Helper()
	require.NoError(t, n.process.command.Process.Kill())
	<-n.process.ended
}

type process struct {
	command *exec.Cmd
	ended   chan struct{}
}

// startTime is how long a server may take to open its port.
const startTime = time.Minute

// launch starts a server, waits until its port is open, and stops it at the end of the test.
func launch(t testing.TB, command *exec.Cmd, stop syscall.Signal, address string) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	p := &process{command, make(chan struct{})}
	go func() {
		_ = command.Wait() // how it ended does not matter
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(stop) // it may have ended
		<-p.ended
		_ = log.Close()
	})
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	for !opened(ctx, address) {
		select {
		case <-p.ended:
			cancel()
		case <-ctx.Done():
		default:
			continue
		}
		text, _ := os.ReadFile(log.Name()) // may be empty
		require.FailNow(t, "it does not answer", "%s at %s: %s", command.Path, address, text)
	}
	return p
}

// opened waits a moment for somebody to listen at the address.
func opened(ctx context.Context, address string) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err == nil {
		_ = conn.Close()
		return true
	}
	select {
	case <-ctx.Done():
	case <-time.After(20 * time.Millisecond):
	}
	return false
}
