package postgres

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/sys/unix"

	"github.com/tenantry/tenantry/internal/store"
)

// Sizes are how many connections a node may have at one time, for each use. Who asks for one
// more waits, as long as its context lets it.
type Sizes struct{ Writers, Readers, Snapshots int }

// defaultSizes let two nodes share a server that takes 100 connections.
var defaultSizes = Sizes{Writers: 8, Readers: 8, Snapshots: 24}

// database is a database as its URL names it.
type database struct {
	config *pgx.ConnConfig
	sizes  Sizes
}

// parse reads the URL of a database. Its parameters are those of libpq, and pool_writers,
// pool_readers and pool_snapshots for [Sizes]. No error shows a part of it: a password may
// stand anywhere in a URL that is malformed.
func parse(raw string) (database, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return database{}, errors.New("the database URL is malformed: it is like postgres://user:password@host:5432/database?sslmode=verify-full")
	}
	d := database{sizes: defaultSizes}
	parameters := u.Query()
	for name, size := range map[string]*int{
		"pool_writers": &d.sizes.Writers, "pool_readers": &d.sizes.Readers, "pool_snapshots": &d.sizes.Snapshots,
	} {
		if !parameters.Has(name) {
			continue
		}
		if *size, err = strconv.Atoi(parameters.Get(name)); err != nil || *size < 1 {
			return database{}, fmt.Errorf("the database URL is malformed: %s must be a number from 1 on", name)
		}
		parameters.Del(name)
	}
	u.RawQuery = parameters.Encode()
	if d.config, err = pgx.ParseConfig(u.String()); err != nil {
		return database{}, errors.New("the database URL is malformed: a parameter of it has no meaning, or names a file that can't be read")
	}
	return d, nil
}

// String names the database without what is secret.
func (d database) String() string {
	host := d.config.Host
	if !strings.HasPrefix(host, "/") {
		host = net.JoinHostPort(host, strconv.Itoa(int(d.config.Port)))
	}
	return fmt.Sprintf("the database %s at %s", d.config.Database, host)
}

// open makes a pool of connections, none of which is made yet.
func (d database) open(size int) *sql.DB {
	db := stdlib.OpenDB(*d.config,
		stdlib.OptionAfterConnect(begin),
		stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return false }),
		stdlib.OptionResetSession(alive))
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db
}

// pool is open as a pool of the store.
func (d database) pool(size int) *store.Pool { return store.NewPool(d.open(size), dialect) }

// errReplica says that a connection leads to a server that only repeats what another one
// commits: it may be late, so it is not even read.
var errReplica = errors.New("it is a read-only replica")

// session sets up a connection. A server that has lost a client finds out by the keepalives:
// what a lost node held is free again.
const session = `
SELECT pg_is_in_recovery(),
       set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                                        ELSE current_setting('synchronous_commit') END, false),
       set_config('tcp_keepalives_idle', '10', false),
       set_config('tcp_keepalives_interval', '5', false),
       set_config('tcp_keepalives_count', '3', false)`

// begin begins a session on a new connection.
func begin(ctx context.Context, conn *pgx.Conn) error {
	var replica bool
	if err := conn.QueryRow(ctx, session).Scan(&replica, nil, nil, nil, nil); err != nil {
		return err
	}
	if replica {
		return errReplica
	}
	return nil
}

// alive tells, before a connection is used again, whether the server has closed it meanwhile.
// It asks the kernel, and the server only if that has something to say: so it costs nothing,
// and a restart of the server between two calls is not seen by the second.
func alive(ctx context.Context, conn *pgx.Conn) error {
	waiting, err := peek(conn.PgConn().Conn())
	if err == nil && waiting {
		err = conn.Ping(ctx)
	}
	if err != nil {
		return driver.ErrBadConn
	}
	return nil
}

// peek reports whether there is something to read, without reading it; io.EOF at the end.
func peek(conn net.Conn) (waiting bool, err error) {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	c, ok := conn.(syscall.Conn)
	if !ok {
		return true, nil
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return false, err
	}
	var n int
	var peeked error
	// Not as a read: the driver may have one of its own begun, which has not ended.
	err = raw.Control(func(fd uintptr) {
		var one [1]byte
		n, _, peeked = unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	})
	switch {
	case err != nil:
		return false, err
	case errors.Is(peeked, unix.EAGAIN):
		return false, nil
	case peeked == nil && n == 0:
		return false, io.EOF
	}
	return n > 0, peeked
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// explain says in one line why the database can't be used.
func (d database) explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var e *pgconn.PgError
	switch {
	case errors.Is(err, errReplica):
		return fmt.Errorf("%s can't be used: %w", d, errReplica)
	case errors.As(err, &e) && (e.Code == codePassword || e.Code == codeAuthorization):
		return fmt.Errorf("%s refuses the user %s: authentication failed", d, d.config.User)
	case errors.As(err, &e) && e.Code == codeNoDatabase:
		return fmt.Errorf("%s is not there", d)
	case errors.As(err, &e):
		if meaning, ok := meanings[e.Code]; ok {
			return fmt.Errorf("%s can't be used: %s", d, meaning)
		}
		return fmt.Errorf("%s can't be used: %s (%s)", d, e.Message, e.Code)
	}
	return fmt.Errorf("%s can't be reached: %s", d, cause(err))
}

// cause is the innermost reason of an error, on one line.
func cause(err error) string {
	var operation *net.OpError
	var name *net.DNSError
	switch {
	case errors.As(err, &operation):
		return operation.Err.Error()
	case errors.As(err, &name):
		return name.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "it does not answer in time"
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
