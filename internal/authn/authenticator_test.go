package authn

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// record is the keys of a record; err is what it fails with.
type record struct {
	keys   map[string]tenancy.ServiceKey
	access map[string]tenancy.AccessKey
	err    error
}

func (r record) ServiceKey(_ context.Context, id string) (tenancy.ServiceKey, error) {
	if r.err != nil {
		return tenancy.ServiceKey{}, r.err
	}
	key, ok := r.keys[id]
	if !ok {
		return tenancy.ServiceKey{}, tenancy.ErrNoRow
	}
	return key, nil
}

func (r record) AccessKey(_ context.Context, id string) (tenancy.AccessKey, error) {
	if r.err != nil {
		return tenancy.AccessKey{}, r.err
	}
	key, ok := r.access[id]
	if !ok {
		return tenancy.AccessKey{}, tenancy.ErrNoRow
	}
	return key, nil
}

// fixed is a clock that stands still.
type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

var noon = fixed(time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC))

func makeKey(t *testing.T, kind tenancy.KeyKind) (tenancy.ServiceKey, string) {
	t.Helper()
	key, text, err := NewServiceKey(kind, "test", time.Unix(1, 0))
	require.NoError(t, err)
	return key, text
}

func newAuthenticator(t *testing.T, bootstrap string, keys ...tenancy.ServiceKey) *Authenticator {
	t.Helper()
	r := record{keys: map[string]tenancy.ServiceKey{}}
	for _, key := range keys {
		r.keys[key.ID] = key
	}
	a, err := New(r, noon, nil, bootstrap)
	require.NoError(t, err)
	return a
}

func requireRefused(t *testing.T, a *Authenticator, text string) {
	t.Helper()
	caller, err := a.Authenticate(t.Context(), text)
	require.Equal(t, tenancy.Caller{}, caller)
	require.Equal(t, tenancy.Unauthenticated(), err, "every refusal is the same")
}

func TestKeyOpens(t *testing.T) {
	for kind, prefix := range map[tenancy.KeyKind]string{tenancy.PlatformKey: "tpk_", tenancy.ConsoleKey: "tck_"} {
		key, text := makeKey(t, kind)
		require.True(t, strings.HasPrefix(text, prefix))
		caller, err := newAuthenticator(t, "", key).Authenticate(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, tenancy.Caller{Kind: kind, KeyID: key.ID}, caller)
	}
}

func TestSecretIsNotKept(t *testing.T) {
	key, text := makeKey(t, tenancy.PlatformKey)
	secret := text[len(key.ID)+1:]
	require.Len(t, secret, secretLength)
	require.Len(t, key.Hash, 32)
	require.NotContains(t, key.ID+key.Name+string(key.Hash), secret)
}

func TestKeysDiffer(t *testing.T) {
	one, oneText := makeKey(t, tenancy.PlatformKey)
	two, twoText := makeKey(t, tenancy.PlatformKey)
	require.NotEqual(t, one.ID, two.ID)
	require.NotEqual(t, oneText[len(one.ID):], twoText[len(two.ID):])
}

func TestUnknownKindOfKey(t *testing.T) {
	_, _, err := NewServiceKey("access", "test", time.Unix(1, 0))
	require.Error(t, err)
}

