// Package pgtest gives tests a real PostgreSQL: a server of their own for each test program,
// which is gone when the program is, and an empty database for each test.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Server is a PostgreSQL that listens on the loopback interface. It keeps what it has
// committed through a crash, as a real one does (fsync is on).
type Server struct {
	bin, dir string
	port     int
	as       *syscall.SysProcAttr
	guard    io.Closer // whose end is the server's
	made     atomic.Int64
}

const (
	// User owns everything in the server.
	User = "tenantry"
	// Password is the user's. Tests look for it where it must not be shown.
	Password = "open-sesame"
)

// Shared returns the server of this test program, started by the first call. Without
// PostgreSQL on the machine the test is skipped; with TENANTRY_REQUIRE_ALL it fails.
func Shared(t testing.TB) *Server {
	t.Helper()
	s, err := shared()
	require(t, err)
	return s
}

func require(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, exec.ErrNotFound) && os.Getenv("TENANTRY_REQUIRE_ALL") == "" {
		t.Skipf("PostgreSQL is needed, and is not here: %v", err)
	}
	if err != nil {
		t.Fatalf("PostgreSQL is needed: %v", err)
	}
}

var shared = sync.OnceValues(start)

// start makes and starts a server. A shell that holds a pipe of ours stops and removes it when
// the pipe closes: at the end of this program, however it ends.
func start() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tenantry-pg")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir}
	if s.as, err = owner(dir); err == nil {
		err = s.initialize()
	}
	if err == nil {
		err = s.guarded()
	}
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// binaries finds the folder of the server's programs: the newest of Debian's, which are not
// in the path, else that in the path.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return len(a) - len(b) + strings.Compare(a, b) })), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Dir(path), nil
}

// runsAs is the user that PostgreSQL runs as when we are root, as which it refuses to.
const runsAs = "postgres"

// owner gives the folder to the user that PostgreSQL runs as, and says how to run as him, in
// a process group of its own: what interrupts the tests does not interrupt it.
func owner(dir string) (*syscall.SysProcAttr, error) {
	as := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return as, nil
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
	as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return as, os.Chown(dir, int(uid), int(gid))
}

// run runs one of the server's programs to its end.
func (s *Server) run(name string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = s.dir, s.as
	out, err := os.CreateTemp("", "tenantry-pg") // a pipe would wait for the server, which gets it too
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", name, err, said)
	}
	return nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// initialize makes the server's files, with texts in the order of a language where that can
// be had: who relies on the order of bytes has to say so.
func (s *Server) initialize() error {
	password := filepath.Join(s.dir, "password")
	if err := os.WriteFile(password, []byte(Password), 0o644); err != nil {
		return err
	}
	args := []string{"-D", s.data(), "-U", User, "--pwfile=" + password, "--auth=scram-sha-256", "-E", "UTF8", "--no-sync"}
	if err := s.run("initdb", append(args, "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")...); err == nil {
		return nil
	}
	if err := os.RemoveAll(s.data()); err != nil {
		return err
	}
	return s.run("initdb", append(args, "--no-locale")...)
}

// guarded starts the shell that ends the server with this program.
func (s *Server) guarded() error {
	guard := exec.Command("/bin/sh", "-c", `read end; "$0" stop -D "$1/data" -m immediate; rm -rf "$1"`, filepath.Join(s.bin, "pg_ctl"), s.dir)
	guard.SysProcAttr = s.as
	in, err := guard.StdinPipe()
	if err != nil {
		return err
	}
	s.guard = in
	return guard.Start()
}

// Start starts a server that is stopped, and waits until it answers. It keeps its port.
func (s *Server) Start() error {
	for range 5 { // somebody may take the port that was free
		port := s.port
		if port == 0 {
			var err error
			if port, err = freePort(); err != nil {
				return err
			}
		}
		options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 -c track_commit_timestamp=on", port)
		err := s.run("pg_ctl", "start", "-w", "-D", s.data(), "-l", filepath.Join(s.dir, "log"), "-o", options)
		if err == nil {
			s.port = port
			return nil
		}
		if s.port != 0 {
			return err
		}
	}
	return errors.New("no free port")
}

// Stop stops the server as a crash does, with all connections.
func (s *Server) Stop() error { return s.run("pg_ctl", "stop", "-D", s.data(), "-m", "immediate") }

// Restart is Stop and Start.
func (s *Server) Restart() error { return errors.Join(s.Stop(), s.Start()) }

// Replica starts a server that repeats what this one commits, and gives its URL for a database.
// It is stopped after the test.
func (s *Server) Replica(t testing.TB, database string) string {
	t.Helper()
	dir, err := os.MkdirTemp(s.dir, "replica") //nolint:usetesting // where the server may reach it
	if err != nil {
		t.Fatal(err)
	}
	if as := s.as.Credential; as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	r := &Server{bin: s.bin, dir: dir, as: s.as}
	if err := s.run("pg_basebackup", "-D", r.data(), "-R", "--no-sync", "-c", "fast", "-d", s.URL("postgres")); err != nil {
		t.Fatal(err)
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Stop(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	return r.URL(database)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Address is where the server listens.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is that of a database of the server.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(User, Password), Host: s.Address(), Path: database, RawQuery: "sslmode=disable"}
	return u.String()
}

// Exec runs statements in a database.
func (s *Server) Exec(ctx context.Context, database, statements string) error {
	conn, err := pgx.Connect(ctx, s.URL(database))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.PgConn().Exec(ctx, statements).ReadAll()
	return err
}

// Empty makes a database with nothing in it, which is gone after the test, and gives its URL.
func (s *Server) Empty(t testing.TB) string {
	t.Helper()
	database, drop, err := s.create(t.Context(), "template0")
	return until(t, database, drop, err)
}

// until gives the URL of a database that is there until the test ends.
func until(t testing.TB, database string, drop func() error, err error) string {
	t.Helper()
	require(t, err)
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return database
}

func (s *Server) create(ctx context.Context, template string) (database string, drop func() error, err error) {
	name := fmt.Sprint("test", s.made.Add(1))
	err = s.Exec(ctx, "postgres", "CREATE DATABASE "+name+" TEMPLATE "+template)
	return s.URL(name), func() error {
		return s.Exec(context.Background(), "postgres", "DROP DATABASE "+name+" WITH (FORCE)")
	}, err
}

// Template is a database that is prepared once a program, and copied for each test.
type Template struct {
	// Prepare fills the empty database of a URL.
	Prepare func(ctx context.Context, url string) error

	once sync.Once
	name string
	err  error
}

// Database makes a copy of the template in the shared server, which is gone after the test,
// and gives its URL.
func (p *Template) Database(t testing.TB) string {
	t.Helper()
	database, drop, err := p.Copy(t.Context())
	return until(t, database, drop, err)
}

// Copy is Database where there is no test: the copy is there until it is dropped.
func (p *Template) Copy(ctx context.Context) (database string, drop func() error, err error) {
	s, err := shared()
	if err != nil {
		return "", nil, err
	}
	p.once.Do(func() {
		p.name = fmt.Sprint("template_of_", s.made.Add(1))
		if p.err = s.Exec(ctx, "postgres", "CREATE DATABASE "+p.name+" TEMPLATE template0"); p.err == nil {
			p.err = p.Prepare(ctx, s.URL(p.name))
		}
	})
	if p.err != nil {
		return "", nil, p.err
	}
	return s.create(ctx, p.name)
}

// Name is the name of the database of a URL.
func Name(databaseURL string) string {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Path, "/")
}
