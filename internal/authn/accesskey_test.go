package authn

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// laptop is a machine's key, with what a test alters in it.
func laptop(t *testing.T, uses *Uses, alter func(*tenancy.AccessKey)) (a *Authenticator, key tenancy.AccessKey, text string) {
	t.Helper()
	credential, text := NewAccessKey()
	key = tenancy.AccessKey{
		ID: credential.ID, Hash: credential.Hash, RootID: "acme", OrganizationID: "shop",
		Subject: tenancy.Object{Type: "machine", ID: "laptop"},
	}
	if alter != nil {
		alter(&key)
	}
	a, err := New(record{access: map[string]tenancy.AccessKey{key.ID: key}}, noon, uses, "")
	require.NoError(t, err)
	return a, key, text
}

func TestAccessKeyOpens(t *testing.T) {
	a, key, text := laptop(t, nil, nil)
	require.Regexp(t, `^tak_[0-9a-v]{26}_[A-Z2-7]{52}$`, text)
	require.NotContains(t, key.ID+string(key.Hash), text[len(key.ID)+1:])
	caller, err := a.Authenticate(t.Context(), text)
	require.NoError(t, err)
	require.Equal(t, tenancy.Caller{Kind: tenancy.MachineKey, KeyID: key.ID, Subject: key.Subject, RootID: "acme"}, caller)
}

// Attack 24, for the keys of machines.
func TestAlteredAccessKeys(t *testing.T) {
	a, key, text := laptop(t, nil, nil)
	_, other := NewAccessKey()
	for name, altered := range map[string]string{
		"only its id":            key.ID,
		"without its secret":     key.ID + "_",
		"truncated":              text[:len(text)-1],
		"padded":                 text + "=",
		"a space after":          text + " ",
		"secret re-cased":        key.ID + "_" + strings.ToLower(text[len(key.ID)+1:]),
		"all re-cased":           strings.ToUpper(text),
		"a console's prefix":     "tck" + text[3:],
		"a platform's prefix":    "tpk" + text[3:],
		"another key's secret":   key.ID + "_" + other[len(other)-secretLength:],
		"a key that is not":      other,
		"wildcard id":            "tak_*_" + text[len(key.ID)+1:],
		"secret of right length": key.ID + "_" + strings.Repeat("A", secretLength),
		"hash as secret":         key.ID + "_" + string(key.Hash),
	} {
		t.Run(name, func(t *testing.T) { requireRefused(t, a, altered) })
	}
	for i := range text {
		flipped := []byte(text)
		flipped[i] ^= 1
		requireRefused(t, a, string(flipped))
	}
}

// Attack 25: what has ended opens no more, from the instant on.
func TestR70AccessKeysEnd(t *testing.T) {
	now := noon.Now()
	for name, c := range map[string]struct {
		alter func(*tenancy.AccessKey)
		good  bool
	}{
		"revoked":                         {func(k *tenancy.AccessKey) { k.RevokedAt = now }, false},
		"revoked, and not expired":        {func(k *tenancy.AccessKey) { k.RevokedAt, k.ExpiresAt = now, now.Add(time.Hour) }, false},
		"of a suspended organization":     {func(k *tenancy.AccessKey) { k.Suspended = true }, false},
		"without a hash":                  {func(k *tenancy.AccessKey) { k.Hash = nil }, false},
		"expired":                         {func(k *tenancy.AccessKey) { k.ExpiresAt = now.Add(-time.Millisecond) }, false},
		"expires now":                     {func(k *tenancy.AccessKey) { k.ExpiresAt = now }, false},
		"expires a millisecond from now":  {func(k *tenancy.AccessKey) { k.ExpiresAt = now.Add(time.Millisecond) }, true},
		"neither revoked nor with an end": {func(*tenancy.AccessKey) {}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a, _, text := laptop(t, nil, c.alter)
			if !c.good {
				requireRefused(t, a, text)
				return
			}
			_, err := a.Authenticate(t.Context(), text)
			require.NoError(t, err)
		})
	}
}

func TestRecordOfAccessKeysFails(t *testing.T) {
	_, text := NewAccessKey()
	a, err := New(record{err: errors.New("disk")}, noon, nil, "")
	require.NoError(t, err)
	_, err = a.Authenticate(t.Context(), text)
	refusal, ok := tenancy.AsError(err)
	require.True(t, ok)
	require.Equal(t, tenancy.CodeStoreUnavailable, refusal.Code)
}

// useRecord is a record of uses; err is what it fails with.
type useRecord struct {
	written []map[string]time.Time
	err     error
}

func (r *useRecord) UseAccessKeys(_ context.Context, uses map[string]time.Time) error {
	r.written = append(r.written, uses)
	return r.err
}

// A use is gathered by a key that opens, and by no other, and written once.
func TestUsesAreGathered(t *testing.T) {
	r := &useRecord{}
	uses := NewUses(r, slog.New(slog.DiscardHandler))
	a, key, text := laptop(t, uses, nil)
	requireRefused(t, a, text+"x")
	uses.Flush(t.Context())
	require.Empty(t, r.written)
	for range 3 {
		_, err := a.Authenticate(t.Context(), text)
		require.NoError(t, err)
	}
	require.Empty(t, r.written, "no call waits for the record")
	uses.Flush(t.Context())
	uses.Flush(t.Context())
	require.Equal(t, []map[string]time.Time{{key.ID: noon.Now()}}, r.written)
}

func TestUsesAreFlushedAtTheEnd(t *testing.T) {
	r := &useRecord{err: errors.New("disk")}
	uses := NewUses(r, slog.New(slog.DiscardHandler))
	uses.note("k", noon.Now())
	ctx, cancel := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan struct{})
	go func() {
		uses.Run(ctx, ticks)
		close(ended)
	}()
	ticks <- noon.Now()
	cancel()
	<-ended
	require.Len(t, r.written, 1)
}
