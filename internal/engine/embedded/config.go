package embedded

import (
	"errors"
	"iter"
	"time"

	"github.com/authzed/spicedb/pkg/datastore"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Config says what an embedded engine works on and who else may speak to it. The zero
// value is an engine for its own process alone, which holds nothing yet.
type Config struct {
	// Datastore holds the relationships. Its owner closes it, after Stop. Without one the
	// engine makes an indexed store of its own.
	Datastore datastore.Datastore

	// Relationships are loaded before the listeners open, see [Engine.Load]; nil for none.
	Relationships iter.Seq2[tenancy.Relationship, error]

	// ZedListen is the TCP address at which SpiceDB's whole API is served to callers with
	// the token ZedKey; "" for none, port 0 for any free port. Who holds ZedKey can write
	// relationships and the schema, past every rule of the product.
	ZedListen string
	ZedKey    string

	// AuditorListen is the address at which the reading part of SpiceDB's API is served to
	// callers with the token AuditorKey. They see the relationships of all trees.
	AuditorListen string
	AuditorKey    string

	// MaxUpdates is how many updates one write takes, engine.DefaultMaxUpdates if 0.
	MaxUpdates uint16

	// Probe is told of every call of this process, nil for none. What others ask over the
	// listeners is not told.
	Probe tenancy.Probe

	// StopGrace is how long Stop waits for calls over the listeners to end before it cuts
	// them, 5 seconds if 0. A zed that watches never ends by itself.
	StopGrace time.Duration
}

// validate refuses a listener that would let everybody in.
func (c Config) validate() error {
	if c.ZedListen != "" && c.ZedKey == "" {
		return errors.New("the zed listener needs a key")
	}
	if c.AuditorListen != "" && c.AuditorKey == "" {
		return errors.New("the auditors' listener needs a key")
	}
	if c.AuditorListen != "" && c.AuditorKey == c.ZedKey {
		return errors.New("the auditors' key must not be the key that can write")
	}
	return nil
}
