package relindex

import (
	"cmp"
	"errors"
	"time"

	"github.com/google/uuid"
)

// What a zero Config stands for.
const (
	DefaultWindow       = 10 * time.Minute
	DefaultMaxRevisions = 4096
	DefaultMaxChanges   = 100_000
	DefaultWatchBuffer  = 128
	DefaultWatchTimeout = time.Second
)

// Config says how much of its past a Datastore keeps, and who it is. Every zero
// value is usable. The newest revision is kept whatever the limits say.
type Config struct {
	// Window is how old a revision may be that a new request, or a new watch,
	// begins at. A request that is under way may read its revision until Window
	// after the next one was committed.
	Window time.Duration

	// MaxRevisions is how many revisions are kept within the window. A kept
	// revision costs the index nodes that later writes replaced: some 10 KB for
	// a single relationship.
	MaxRevisions int

	// MaxChanges is how many written relationships all kept revisions may have
	// together.
	MaxChanges int

	// WatchBuffer is how many messages a watch holds for its reader, unless the
	// watch asks for another number.
	WatchBuffer uint16

	// WatchTimeout is how long a watch waits for room in a full buffer before it
	// is disconnected, unless the watch asks for another time.
	WatchTimeout time.Duration

	// UniqueID identifies the data in tokens handed to clients: at least 8
	// characters. By default a new UUID, so that tokens of another process are
	// told apart.
	UniqueID string

	// Now is the clock that dates revisions and decides what has expired.
	Now func() time.Time
}

func (c Config) withDefaults() (Config, error) {
	if c.Window < 0 || c.MaxRevisions < 0 || c.MaxChanges < 0 || c.WatchTimeout < 0 {
		return Config{}, errors.New("relindex: limits must not be negative")
	}
	c.Window = cmp.Or(c.Window, DefaultWindow)
	c.MaxRevisions = cmp.Or(c.MaxRevisions, DefaultMaxRevisions)
	c.MaxChanges = cmp.Or(c.MaxChanges, DefaultMaxChanges)
	c.WatchBuffer = cmp.Or(c.WatchBuffer, DefaultWatchBuffer)
	c.WatchTimeout = cmp.Or(c.WatchTimeout, DefaultWatchTimeout)
	if c.UniqueID == "" {
		c.UniqueID = uuid.NewString()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}
