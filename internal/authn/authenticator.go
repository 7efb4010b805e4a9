package authn

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// BootstrapKeyID is the id under which the trail names the bootstrap key.
const BootstrapKeyID = "bootstrap"

// MinBootstrapKeyLength is the shortest text that is taken as a bootstrap key. How hard
// it is to guess is up to whoever chose it.
const MinBootstrapKeyLength = 32

// maxKeyLength bounds what is hashed for a caller that nobody knows yet.
const maxKeyLength = 1024

// Keys finds keys in the record, as they are committed.
type Keys interface {
	// ServiceKey returns the key with the id, revoked or not; tenancy.ErrNoRow if there is
	// none.
	ServiceKey(ctx context.Context, id string) (tenancy.ServiceKey, error)
	// AccessKey returns the key with the id, good or not; tenancy.ErrNoRow if there is
	// none, also when it went with the machine or agent whose it was.
	AccessKey(ctx context.Context, id string) (tenancy.AccessKey, error)
}

// Authenticator knows callers by their keys. It is safe for concurrent use. It keeps no key
// between calls: one that is revoked is refused on the next call, at every node.
type Authenticator struct {
	keys      Keys
	clock     tenancy.Clock
	uses      *Uses
	bootstrap []byte // hash of the bootstrap key, nil without one
}

// New returns an Authenticator over the keys of the record and the bootstrap key, which
// is "" for none. Access keys end by the clock; when they were used is told to uses, which
// may be nil.
func New(keys Keys, clock tenancy.Clock, uses *Uses, bootstrapKey string) (*Authenticator, error) {
	a := &Authenticator{keys: keys, clock: clock, uses: uses}
	if bootstrapKey == "" {
		return a, nil
	}
	if n := len(bootstrapKey); n < MinBootstrapKeyLength || n > maxKeyLength {
		return nil, fmt.Errorf("the bootstrap key must have %d to %d characters", MinBootstrapKeyLength, maxKeyLength)
	}
	a.bootstrap = hash(bootstrapKey)
	return a, nil
}

// Authenticate tells whose key it is: the kind and id of the caller, and for an access key
// the machine or agent, and its tree. It fails with
// tenancy.CodeUnauthenticated, in one way for everything that can be wrong with a key,
// and with tenancy.CodeStoreUnavailable if the record can't be asked.
func (a *Authenticator) Authenticate(ctx context.Context, text string) (tenancy.Caller, error) {
	if text == "" || len(text) > maxKeyLength {
		return tenancy.Caller{}, tenancy.Unauthenticated()
	}
	presented := hash(text)
	if subtle.ConstantTimeCompare(presented, a.bootstrap) == 1 {
		return tenancy.Caller{Kind: tenancy.PlatformKey, KeyID: BootstrapKeyID}, nil
	}
	if isAccessKey(text) {
		return a.machine(ctx, text, presented)
	}
	key, err := a.find(ctx, text)
	if err != nil {
		return tenancy.Caller{}, err
	}
	same := subtle.ConstantTimeCompare(presented, key.Hash) == 1
	if !same || !key.RevokedAt.IsZero() {
		return tenancy.Caller{}, tenancy.Unauthenticated()
	}
	return tenancy.Caller{Kind: key.Kind, KeyID: key.ID}, nil
}

// noKey stands in for a key that is not there, so that it is compared like any other. No
// text is known that has its hash.
var noKey = tenancy.ServiceKey{Hash: make([]byte, len(hash("")))}

func (a *Authenticator) find(ctx context.Context, text string) (tenancy.ServiceKey, error) {
	id, ok := parseKeyID(text)
	if !ok {
		return noKey, nil
	}
	key, err := a.keys.ServiceKey(ctx, id)
	return orNone(key, noKey, err)
}

// machine knows a machine or agent by its access key.
func (a *Authenticator) machine(ctx context.Context, text string, presented []byte) (tenancy.Caller, error) {
	key, err := a.findAccessKey(ctx, text)
	if err != nil {
		return tenancy.Caller{}, err
	}
	now := a.clock.Now()
	same := subtle.ConstantTimeCompare(presented, key.Hash) == 1
	if !same || !key.Good(now) {
		return tenancy.Caller{}, tenancy.Unauthenticated()
	}
	a.uses.note(key.ID, now)
	return tenancy.Caller{Kind: tenancy.MachineKey, KeyID: key.ID, Subject: key.Subject, RootID: key.RootID}, nil
}

// noAccessKey stands in for an access key that is not there, as noKey does.
var noAccessKey = tenancy.AccessKey{Hash: noKey.Hash}

func (a *Authenticator) findAccessKey(ctx context.Context, text string) (tenancy.AccessKey, error) {
	id, ok := parseKeyID(text)
	if !ok {
		return noAccessKey, nil
	}
	key, err := a.keys.AccessKey(ctx, id)
	return orNone(key, noAccessKey, err)
}

// orNone puts the key that stands in for none in the place of one that is not there.
func orNone[K any](key, none K, err error) (K, error) {
	switch {
	case errors.Is(err, tenancy.ErrNoRow):
		return none, nil
	case err != nil:
		return none, tenancy.Unavailable(tenancy.CodeStoreUnavailable, err)
	}
	return key, nil
}
