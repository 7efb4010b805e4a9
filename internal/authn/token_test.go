package authn

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"encoding/json"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// good are the claims of a token that opens, altered; a nil takes one out.
func good(i *issuer, alter map[string]any) string {
	now := noon.Now()
	c := map[string]any{"iss": i.URL, "aud": "tenantry", "sub": "auth0|max", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix()}
	maps.Copy(c, alter)
	maps.DeleteFunc(c, func(_ string, value any) bool { return value == nil })
	return string(must(json.Marshal(c)))
}

var byRSA = map[string]any{"kid": "rsa"}

func requireUser(t *testing.T, tokens *Tokens, user, text string) {
	t.Helper()
	caller, err := tokens.Authenticate(t.Context(), text)
	require.NoError(t, err)
	require.Equal(t, tenancy.Caller{Kind: tenancy.UserToken, UserID: user}, caller)
}

func requireNobody(t *testing.T, tokens *Tokens, text string) {
	t.Helper()
	caller, err := tokens.Authenticate(t.Context(), text)
	require.Equal(t, tenancy.Caller{}, caller)
	require.Equal(t, tenancy.Unauthenticated(), err, "every refusal is the same")
}

// TestTokensOpen: what issuers write differently is taken.
func TestTokensOpen(t *testing.T) {
	i := newIssuer(t, public("rsa", &rsaKey.PublicKey), public("ec", &ecKey.PublicKey))
	tokens := trusting(i, noon)
	now := noon.Now()
	for name, text := range map[string]string{
		"RS256":                 sign(t, jose.RS256, rsaKey, byRSA, good(i, nil)),
		"ES256":                 sign(t, jose.ES256, ecKey, map[string]any{"kid": "ec"}, good(i, nil)),
		"typ JWT":               sign(t, jose.RS256, rsaKey, map[string]any{"kid": "rsa", "typ": "JWT"}, good(i, nil)),
		"an access token":       sign(t, jose.RS256, rsaKey, map[string]any{"kid": "rsa", "typ": "at+jwt"}, good(i, nil)),
		"a list of audiences":   sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"aud": []string{"other", "tenantry"}})),
		"expired within skew":   sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"exp": now.Add(-29 * time.Second).Unix()})),
		"to come within skew":   sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"nbf": now.Add(30 * time.Second).Unix(), "iat": now.Add(30 * time.Second).Unix()})),
		"without iat":           sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"iat": nil})),
		"fractions of a second": sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"exp": float64(now.Unix()) + 0.5})),
		"claims of its own":     sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"Sub": "olga", "groups": []string{"owner"}, "tenantry": map[string]any{"platform": true}})),
	} {
		t.Run(name, func(t *testing.T) { requireUser(t, tokens, "auth0|max", text) })
	}
}

