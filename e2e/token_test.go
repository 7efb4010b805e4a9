package e2e

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// identities is a small identity provider.
type identities struct {
	*httptest.Server
	key *rsa.PrivateKey
}

func newIdentities(t *testing.T) *identities {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	i := &identities{key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+"/keys")
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		exponent := big.NewInt(int64(key.E)).Bytes()
		fmt.Fprintf(w, `{"keys":[{"kty":"RSA","kid":"k","n":%q,"e":%q}]}`, base64URL(key.N.Bytes()), base64URL(exponent))
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

var base64URL = base64.RawURLEncoding.EncodeToString

// token is what a person gets who has signed in there.
func (i *identities) token(t *testing.T, audience, user string, life time.Duration) string {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"iss": i.URL, "aud": audience, "sub": user, "exp": time.Now().Add(life).Unix()})
	require.NoError(t, err)
	text := base64URL([]byte(`{"alg":"RS256","kid":"k","typ":"JWT"}`)) + "." + base64URL(payload)
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, digest[:])
	require.NoError(t, err)
	return text + "." + base64URL(signature)
}

// TestUsersCallWithTokens of their identity provider, over which nobody has to act for them;
// it need not answer when the service starts.
func TestUsersCallWithTokens(t *testing.T) {
	i := newIdentities(t)
	p := start(t, t.TempDir(), "serve", "--oidc-issuer", i.URL, "--oidc-audience", "tenantry")
	storyOfTokens(t, &p.client, i)
	require.NotContains(t, p.stderr.String()+p.seen(), "eyJ", "a token is in the log")
}

// storyOfTokens has people call with their own.
func storyOfTokens(t *testing.T, p *client, i *identities) {
	t.Helper()
	p.root(t, "acme", "alice")
	alice := i.token(t, "tenantry", "alice", time.Hour)
	asks := func(user string) map[string]any {
		return map[string]any{"subject": map[string]any{"type": "user", "id": user}, "permission": "own", "resource": map[string]any{"type": "organization", "id": "acme"}}
	}
	for name, c := range map[string]struct {
		token, method, path string
		body                any
		status              int
	}{
		"about herself":   {alice, "POST", "/v1/check", asks("alice"), 200},
		"why":             {alice, "POST", "/v1/explain", asks("alice"), 200},
		"about another":   {alice, "POST", "/v1/check", asks("bob"), 403},
		"her place":       {alice, "GET", "/v1/organizations/acme", nil, 200},
		"an operation":    {alice, "POST", "/v1/organizations/acme/groups", map[string]any{"id": "team", "name": "Team", "claims": []string{}}, 201},
		"the platform's":  {alice, "PUT", "/v1/organizations/acme/subscription", map[string]any{"plan": "free", "status": "active"}, 403},
		"not for us":      {i.token(t, "other", "alice", time.Hour), "GET", "/v1/organizations/acme", nil, 401},
		"over":            {i.token(t, "tenantry", "alice", -time.Hour), "GET", "/v1/organizations/acme", nil, 401},
		"of an unknown":   {i.token(t, "tenantry", "nobody", time.Hour), "GET", "/v1/organizations/acme", nil, 401},
		"of another's":    {newIdentities(t).token(t, "tenantry", "alice", time.Hour), "GET", "/v1/organizations/acme", nil, 401},
		"about a machine": {alice, "POST", "/v1/self/check", map[string]any{"permission": "read", "resource": map[string]any{"type": "backup_config", "id": "x"}}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := p.with(c.token, c.method, c.path, c.body)
			require.NoError(t, err)
			require.Equal(t, c.status, a.status, a.body)
		})
	}
}
