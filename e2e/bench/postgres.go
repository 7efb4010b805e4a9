package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is a PostgreSQL for one peer and this run alone. Whoever is on this machine can
// connect to it while it runs.
type postgres struct {
	address string
	uri     string // of the database that is there from the start
}

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
	p := &postgres{address: address}
	p.uri = p.named("postgres")
	return p, p.ready(ctx)
}

// ready waits until the server lets somebody in: it listens before it does.
func (p *postgres) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for {
		err := execute(ctx, p.uri, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pollEvery):
		}
	}
}

// named is the URI of a database.
func (p *postgres) named(database string) string {
	return "postgres://bench@" + p.address + "/" + database + "?sslmode=disable"
}

// create makes another database and returns its URI.
func (p *postgres) create(ctx context.Context, database string) (uri string, err error) {
	return p.named(database), execute(ctx, p.uri, "CREATE DATABASE "+database)
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

// analyze tells the planner what was loaded into a database. Without it the same checks take
// ten times as long.
func analyze(ctx context.Context, uri string) error { return execute(ctx, uri, "VACUUM ANALYZE") }

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, uri, statement string) error {
	conn, err := pgx.Connect(ctx, uri)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
