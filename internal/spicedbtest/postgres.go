package spicedbtest

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tooltest"
)

// runsAs is the user that PostgreSQL runs as when we are root, as which it refuses to.
const runsAs = "postgres"

// Postgres serves an empty database on the loopback interface, for this test alone, and
// returns its URI. Where PostgreSQL's programs are not installed the test is skipped; with
// TENANTRY_REQUIRE_ALL=1 it fails.
func Postgres(t testing.TB) string {
	t.Helper()
	initdb, server := postgresProgram(t, "initdb"), postgresProgram(t, "postgres")
	dir, err := os.MkdirTemp("", "tenantry-postgres") //nolint:usetesting // the folder is to belong to another user, also all above it
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	as := owner(t, dir)

	data := filepath.Join(dir, "data")
	initialize := exec.CommandContext(t.Context(), initdb, "-D", data, "-U", "spicedb", "--auth=trust", "--no-locale", "-E", "UTF8", "--no-sync")
	initialize.SysProcAttr, initialize.Dir = as, dir
	out, err := initialize.CombinedOutput()
	require.NoError(t, err, "initdb: %s", out)

	address := Unused(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	serve := exec.Command(server, "-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "track_commit_timestamp=on", "-c", "fsync=off", "-c", "max_connections=200")
	serve.SysProcAttr, serve.Dir = as, dir
	launch(t, serve, syscall.SIGINT, address)
	return "postgres://spicedb@" + address + "/postgres?sslmode=disable"
}

// postgresProgram looks in the path, and where Debian puts it.
func postgresProgram(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		tooltest.Missing(t, "PostgreSQL's program %s", name)
	}
	return found[len(found)-1]
}

// owner gives the folder to the user that PostgreSQL runs as, and says how to run as him.
func owner(t testing.TB, dir string) *syscall.SysProcAttr {
	t.Helper()
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}
	}
	u, err := user.Lookup(runsAs)
	if err != nil {
		tooltest.Missing(t, "the user %s, as whom PostgreSQL runs: %v", runsAs, err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	require.NoError(t, err)
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, int(uid), int(gid)))
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}