// TestBrokenTokens is attack 28, and every other token that must not open.
func TestBrokenTokens(t *testing.T) {
	i := newIssuer(t, public("rsa", &rsaKey.PublicKey), public("ec", &ecKey.PublicKey),
		public("small", &smallRSA.PublicKey), public("p384", &p384Key.PublicKey),
		jose.JSONWebKey{Key: &otherRSA.PublicKey, KeyID: "enc", Use: "enc"},
		jose.JSONWebKey{Key: &otherRSA.PublicKey, KeyID: "rs512", Algorithm: "RS512"},
		jose.JSONWebKey{Key: []byte("a secret that the issuer should not have published"), KeyID: "oct"})
	tokens := trusting(i, noon)
	now := noon.Now()
	claim := func(name string, value any) string {
		return sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{name: value}))
	}
	hs := func(kid string, secret []byte) string {
		return sign(t, jose.HS256, secret, map[string]any{"kid": kid}, good(i, nil))
	}
	der := must(x509.MarshalPKIXPublicKey(&rsaKey.PublicKey))
	whole := sign(t, jose.RS256, rsaKey, byRSA, good(i, nil))
	parts := strings.Split(whole, ".")
	twice := strings.TrimSuffix(good(i, nil), "}")
	for name, text := range map[string]string{
		"alg none":                     raw(`{"alg":"none"}`, good(i, nil), nil),
		"alg none, named key":          raw(`{"alg":"none","kid":"rsa"}`, good(i, nil), nil),
		"alg NONE":                     raw(`{"alg":"NONE","kid":"rsa"}`, good(i, nil), nil),
		"no alg":                       raw(`{"kid":"rsa"}`, good(i, nil), []byte("x")),
		"HMAC of the public key's DER": hs("rsa", der),
		"HMAC of the public key's PEM": hs("rsa", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HMAC of the key as it's told": hs("rsa", must(json.Marshal(public("rsa", &rsaKey.PublicKey)))),
		"HMAC of nothing":              raw(`{"alg":"HS256","kid":"rsa"}`, good(i, nil), hmac.New(sha256.New, nil).Sum(nil)),
		"HMAC of a told secret":        hs("oct", []byte("a secret that the issuer should not have published")),
		"RS384":                        sign(t, jose.RS384, rsaKey, byRSA, good(i, nil)),
		"PS256":                        sign(t, jose.PS256, rsaKey, byRSA, good(i, nil)),
		"another's key":                sign(t, jose.RS256, otherRSA, byRSA, good(i, nil)),
		"a key that comes along":       sign(t, jose.RS256, otherRSA, map[string]any{"kid": "rsa", "jwk": public("rsa", &otherRSA.PublicKey)}, good(i, nil)),
		"a key from elsewhere":         sign(t, jose.RS256, otherRSA, map[string]any{"kid": "rsa", "jku": "https://evil.example/keys"}, good(i, nil)),
		"a key of another kind":        sign(t, jose.RS256, rsaKey, map[string]any{"kid": "ec"}, good(i, nil)),
		"a key for encryption":         sign(t, jose.RS256, otherRSA, map[string]any{"kid": "enc"}, good(i, nil)),
		"a key for another algorithm":  sign(t, jose.RS256, otherRSA, map[string]any{"kid": "rs512"}, good(i, nil)),
		"a small key":                  sign(t, jose.RS256, smallRSA, map[string]any{"kid": "small"}, good(i, nil)),
		"no kid among several":         sign(t, jose.RS256, rsaKey, nil, good(i, nil)),
		"an unknown kid":               sign(t, jose.RS256, rsaKey, map[string]any{"kid": "../rsa"}, good(i, nil)),
		"a kid that is no text":        raw(`{"alg":"RS256","kid":["rsa"]}`, good(i, nil), []byte("x")),
		"a header twice":               raw(`{"alg":"RS256","kid":"rsa","kid":"ec"}`, good(i, nil), []byte("x")),
		"critical and unknown":         raw(`{"alg":"RS256","kid":"rsa","crit":["x"],"x":1}`, good(i, nil), []byte("x")),
		"a logout":                     sign(t, jose.RS256, rsaKey, map[string]any{"kid": "rsa", "typ": "logout+jwt"}, good(i, nil)),
		"a security event":             sign(t, jose.RS256, rsaKey, map[string]any{"kid": "rsa", "typ": "secevent+jwt"}, good(i, nil)),
		"a type that is no text":       sign(t, jose.RS256, rsaKey, map[string]any{"kid": "rsa", "typ": 1}, good(i, nil)),
		"wrong aud":                    claim("aud", "other"),
		"wrong auds":                   claim("aud", []string{"other", "tenantr", "Tenantry"}),
		"aud in a text":                claim("aud", "tenantry other"),
		"no aud":                       claim("aud", nil),
		"empty aud":                    claim("aud", ""),
		"no auds":                      claim("aud", []string{}),
		"aud of numbers":               claim("aud", []any{1, "tenantry"}),
		"wrong iss":                    claim("iss", "https://evil.example"),
		"iss with a slash":             claim("iss", i.URL+"/"),
		"no iss":                       claim("iss", nil),
		"expired":                      claim("exp", now.Add(-30*time.Second).Unix()),
		"no exp":                       claim("exp", nil),
		"exp is null":                  sign(t, jose.RS256, rsaKey, byRSA, twiceless(i, `"exp":null`)),
		"exp is a text":                claim("exp", fmt.Sprint(now.Add(time.Hour).Unix())),
		"exp beyond all time":          claim("exp", 1e300),
		"exp before all time":          claim("exp", -1),
		"not yet":                      claim("nbf", now.Add(31*time.Second).Unix()),
		"nbf is a text":                claim("nbf", "0"),
		"issued in the future":         claim("iat", now.Add(31*time.Second).Unix()),
		"no sub":                       claim("sub", nil),
		"empty sub":                    claim("sub", ""),
		"sub is a number":              claim("sub", 7),
		"sub is a list":                claim("sub", []string{"auth0|max"}),
		"sub that is no id":            claim("sub", "*"),
		"sub too long":                 claim("sub", strings.Repeat("x", 129)),
		"iss in other case":            sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"iss": nil, "ISS": i.URL})),
		"aud in other case":            sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"aud": nil, "AUD": "tenantry"})),
		"sub in other case":            sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"sub": nil, "SUB": "olga"})),
		"sub twice":                    sign(t, jose.RS256, rsaKey, byRSA, twice+`,"sub":"olga"}`),
		"aud twice":                    sign(t, jose.RS256, rsaKey, byRSA, twice+`,"aud":"tenantry"}`),
		"no object":                    sign(t, jose.RS256, rsaKey, byRSA, `["iss"]`),
		"no JSON":                      sign(t, jose.RS256, rsaKey, byRSA, `max`),
		"nothing":                      sign(t, jose.RS256, rsaKey, byRSA, ``),
		"no signature":                 parts[0] + "." + parts[1] + ".",
		"another payload":              parts[0] + "." + strings.Split(claim("sub", "olga"), ".")[1] + "." + parts[2],
		"oversized":                    claim("pad", strings.Repeat("x", maxTokenLength)),
		"only dots":                    "..",
	} {
		t.Run(name, func(t *testing.T) { requireNobody(t, tokens, text) })
	}
	requireUser(t, tokens, "auth0|max", whole)
	for at := range whole {
		flipped := []byte(whole)
		flipped[at] ^= 1
		requireNobody(t, tokens, string(flipped))
	}
}

