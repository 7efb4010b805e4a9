package authn

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// movable is a clock that tests put forward.
type movable struct{ at atomic.Int64 }

func newMovable() *movable {
	m := &movable{}
	m.at.Store(noon.Now().UnixNano())
	return m
}

func (m *movable) Now() time.Time          { return time.Unix(0, m.at.Load()).UTC() }
func (m *movable) advance(d time.Duration) { m.at.Add(int64(d)) }

// issuer is a fake of one: it names keys, and signs whatever a test wants.
type issuer struct {
	*httptest.Server
	mu    sync.Mutex
	keys  []jose.JSONWebKey
	down  bool
	place string // of the keys, instead of its own
	asked atomic.Int64
}

func newIssuer(t testing.TB, keys ...jose.JSONWebKey) *issuer {
	t.Helper()
	i := &issuer{keys: keys}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.asked.Add(1)
		i.mu.Lock()
		defer i.mu.Unlock()
		place := i.URL + "/keys"
		if i.place != "" {
			place = i.place
		}
		i.answer(w, map[string]any{"issuer": i.URL, "jwks_uri": place})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.answer(w, jose.JSONWebKeySet{Keys: i.keys})
	})
	mux.Handle("/moved", http.RedirectHandler("/keys", http.StatusFound))
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) answer(w http.ResponseWriter, body any) {
	if i.down {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	_, _ = w.Write(must(json.Marshal(body)))
}

func (i *issuer) set(change func(*issuer)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change(i)
}

// public is a key as issuers name it.
func public(id string, key crypto.PublicKey) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key, KeyID: id, Use: "sig"}
}

var (
	rsaKey, otherRSA = must(rsa.GenerateKey(rand.Reader, 2048)), must(rsa.GenerateKey(rand.Reader, 2048))
	ecKey            = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	p384Key          = must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	smallRSA         = must(rsa.GenerateKey(rand.Reader, 1024))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// sign makes a token of a payload as it is written.
func sign(t testing.TB, algorithm jose.SignatureAlgorithm, key any, header map[string]any, payload string) string {
	t.Helper()
	options := &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{}}
	for name, value := range header {
		options.ExtraHeaders[jose.HeaderKey(name)] = value
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	require.NoError(t, err)
	signed, err := signer.Sign([]byte(payload))
	require.NoError(t, err)
	text, err := signed.CompactSerialize()
	require.NoError(t, err)
	return text
}

// raw makes a token without any library that could object.
func raw(header, payload string, signature []byte) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(payload)) + "." + encode(signature)
}

// trusting is the Tokens of an issuer, on a clock.
func trusting(i *issuer, clock tenancy.Clock) *Tokens {
	return NewTokens(Issuer{URL: i.URL, Audience: "tenantry", UserClaim: "sub", Skew: 30 * time.Second}, clock)
}
