package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// postgres is a PostgreSQL with one database, for one peer and this run alone. Whoever is
// on this machine can connect to it while it runs.
type postgres struct{ uri string }

// runsAs is the user that PostgreSQL runs as when we are root, as which it refuses to.
const runsAs = "postgres"

// startPostgres makes a cluster in a folder of its own and serves it on the loopback
// interface alone.
func (s *stand) startPostgres(ctx context.Context) (*postgres, error) {
	dir, err := os.MkdirTemp("", "tenantry-postgres")
	if err != nil {
		return nil, err
	}
	s.onStop(func() error { return os.RemoveAll(dir) })
	as, err := owner(dir)
	if err != nil {
		return nil, err
	}
	initialize := exec.CommandContext(ctx, "initdb", "-D", dir+"/data", "-U", "bench", "--auth=trust", "--no-locale", "-E", "UTF8")
	initialize.SysProcAttr, initialize.Dir = as, dir
	if out, err := initialize.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(address)
	server := exec.Command("postgres", "-D", dir+"/data", "-p", port,
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "track_commit_timestamp=on", "-c", "shared_buffers=512MB", "-c", "max_connections=200")
	server.SysProcAttr, server.Dir = as, dir
	if err := s.launch(ctx, address, syscall.SIGINT, server); err != nil {
		return nil, err
	}
	return &postgres{uri: "postgres://bench@" + address + "/postgres?sslmode=disable"}, nil
}

// owner gives the folder to the user that PostgreSQL runs as, and says how to run as him.
func owner(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup(runsAs)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	credential := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return &syscall.SysProcAttr{Credential: credential}, os.Chown(dir, int(uid), int(gid))
}

// analyze tells the planner what was loaded. Without it the same checks take ten times as
// long.
func (p *postgres) analyze(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.uri)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "VACUUM ANALYZE")
	return err
}
