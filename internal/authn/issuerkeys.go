package authn

import (
	"context"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	// keysLife is how long keys are used before the issuer is asked whether they still are
	// its. Those that are known stay good while it does not answer.
	keysLife = 10 * time.Minute
	// askPause is how long the issuer is left alone after it was asked. Anybody can make up
	// a key's name.
	askPause = 10 * time.Second
)

// issuerKeys are the public keys of an issuer.
type issuerKeys struct {
	clock tenancy.Clock
	ask   func(ctx context.Context) ([]jose.JSONWebKey, error)
	// turn holds one token: who has it asks. A channel, so that waiting for it ends with the
	// context.
	turn chan struct{}

	mu     sync.Mutex
	keys   []jose.JSONWebKey
	known  time.Time // when the issuer named them, zero for never
	asked  time.Time // when it was asked last
	failed error     // what came of that
}

func newIssuerKeys(issuer string, clock tenancy.Clock) *issuerKeys {
	return &issuerKeys{clock: clock, ask: newDiscovery(issuer).keys, turn: make(chan struct{}, 1)}
}

// named are the keys with an id, and without one the only key that there is. It is an error
// if none is known, and the issuer can't be asked.
func (k *issuerKeys) named(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	keys, current, _ := k.look(id)
	if len(keys) > 0 && current {
		return keys, nil
	}
	if len(keys) > 0 {
		return k.renewed(ctx, id, keys), nil
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, tenancy.Unavailable(tenancy.CodeNotFresh, context.Cause(ctx))
	}
	k.renew(ctx)
	keys, _, err := k.look(id)
	if len(keys) == 0 && err != nil {
		return nil, tenancy.Unavailable(tenancy.CodeNotFresh, err)
	}
	return keys, nil
}

// renewed asks whether keys that were known long ago still are the issuer's. One caller asks,
// the others go on with what is known.
func (k *issuerKeys) renewed(ctx context.Context, id string, keys []jose.JSONWebKey) []jose.JSONWebKey {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	default:
		return keys
	}
	k.renew(ctx)
	keys, _, _ = k.look(id)
	return keys
}

// look is what is known now, whether that is current, and what came of asking last.
func (k *issuerKeys) look(id string) (keys []jose.JSONWebKey, current bool, failed error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range k.keys {
		if key.KeyID == id || id == "" && len(k.keys) == 1 {
			keys = append(keys, key)
		}
	}
	return keys, k.clock.Now().Sub(k.known) < keysLife, k.failed
}

// renew asks the issuer, unless it was asked just now. It is called by whoever has the turn.
func (k *issuerKeys) renew(ctx context.Context) {
	if !k.due() {
		return
	}
	keys, err := k.ask(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed = err
	if err == nil {
		k.keys, k.known = keys, k.clock.Now()
	}
}

func (k *issuerKeys) due() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.clock.Now()
	if !k.asked.IsZero() && now.Sub(k.asked) < askPause {
		return false
	}
	k.asked = now
	return true
}
