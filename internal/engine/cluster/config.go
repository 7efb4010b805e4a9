package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Defaults of a Config.
const (
	DefaultCallTimeout  = 5 * time.Second
	DefaultBackoff      = 50 * time.Millisecond
	DefaultMaxBackoff   = time.Second
	DefaultMaxReconnect = 3 * time.Second
	DefaultFailures     = 5
	DefaultOpenFor      = time.Second
	DefaultDeadAfter    = 10 * time.Second
)

// Config says where the SpiceDB is and how it is spoken to. Endpoints and a key have to be
// given; all else is good as it is for a stock SpiceDB with TLS.
type Config struct {
	// Endpoints are the nodes, each "host:port"; calls go to all that answer, in turn. A
	// single one may be a name with many addresses, or a target of gRPC, as
	// "dns:///spicedb.internal:50051".
	Endpoints []string

	// CAFile holds the certificates that may issue those of SpiceDB, in PEM form; "" for
	// those that the system trusts. It is read again for every connection, so it may be
	// changed at any time.
	CAFile string

	// ServerName is the name that SpiceDB's certificate has to be for; "" for the host of
	// its endpoint.
	ServerName string

	// Insecure does without TLS: whoever is on the way reads the key, and decides.
	Insecure bool

	// Key is the preshared key, or KeyFile the file that holds it. The file may be changed
	// at any time: it is read again every second that it is used, and at once when SpiceDB
	// refuses the key. A call that is refused is then tried once more.
	Key     string
	KeyFile string

	// CallTimeout is how long a call may take, with its retries, if its caller does not give
	// it less; of a stream it is how long each message may take. Writing the schema and
	// loading take what they take.
	CallTimeout time.Duration

	// Backoff and MaxBackoff are the first and the longest pause before a read that did not
	// get through is tried again. Each is a little different from what is said here, so that
	// those who wait do not come back together.
	Backoff, MaxBackoff time.Duration

	// MaxReconnect is the longest pause between attempts to connect to a node that is down.
	MaxReconnect time.Duration

	// Failures is how many calls in a row fail until the circuit opens; then calls fail at
	// once for OpenFor, and after that one at a time is let through until one succeeds.
	Failures uint32
	OpenFor  time.Duration

	// DeadAfter is how long a connection may leave what was sent unacknowledged until it is
	// given up. Nothing is sent only to find that out: a stock SpiceDB takes pings more often
	// than each 5 minutes for an attack.
	DeadAfter time.Duration

	// MaxUpdates is how many updates one write takes, engine.DefaultMaxUpdates if 0.
	MaxUpdates int

	// Probe is told of every call, nil for none. One that the circuit keeps back is no call.
	Probe tenancy.Probe
}

// validate refuses what would speak to nobody, or in the open without having been told to.
func (c Config) validate() error {
	switch {
	case len(c.Endpoints) == 0:
		return errors.New("no endpoint of SpiceDB is given")
	case c.Key == "" && c.KeyFile == "":
		return errors.New("the key of SpiceDB is not given")
	case c.Key != "" && c.KeyFile != "":
		return errors.New("the key of SpiceDB is given twice, and in a file")
	case c.Insecure && (c.CAFile != "" || c.ServerName != ""):
		return errors.New("without TLS there is no certificate to be judged")
	case c.MaxUpdates != 0 && c.MaxUpdates < engine.LeastMaxUpdates:
		return fmt.Errorf("a write has to take %d updates at least", engine.LeastMaxUpdates)
	}
	for _, endpoint := range c.Endpoints {
		if len(c.Endpoints) > 1 && strings.Contains(endpoint, "://") {
			return fmt.Errorf("%s is a target of its own, and can't be one of several endpoints", endpoint)
		}
	}
	return nil
}

func (c Config) withDefaults() Config {
	c.CallTimeout = cmp.Or(c.CallTimeout, DefaultCallTimeout)
	c.Backoff = cmp.Or(c.Backoff, DefaultBackoff)
	c.MaxBackoff = max(c.Backoff, cmp.Or(c.MaxBackoff, DefaultMaxBackoff))
	c.MaxReconnect = cmp.Or(c.MaxReconnect, DefaultMaxReconnect)
	c.Failures = cmp.Or(c.Failures, DefaultFailures)
	c.OpenFor = cmp.Or(c.OpenFor, DefaultOpenFor)
	c.DeadAfter = cmp.Or(c.DeadAfter, DefaultDeadAfter)
	if c.Probe == nil {
		c.Probe = tenancy.Unwatched{}
	}
	return c
}
