// Package storetest says what a store of the record must do. It is the executable form of
// the comments on the ports of package tenancy: each sentence there has a test here, and
// every store passes all of them.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Store is all that a store of the record offers.
type Store interface {
	tenancy.Store
	tenancy.Recorder
	tenancy.Outbox
	Dumper

	// AddServiceKey fails with ErrIDUsed if there ever was a key with its id.
	AddServiceKey(ctx context.Context, key tenancy.ServiceKey) error
	// ServiceKey returns a key, revoked or not; ErrNoRow if there is none.
	ServiceKey(ctx context.Context, id string) (tenancy.ServiceKey, error)
	// ServiceKeys come by id, the revoked ones too.
	ServiceKeys(ctx context.Context) ([]tenancy.ServiceKey, error)
	// RevokeServiceKey fails with ErrNoRow if there is no such key. One that is revoked
	// keeps the time at which it was.
	RevokeServiceKey(ctx context.Context, id string, at time.Time) error

	// Secret is a random key of the record by its name. The first call makes it, and it
	// never changes.
	Secret(ctx context.Context, name string) ([]byte, error)

	// AccessKey returns a key as it is committed, good or not; ErrNoRow if there is none.
	AccessKey(ctx context.Context, id string) (tenancy.AccessKey, error)
	// UseAccessKeys notes when keys were used, by id. A key keeps the latest time; one that
	// is not there is left out. It changes no state.
	UseAccessKeys(ctx context.Context, uses map[string]time.Time) error

	Close() error
}

// Run runs every test, each on an empty store that open gives it and the test closes. The
// store goes by the clock.
func Run(t *testing.T, open func(t *testing.T, clock tenancy.Clock) Store) {
	suites := []map[string]func(world){
		commitTests, basisTests, idTests, refusalTests, trailTests, chainTests, deliveryTests, snapshotTests,
		rowTests, endingTests, belongingTests, treeTests, movedTests, listTests, filterTests, concurrencyTests, serviceKeyTests, propertyTests, answerTests, rehearsalTests, secretTests,
		invitationTests, outboxTests, peopleTests, tenantGroupTests, teamLinkTests,
		resourceTests, accessKeyTests, administratorTests, textTests, dumpTests,
	}
	for _, suite := range suites {
		for name, test := range suite {
			t.Run(name, func(t *testing.T) { test(newWorld(t, open)) })
		}
	}
}

func newWorld(t *testing.T, open func(t *testing.T, clock tenancy.Clock) Store) world {
	clock := &Clock{}
	clock.Set(minute(6))
	s := open(t, clock)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	another := func() world {
		other := newWorld(t, open)
		other.clock.Set(clock.Now())
		return other
	}
	return world{t: t, Store: s, clock: clock, another: another}
}
