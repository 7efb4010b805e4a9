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

// Keys finds service keys in the record.
type Keys interface {
	// ServiceKey returns the key with the id, revoked or not; tenancy.ErrNoRow if there is
	// none.
	ServiceKey(ctx context.Context, id string) (tenancy.ServiceKey, error)
}

// Authenticator knows callers by their keys. It is safe for concurrent use, and keeps
// nothing between calls: a revoked key is refused on the next one.
type Authenticator struct {
	keys      Keys
	bootstrap []byte // hash of the bootstrap key, nil without one
}

// New returns an Authenticator over the keys of the record and the bootstrap key, which
// is "" for none.
func New(keys Keys, bootstrapKey string) (*Authenticator, error) {
	a := &Authenticator{keys: keys}
	if bootstrapKey == "" {
		return a, nil
	}
	if n := len(bootstrapKey); n < MinBootstrapKeyLength || n > maxKeyLength {
		return nil, fmt.Errorf("the bootstrap key must have %d to %d characters", MinBootstrapKeyLength, maxKeyLength)
	}
	a.bootstrap = hash(bootstrapKey)
	return a, nil
}

// Authenticate tells whose key it is: the kind and id of the caller. It fails with
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
	switch {
	case errors.Is(err, tenancy.ErrNoRow):
		return noKey, nil
	case err != nil:
		return tenancy.ServiceKey{}, tenancy.Unavailable(tenancy.CodeStoreUnavailable, err)
	}
	return key, nil
}