// twiceless are good claims with one written by hand.
func twiceless(i *issuer, claim string) string {
	return strings.TrimSuffix(good(i, map[string]any{"exp": nil}), "}") + "," + claim + "}"
}

// TestTheUsersClaim is the one that was chosen.
func TestTheUsersClaim(t *testing.T) {
	i := newIssuer(t, public("rsa", &rsaKey.PublicKey))
	tokens := NewTokens(Issuer{URL: i.URL, Audience: "tenantry", UserClaim: "console_id"}, noon)
	requireUser(t, tokens, "max", sign(t, jose.RS256, rsaKey, byRSA, good(i, map[string]any{"console_id": "max"})))
	requireNobody(t, tokens, sign(t, jose.RS256, rsaKey, byRSA, good(i, nil)))
	requireUser(t, tokens, "max", sign(t, jose.RS256, rsaKey, nil, good(i, map[string]any{"console_id": "max"}))) // its only key
}

// TestKeysChange: a new key is found when it is first used, one that the issuer no longer
// names is soon forgotten, and who makes up names of keys makes nobody ask the issuer.
func TestKeysChange(t *testing.T) {
	i, clock := newIssuer(t, public("rsa", &rsaKey.PublicKey)), newMovable()
	tokens := trusting(i, clock)
	old, next := sign(t, jose.RS256, rsaKey, byRSA, good(i, nil)), sign(t, jose.RS256, otherRSA, map[string]any{"kid": "next"}, good(i, nil))
	requireUser(t, tokens, "auth0|max", old)
	i.set(func(i *issuer) { i.keys = append(i.keys, public("next", &otherRSA.PublicKey)) })
	requireNobody(t, tokens, next) // the issuer was asked just now
	clock.advance(askPause)
	requireUser(t, tokens, "auth0|max", next)
	require.EqualValues(t, 2, i.asked.Load())

	var callers sync.WaitGroup
	for n := range 50 {
		forged := sign(t, jose.RS256, otherRSA, map[string]any{"kid": fmt.Sprint("forged", n)}, good(i, nil))
		callers.Go(func() {
			_, err := tokens.Authenticate(context.Background(), forged)
			if refusal, ok := tenancy.AsError(err); !ok || refusal.Code != tenancy.CodeUnauthenticated {
				t.Errorf("a forged key: %v", err)
			}
		})
	}
	callers.Wait()
	require.EqualValues(t, 2, i.asked.Load(), "forged names make us ask")

	i.set(func(i *issuer) { i.keys = i.keys[1:] })
	requireUser(t, tokens, "auth0|max", old)
	clock.advance(keysLife)
	requireNobody(t, tokens, old)
	requireUser(t, tokens, "auth0|max", next)
	require.EqualValues(t, 3, i.asked.Load())
}

