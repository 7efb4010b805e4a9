package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/pflag"
)

// Database is where the record is if it is in PostgreSQL. The zero value is the record in the
// data directory.
type Database struct {
	URL     string // with its password in it: never to be printed
	URLFile string
}

func (d *Database) bind(flags *pflag.FlagSet) {
	flags.StringVar(&d.URL, "database-url", "", "PostgreSQL database of the record: a postgres:// URL; where it holds a password, give it as TENANTRY_DATABASE_URL or in a file")
	flags.StringVar(&d.URLFile, "database-url-file", "", "file that holds the --database-url")
}

// InCluster reports whether the record is in PostgreSQL.
func (d *Database) InCluster() bool { return d.URL != "" }

// read takes the URL from its file.
func (d *Database) read() error {
	if d.URLFile == "" {
		return nil
	}
	if d.URL != "" {
		return errors.New("--database-url, --database-url-file: give one of them")
	}
	text, err := os.ReadFile(d.URLFile)
	if err != nil {
		return fmt.Errorf("--database-url-file: %w", err)
	}
	if d.URL = strings.TrimSpace(string(text)); d.URL == "" {
		return fmt.Errorf("--database-url-file: %s is empty", d.URLFile)
	}
	return nil
}

// validate reports what is wrong, each by fail, and repeats nothing of the URL.
func (d *Database) validate(fail func(format string, args ...any)) {
	if d.URL == "" {
		return
	}
	u, err := url.Parse(d.URL)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Trim(u.Path, "/") == "" {
		fail("--database-url: it is no postgres:// URL with the name of a database")
	}
}

// SpiceDB is where the engine is if it is a cluster of its own. The zero value is the engine in
// the process.
type SpiceDB struct {
	Endpoint   string // HOST:PORT, several with commas, or a target of gRPC's resolvers (dns:///…)
	Insecure   bool
	CA         string // a file; "" for the system's authorities
	ServerName string
	KeyFile    string
	Key        string // TENANTRY_SPICEDB_KEY
	MaxUpdates uint16
}

func (s *SpiceDB) bind(flags *pflag.FlagSet) {
	flags.StringVar(&s.Endpoint, "spicedb-endpoint", "", "SpiceDB cluster that decides: HOST:PORT, several with commas between; needs --database-url")
	flags.BoolVar(&s.Insecure, "spicedb-insecure", false, "speak to SpiceDB without TLS: for a network that nobody else is in")
	flags.StringVar(&s.CA, "spicedb-ca", "", "file with the certificates of authorities that SpiceDB's must come from, PEM; the system's by default")
	flags.StringVar(&s.ServerName, "spicedb-server-name", "", "name that SpiceDB's certificate must have; that of the endpoint by default")
	flags.StringVar(&s.KeyFile, "spicedb-key-file", "", "file that holds SpiceDB's preshared key, read again when it changes; else TENANTRY_SPICEDB_KEY")
	flags.Uint16Var(&s.MaxUpdates, "spicedb-max-updates", 100, "how many updates go to SpiceDB in one write, at most its --write-relationships-max-updates-per-call; the same at all nodes")
}

// InCluster reports whether the engine is a cluster of its own.
func (s *SpiceDB) InCluster() bool { return s.Endpoint != "" }

// Endpoints are the addresses among which calls are spread.
func (s *SpiceDB) Endpoints() []string { return strings.Split(s.Endpoint, ",") }

// minUpdates is how many updates a write must take at least: the fences of two trees and one more.
const minUpdates = 5

// validate reports what is wrong, each by fail.
func (s *SpiceDB) validate(fail func(format string, args ...any)) {
	if !s.InCluster() {
		return
	}
	for _, endpoint := range s.Endpoints() {
		if !strings.Contains(endpoint, ":///") && !validEndpointAddress(endpoint) {
			fail("--spicedb-endpoint: %q is no host:port", endpoint)
		}
	}
	if (s.Key == "") == (s.KeyFile == "") {
		fail("TENANTRY_SPICEDB_KEY, --spicedb-key-file: give one of them")
	}
	if s.Insecure && (s.CA != "" || s.ServerName != "") {
		fail("--spicedb-insecure: goes with neither --spicedb-ca nor --spicedb-server-name")
	}
	if s.MaxUpdates < minUpdates {
		fail("--spicedb-max-updates: must be %d or more", minUpdates)
	}
}

func validEndpointAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && host != "" && validAddress(address)
}

// InCluster reports whether the node is one of many over a record and an engine that they
// share.
func (c *Config) InCluster() bool { return c.Database.InCluster() && c.SpiceDB.InCluster() }

// validateMode refuses half of a cluster.
func (c *Config) validateMode(fail func(format string, args ...any)) {
	if c.Database.InCluster() != c.SpiceDB.InCluster() {
		fail("--database-url, --spicedb-endpoint: one needs the other; without both, the record and the engine are embedded")
	}
}