// Attack 24: no text but the key itself opens.
func TestAlteredKeys(t *testing.T) {
	key, text := makeKey(t, tenancy.PlatformKey)
	other, otherText := makeKey(t, tenancy.ConsoleKey)
	a := newAuthenticator(t, "", key, other)
	secret, otherSecret := text[len(key.ID)+1:], otherText[len(other.ID)+1:]
	for name, altered := range map[string]string{
		"empty":                  "",
		"only its id":            key.ID,
		"without its secret":     key.ID + "_",
		"only its secret":        secret,
		"truncated":              text[:len(text)-1],
		"truncated in front":     text[1:],
		"padded":                 text + "=",
		"padded with a space":    text + " ",
		"a space before":         " " + text,
		"a line after":           text + "\n",
		"NUL after":              text + "\x00",
		"doubled":                text + text,
		"secret re-cased":        key.ID + "_" + strings.ToLower(secret),
		"all re-cased":           strings.ToUpper(text),
		"prefix re-cased":        "TPK" + text[3:],
		"prefix of other kind":   "tck" + text[3:],
		"another key's secret":   key.ID + "_" + otherSecret,
		"another key's id":       other.ID + "_" + secret,
		"an id that is not":      "tpk_x_" + secret,
		"wildcard id":            "tpk_*_" + secret,
		"secret of right length": key.ID + "_" + strings.Repeat("A", secretLength),
		"hash as secret":         key.ID + "_" + string(key.Hash),
		"very long":              strings.Repeat("A", 1<<20),
	} {
		t.Run(name, func(t *testing.T) { requireRefused(t, a, altered) })
	}
	for i := range text {
		flipped := []byte(text)
		flipped[i] ^= 1
		requireRefused(t, a, string(flipped))
	}
}

// Attack 34: what has not the form of a key costs no question to the record, which here
// would fail.
func TestOnlyKeysAreLookedUp(t *testing.T) {
	_, key := makeKey(t, tenancy.ConsoleKey)
	_, access := NewAccessKey()
	a, err := New(record{err: errors.New("disk")}, noon, nil, "")
	require.NoError(t, err)
	for _, text := range []string{key, access} {
		for _, none := range []string{text[1:], text[:len(text)-1], text + "A", text[:4], "x" + text, strings.Replace(text, "_", "*", 1)} {
			requireRefused(t, a, none)
		}
		_, err := a.Authenticate(t.Context(), text)
		refusal, ok := tenancy.AsError(err)
		require.True(t, ok)
		require.Equal(t, tenancy.CodeStoreUnavailable, refusal.Code)
	}
}

func TestRevokedKey(t *testing.T) {
	key, text := makeKey(t, tenancy.PlatformKey)
	key.RevokedAt = time.Unix(2, 0)
	requireRefused(t, newAuthenticator(t, "", key), text)
}

// A row without a hash opens to nobody.
func TestKeyWithoutHash(t *testing.T) {
	key, text := makeKey(t, tenancy.PlatformKey)
	key.Hash = nil
	requireRefused(t, newAuthenticator(t, "", key), text)
}

func TestBootstrapKey(t *testing.T) {
	const bootstrap = "correct horse battery staple, and more"
	a := newAuthenticator(t, bootstrap)
	caller, err := a.Authenticate(t.Context(), bootstrap)
	require.NoError(t, err)
	require.Equal(t, tenancy.Caller{Kind: tenancy.PlatformKey, KeyID: BootstrapKeyID}, caller)

	requireRefused(t, a, bootstrap+" ")
	requireRefused(t, a, bootstrap[:len(bootstrap)-1])
	requireRefused(t, a, strings.ToUpper(bootstrap))
	requireRefused(t, newAuthenticator(t, ""), bootstrap)
}

func TestBootstrapKeyLength(t *testing.T) {
	for length, good := range map[int]bool{1: false, 31: false, 32: true, maxKeyLength: true, maxKeyLength + 1: false} {
		_, err := New(record{}, noon, nil, strings.Repeat("k", length))
		require.Equal(t, good, err == nil, "%d characters", length)
	}
}

func TestRecordFails(t *testing.T) {
	_, text := makeKey(t, tenancy.PlatformKey)
	cause := errors.New("disk")
	a, err := New(record{err: cause}, noon, nil, strings.Repeat("k", MinBootstrapKeyLength))
	require.NoError(t, err)

	_, err = a.Authenticate(t.Context(), text)
	refusal, ok := tenancy.AsError(err)
	require.True(t, ok)
	require.Equal(t, tenancy.CodeStoreUnavailable, refusal.Code)
	require.ErrorIs(t, err, cause)
	require.NotContains(t, refusal.Detail, "disk")

	_, err = a.Authenticate(t.Context(), strings.Repeat("k", MinBootstrapKeyLength))
	require.NoError(t, err, "the bootstrap key needs no record")
}
