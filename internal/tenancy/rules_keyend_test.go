package tenancy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// endOfKey is another end than that of people.
var endOfKey = end.Add(time.Minute)

// TestR70TheEndOfAKeyIsToldOnce as a change of the tree, and leaves the key where it is.
func TestR70TheEndOfAKeyIsToldOnce(t *testing.T) {
	for name, c := range map[string]struct {
		before call // what becomes of the key pc1, which ends at endOfKey
		at     time.Time
		told   []string
	}{
		"a millisecond before":     {seeAs("sam", "shop"), endOfKey.Add(-time.Millisecond), nil},
		"at the end":               {seeAs("sam", "shop"), endOfKey, []string{"access_key:pc1"}},
		"revoked before":           {revokeKeyAs("sam", "shop", "pc1"), endOfKey, nil},
		"rotated at once":          {rotateAs("sam", "shop", "pc1", "", "pc2"), endOfKey, []string{"access_key:pc2"}},
		"rotated, in the overlap":  {rotateAs("sam", "shop", "pc1", "1h", "pc2"), end.Add(-time.Millisecond), nil},
		"rotated, the overlap":     {rotateAs("sam", "shop", "pc1", "30m", "pc2"), end.Add(-30 * time.Minute), []string{"access_key:pc1"}},
		"rotated, after it":        {rotateAs("sam", "shop", "pc1", "30m", "pc2"), endOfKey, []string{"access_key:pc1", "access_key:pc2"}},
		"gone with its machine":    {unregisterAs("sam", "shop", "machine:pc"), endOfKey, nil},
		"suspended":                {stateAs("platform", "shop", tenancy.OrganizationSuspended), endOfKey, []string{"access_key:pc1"}},
		"detached, for its former": {detachAs("platform", "shop"), endOfKey, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, now := newTimedWorld(t)
			w.users("olga", "sam")
			w.root("acme", "olga")
			w.child("shop", "acme", "sam")
			w.register("shop", "machine:pc")
			require.NoError(t, keyAs("sam", "shop", "machine:pc", "pc1", endOfKey)(w))
			require.NoError(t, c.before(w))
			now.set(c.at)
			for range 2 {
				require.NoError(t, seeAs("olga", "acme")(w))
				requireEnded(t, w, c.told...)
			}
		})
	}
}

// TestR70AKeyIsRefusedBeforeItsEndIsTold: who authenticates reads the key alone.
func TestR70AKeyIsRefusedBeforeItsEndIsTold(t *testing.T) {
	w, now := newTimedWorld(t)
	w.users("olga")
	w.root("acme", "olga")
	w.register("acme", "machine:pc")
	require.NoError(t, keyAs("olga", "acme", "machine:pc", "pc1", endOfKey)(w))
	version := trees(w)[w.id("acme")]
	now.set(endOfKey.Add(-time.Millisecond))
	require.True(t, w.opens("pc1"))
	now.set(endOfKey)
	require.False(t, w.opens("pc1"))
	require.Equal(t, version, trees(w)[w.id("acme")], "nobody has asked about the tree yet")

	require.NoError(t, seeAs("olga", "acme")(w))
	require.Equal(t, version+1, trees(w)[w.id("acme")])
	e := w.last("acme")
	require.Equal(t, map[string]string{"access_key:" + w.id("pc1"): endOfKey.Format(time.RFC3339Nano) + " " + w.id("acme")}, e.Detail)
	keys, err := w.service.AccessKeys(w.ctx, w.as("olga"), w.id("acme"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, endOfKey, keys[0].ExpiresAt)
	require.Zero(t, keys[0].RevokedAt, "nobody has revoked it")
	require.False(t, w.opens("pc1"))
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, rotateAs("olga", "acme", "pc1", "1h", "pc2")(w)))
}

// opens reports whether a call with the key is answered now.
func (w *world) opens(id string) bool {
	w.t.Helper()
	key, ok := w.keyOf(id)
	return ok && key.Good(w.clock.Now())
}

// TestR70TheEndOfAKeyInAllItsStates: what has ended in one way does not end again in another.
func TestR70TheEndOfAKeyInAllItsStates(t *testing.T) {
	key := tenancy.AccessKey{ExpiresAt: endOfKey}
	require.Equal(t, endOfKey, tenancy.EndOf(key))
	suspended, told, revoked := key, key, key
	suspended.Suspended, told.Expired, revoked.RevokedAt = true, true, end
	require.Equal(t, endOfKey, tenancy.EndOf(suspended))
	require.Zero(t, tenancy.EndOf(told))
	require.Zero(t, tenancy.EndOf(revoked))
	require.Zero(t, tenancy.EndOf(tenancy.AccessKey{}))
}
