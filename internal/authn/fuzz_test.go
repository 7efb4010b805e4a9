package authn

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// FuzzForgedToken: who has no key of the issuer makes no token that opens, whatever he makes
// of the parts of one that does: it opens if all parts of it are the issuer's. The parts are
// other ones in each process, so inputs name them.
func FuzzForgedToken(f *testing.F) {
	i := newIssuer(f, public("rsa", &rsaKey.PublicKey), public("ec", &ecKey.PublicKey))
	tokens := trusting(i, noon)
	genuine := strings.Split(sign(f, jose.ES256, ecKey, map[string]any{"kid": "ec"}, good(i, nil)), ".")
	parts := strings.NewReplacer("{header}", genuine[0], "{payload}", genuine[1], "{signature}", genuine[2])
	for _, text := range []string{
		"{header}.{payload}.{signature}", "eyJhbGciOiJub25lIn0.{payload}.", "{header}.{payload}.AAAA", "{header}.{payload}.{signature}=",
		"eyJhbGciOiJIUzI1NiIsImtpZCI6ImVjIn0.{payload}.{signature}", "{header}.{header}.{signature}.{signature}",
	} {
		f.Add(text, uint16(0), byte(0))
		f.Add(text, uint16(100), byte(2))
	}
	f.Fuzz(func(t *testing.T, text string, at uint16, flipped byte) {
		token := []byte(parts.Replace(text))
		if int(at) < len(token) {
			token[at] ^= flipped
		}
		caller, err := tokens.Authenticate(t.Context(), string(token))
		if string(token) == strings.Join(genuine, ".") {
			require.NoError(t, err)
			return
		}
		written, same := strings.CutPrefix(string(token), genuine[0]+"."+genuine[1]+".")
		signature, undecodable := base64.RawURLEncoding.DecodeString(written)
		if same && undecodable == nil && bytes.Equal(signature, must(base64.RawURLEncoding.DecodeString(genuine[2]))) {
			return // it is signed, and written in a way that not every reader takes
		}
		require.Equal(t, tenancy.Unauthenticated(), err)
		require.Equal(t, tenancy.Caller{}, caller)
	})
}

// FuzzClaims: of what an issuer has signed, the claims are judged as any reader of JSON sees
// them; where two readers could see different claims, it is refused.
func FuzzClaims(f *testing.F) {
	i := newIssuer(f, public("ec", &ecKey.PublicKey))
	tokens := trusting(i, noon)
	const place = "https://issuer"
	for _, payload := range []string{
		good(i, nil), good(i, map[string]any{"aud": []string{"x", "tenantry"}}), good(i, map[string]any{"exp": 1e300}), good(i, map[string]any{"sub": nil}),
		strings.TrimSuffix(good(i, nil), "}") + `,"sub":"olga"}`, strings.Replace(good(i, nil), `"sub"`, `"ſub"`, 1), `[]`, `{"exp":"x"}`,
	} {
		f.Add([]byte(strings.ReplaceAll(payload, i.URL, place)))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		text := strings.ReplaceAll(string(payload), place, i.URL)
		caller, err := tokens.Authenticate(t.Context(), sign(t, jose.ES256, ecKey, map[string]any{"kid": "ec"}, text))
		if err != nil {
			require.Equal(t, tenancy.Unauthenticated(), err)
			return
		}
		var all map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &all))
		require.Equal(t, i.URL, all["iss"])
		require.Equal(t, caller.UserID, all["sub"])
		require.True(t, tenancy.ValidUserID(caller.UserID))
		require.Greater(t, all["exp"], float64(noon.Now().Add(-30*time.Second).Unix()))
		several, _ := all["aud"].([]any)
		require.True(t, all["aud"] == "tenantry" || slices.Contains(several, any("tenantry")))
	})
}

// FuzzKeys: the text of a key opens, and nothing that is made of it does.
func FuzzKeys(f *testing.F) {
	id := strings.Repeat("0", 26)
	secret := strings.Repeat("A", secretLength)
	platform, access, bootstrap := "tpk_"+id+"_"+secret, "tak_"+id+"_"+secret, strings.Repeat("b", MinBootstrapKeyLength)
	keys := record{
		keys:   map[string]tenancy.ServiceKey{"tpk_" + id: {ID: "tpk_" + id, Kind: tenancy.PlatformKey, Hash: hash(platform)}},
		access: map[string]tenancy.AccessKey{"tak_" + id: {ID: "tak_" + id, Hash: hash(access)}},
	}
	a, err := New(keys, noon, nil, bootstrap)
	require.NoError(f, err)
	for _, text := range []string{platform, access, bootstrap, "tpk_", "tak__" + secret, "tck_" + id + "_" + secret, strings.Repeat("_", 60)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		caller, err := a.Authenticate(t.Context(), text)
		if text == platform || text == access || text == bootstrap {
			require.NoError(t, err)
			return
		}
		require.Equal(t, tenancy.Unauthenticated(), err)
		require.Equal(t, tenancy.Caller{}, caller)
	})
}
