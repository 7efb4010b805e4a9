package authn

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Issuer says whose tokens are taken for those of users, and how.
type Issuer struct {
	// URL is the issuer's, as it stands in its tokens. Its keys are found from there.
	URL string
	// Audience is what a token must be meant for: this service.
	Audience string
	// UserClaim is the claim that holds the id of the user.
	UserClaim string
	// Skew is how far the issuer's clock may be off.
	Skew time.Duration
}

// maxTokenLength bounds what is parsed for a caller that nobody knows yet.
const maxTokenLength = 16 << 10

// algorithms are those in which tokens are signed. None of them has a secret that both sides
// know, so no public key is ever taken for one.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

// Tokens knows users by the tokens of one issuer (OpenID Connect). It is safe for concurrent
// use. Whether there is such a user, and whether he is active, is not its business.
type Tokens struct {
	issuer Issuer
	clock  tenancy.Clock
	keys   *issuerKeys
}

// NewTokens trusts an issuer. It asks it nothing yet: a node starts without it.
func NewTokens(issuer Issuer, clock tenancy.Clock) *Tokens {
	return &Tokens{issuer: issuer, clock: clock, keys: newIssuerKeys(issuer.URL, clock)}
}

// IsToken reports whether a credential has the form of a token: three parts in base64url. No
// key has it, unless an operator chose a bootstrap key that has.
func IsToken(text string) bool {
	strange := func(c rune) bool {
		return c != '.' && c != '-' && c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
	}
	return strings.Count(text, ".") == 2 && !strings.ContainsFunc(text, strange)
}

// Authenticate tells whose token it is. It fails with tenancy.CodeUnauthenticated, in one
// way for everything that can be wrong with a token, and with tenancy.CodeNotFresh if its key
// is not known and the issuer can't be asked for it.
func (t *Tokens) Authenticate(ctx context.Context, text string) (tenancy.Caller, error) {
	if len(text) > maxTokenLength {
		return tenancy.Caller{}, tenancy.Unauthenticated()
	}
	payload, err := t.verify(ctx, text)
	if err != nil {
		return tenancy.Caller{}, err
	}
	claims, ok := readClaims(payload)
	user := claims.text(t.issuer.UserClaim)
	if !ok || !t.accepts(claims) || !tenancy.ValidUserID(user) {
		return tenancy.Caller{}, tenancy.Unauthenticated()
	}
	return tenancy.Caller{Kind: tenancy.UserToken, UserID: user}, nil
}

// verify gives what the issuer has signed. Why it is refused is never told: the reason may
// repeat what is in the token.
func (t *Tokens) verify(ctx context.Context, text string) (payload json.RawMessage, err error) {
	signature := &signature{keys: t.keys}
	verifier := oidc.NewVerifier(t.issuer.URL, signature, &oidc.Config{
		ClientID:             t.issuer.Audience,
		SupportedSigningAlgs: []string{string(jose.RS256), string(jose.ES256)},
		SkipExpiryCheck:      true, // see accepts, which knows the skew
	})
	token, err := verifier.Verify(ctx, text)
	if signature.failed != nil {
		return nil, signature.failed
	}
	if err != nil || token.Claims(&payload) != nil {
		return nil, tenancy.Unauthenticated()
	}
	return payload, nil
}

// accepts judges the claims by their exact names, each of which stands there once: a user who
// may choose the name of another claim of his must not be able to make himself another one.
func (t *Tokens) accepts(c claims) bool {
	now := t.clock.Now()
	expires, given := c.instant("exp")
	if !given || !now.Before(expires.Add(t.issuer.Skew)) {
		return false
	}
	for _, name := range []string{"nbf", "iat"} {
		if _, has := c[name]; !has {
			continue
		}
		at, readable := c.instant(name)
		if !readable || at.After(now.Add(t.issuer.Skew)) {
			return false
		}
	}
	return c.text("iss") == t.issuer.URL && c.isFor(t.issuer.Audience)
}

// WithTokens knows users by their tokens, and everybody else by keys.
type WithTokens struct {
	*Authenticator
	Tokens *Tokens
}

// Authenticate tells whose key or token it is.
func (w WithTokens) Authenticate(ctx context.Context, text string) (tenancy.Caller, error) {
	caller, err := w.Authenticator.Authenticate(ctx, text)
	if refusal, ok := tenancy.AsError(err); ok && refusal.Code == tenancy.CodeUnauthenticated && IsToken(text) {
		return w.Tokens.Authenticate(ctx, text)
	}
	return caller, err
}