// TestTheIssuerIsDown: nobody is let in by a key that is not known, and everybody by those
// that are.
func TestTheIssuerIsDown(t *testing.T) {
	i, clock := newIssuer(t, public("rsa", &rsaKey.PublicKey)), newMovable()
	i.set(func(i *issuer) { i.down = true })
	tokens := trusting(i, clock)
	text := sign(t, jose.RS256, rsaKey, byRSA, good(i, nil))
	unanswered := func() {
		for range 3 {
			_, err := tokens.Authenticate(t.Context(), text)
			refusal, ok := tenancy.AsError(err)
			require.True(t, ok)
			require.Equal(t, tenancy.CodeNotFresh, refusal.Code)
		}
	}
	unanswered()
	require.EqualValues(t, 1, i.asked.Load())
	i.set(func(i *issuer) { i.down = false })
	unanswered()
	clock.advance(askPause)
	requireUser(t, tokens, "auth0|max", text)
	i.set(func(i *issuer) { i.down = true })
	clock.advance(2 * keysLife)
	requireUser(t, tokens, "auth0|max", text)
	requireUser(t, tokens, "auth0|max", text)
	require.EqualValues(t, 3, i.asked.Load())
}

// TestAWaitingCallerGivesUp with his own deadline, and takes nothing from the others.
func TestAWaitingCallerGivesUp(t *testing.T) {
	reached, goOn := make(chan struct{}), make(chan struct{})
	k := newIssuerKeys("https://id.example", noon)
	k.ask = func(context.Context) ([]jose.JSONWebKey, error) {
		close(reached)
		<-goOn
		return []jose.JSONWebKey{public("rsa", &rsaKey.PublicKey)}, nil
	}
	first := make(chan []jose.JSONWebKey)
	go func() {
		keys, _ := k.named(context.Background(), "rsa")
		first <- keys
	}()
	<-reached
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := k.named(ctx, "rsa")
	refusal, ok := tenancy.AsError(err)
	require.True(t, ok)
	require.Equal(t, tenancy.CodeNotFresh, refusal.Code)
	close(goOn)
	require.Len(t, <-first, 1)
}

// TestKeysComeFromTheIssuer, and over no line that is less protected than its own.
func TestKeysComeFromTheIssuer(t *testing.T) {
	for name, change := range map[string]func(*issuer){
		"no address":         func(i *issuer) { i.place = "nowhere" },
		"another machine":    func(i *issuer) { i.place = "http://keys.example/keys" },
		"another scheme":     func(i *issuer) { i.place = "file:///keys" },
		"by another name":    func(i *issuer) { i.place = strings.Replace(i.URL, "127.0.0.1", "localhost", 1) + "/keys" },
		"a redirect":         func(i *issuer) { i.place = i.URL + "/moved" },
		"it has none":        func(i *issuer) { i.place = i.URL + "/none" },
		"it says to be else": func(i *issuer) { i.URL += "/other" },
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, public("rsa", &rsaKey.PublicKey))
			tokens := trusting(i, noon)
			i.set(change)
			_, err := tokens.keys.ask(t.Context())
			require.Error(t, err)
		})
	}
}

// TestTokensBesideKeys: a token is told from a key by its form, and neither is taken for the
// other.
func TestTokensBesideKeys(t *testing.T) {
	i := newIssuer(t, public("rsa", &rsaKey.PublicKey))
	service, text := makeKey(t, tenancy.ConsoleKey)
	const bootstrap = "a-bootstrap-key.of-three-parts.in-the-form-of-a-token"
	w := WithTokens{newAuthenticator(t, bootstrap, service), trusting(i, noon)}
	token := sign(t, jose.RS256, rsaKey, byRSA, good(i, nil))
	for credential, want := range map[string]tenancy.Caller{
		text:      {Kind: tenancy.ConsoleKey, KeyID: service.ID},
		bootstrap: {Kind: tenancy.PlatformKey, KeyID: BootstrapKeyID},
		token:     {Kind: tenancy.UserToken, UserID: "auth0|max"},
	} {
		caller, err := w.Authenticate(t.Context(), credential)
		require.NoError(t, err)
		require.Equal(t, want, caller)
	}
	asked := i.asked.Load()
	for _, credential := range []string{"", text + "x", text + ".x.y z", bootstrap[1:], token + " ", token + "\n", " " + token, token + "=", token + ".", `{"payload":"","signatures":[]}`} {
		caller, err := w.Authenticate(t.Context(), credential)
		require.Equal(t, tenancy.Unauthenticated(), err)
		require.Equal(t, tenancy.Caller{}, caller)
	}
	require.Equal(t, asked, i.asked.Load(), "what is no token asks the issuer")
	requireRefused(t, w.Authenticator, token)
}
